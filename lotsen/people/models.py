from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lotsen.people import states


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
    """Somebody who signs in, by e-mail address. Seniors never need to, and a volunteer need not: without an address
    they answer by SMS and telephone, and the hotline enters what they say."""

    email = models.EmailField(_("E-Mail-Adresse"), blank=True, help_text="signs in; without one they cannot")
    name = models.CharField(_("Vor- und Nachname"), max_length=120)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list, blank=True)
    language = models.CharField(max_length=5, default="de")
    is_active = models.BooleanField(default=True)
    sign_outs = models.PositiveIntegerField(
        default=0, db_default=0, help_text="how often all sessions were ended; part of each session"
    )
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_unique"),
            models.CheckConstraint(condition=~Q(email="", phone=""), name="user_can_be_reached"),
            models.CheckConstraint(condition=models.Q(roles__contained_by=Role.values), name="user_roles_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def given_name(self) -> str:
        return self.name.partition(" ")[0]

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What every session carries and each request compares: a new password or `sign_outs` ends them all."""
        words = f"{self.sign_outs}:{self.password}"
        return salted_hmac("lotsen.session", words, secret=secret, algorithm="sha256").hexdigest()

    def has_role(self, *roles: str) -> bool:
        """Whether the user has at least one of `roles`."""
        return self.is_active and not set(roles).isdisjoint(self.roles)


DAYS_AWAY = Func("first_on", "last_on", Value("[]"), function="daterange", output_field=DateRangeField())


class Deputy(models.Model):
    """Somebody is away from `first_on` to `last_on`, both within. `deputy` does their tasks; empty: everybody does."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="stands_for"
    )
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(deputy__isnull=True) | ~Q(deputy=F("user")), name="deputy_not_oneself"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="deputy_forwards"),
            ExclusionConstraint(
                name="one_deputy_a_day",
                expressions=[("user", RangeOperators.EQUAL), (DAYS_AWAY, RangeOperators.OVERLAPS)],
            ),
        ]
        indexes = [models.Index(fields=["last_on"], name="deputy_last_on")]

    def __str__(self) -> str:
        return f"{self.user_id} > {self.deputy_id}: {self.first_on} to {self.last_on}"


class Card(models.Model):
    """The card that a visitor shows at the door. Whether it is valid now is for `cards.is_valid_card` to say.

    `number` is eight digits and a check digit, for the telephone; `token` is what the printed code holds, for a camera.
    The photo is there only if its owner agreed. A card is never changed: it is revoked, and a new one is issued.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cards")
    number = models.CharField(max_length=9, unique=True)
    token = models.CharField(max_length=26, unique=True)
    first_name = models.CharField(max_length=60, help_text="all that the public check shows of the name")
    photo = models.BinaryField(null=True, help_text="JPEG, small; by consent")
    photo_agreed_at = models.DateTimeField(null=True)
    valid_until = models.DateField(help_text="the last day")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_because = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at__isnull=True), name="one_card_a_person"),
            models.CheckConstraint(condition=Q(number__regex="^[1-9][0-9]{8}$"), name="card_number_of_nine_digits"),
            models.CheckConstraint(
                condition=Q(photo__isnull=True) | Q(photo_agreed_at__isnull=False), name="card_photo_by_consent"
            ),
        ]

    def __str__(self) -> str:
        return f"card of {self.user_id}"

    @property
    def grouped_number(self) -> str:
        """As it is printed and read out: "123 456 789"."""
        return f"{self.number[:3]} {self.number[3:6]} {self.number[6:]}"


class PushSubscription(models.Model):
    """One telephone or browser that shows our notices, as its push service knows it (RFC 8030, RFC 8291).

    `p256dh` and `auth` are the browser's public key and secret, in base64url. `session` is a hash of the session in
    which it was switched on: signing out there switches it off.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=600, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    session = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(endpoint__startswith="https://"), name="push_endpoint_is_https")
        ]
        indexes = [models.Index(fields=["session"], name="push_session")]

    def __str__(self) -> str:
        return f"push of {self.user_id}"


class MassExport(models.Model):
    """A file with data of more than twenty people: asked for by one, approved by another, fetched once.

    `kind` and `about` say what is in it; the file is made when it is fetched and kept nowhere. `persons` is what the
    second one approved.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("wartet auf eine zweite Person")
        APPROVED = "approved", _("freigegeben")
        FETCHED = "fetched", _("geholt")
        REFUSED = "refused", _("nicht freigegeben")
        EXPIRED = "expired", _("abgelaufen")

    moves = states.MASS_EXPORT

    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=1200, blank=True)
    persons = models.PositiveIntegerField()
    purpose = models.CharField(max_length=120)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")), name="mass_export_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "fetched"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="mass_export_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="fetched", fetched_at__isnull=False)
                | (~Q(state="fetched") & Q(fetched_at__isnull=True)),
                name="mass_export_fetched_once",
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="mass_export_with_a_purpose"),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="mass_export_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
