from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    HOTLINE = "hotline", _("Hotline")
    COORDINATOR = "coordinator", _("Koordination")
    ADVISOR = "advisor", _("Beratungsteam")
    VOLUNTEER = "volunteer", _("Lotsin oder Lotse")
    FACILITY = "facility", _("Einrichtung")
    DATA_PROTECTION = "data_protection", _("Datenschutz")
    ADMINISTRATOR = "administrator", _("Technik")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user; without `password` they sign in by a link that they ask for."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, roles=[Role.ADMINISTRATOR], is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, by e-mail address. Seniors never need to."""

    email = models.EmailField(_("E-Mail-Adresse"))
    name = models.CharField(_("Vor- und Nachname"), max_length=120)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list, blank=True)
    language = models.CharField(max_length=5, default="de")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(condition=models.Q(roles__contained_by=Role.values), name="user_roles_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def given_name(self) -> str:
        return self.name.partition(" ")[0]

    def has_role(self, *roles: str) -> bool:
        """Whether the user has at least one of `roles`."""
        return self.is_active and not set(roles).isdisjoint(self.roles)
