from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from volunteers import states
from volunteers.models.people import Topic, TravelMode, Volunteer


class Application(models.Model):
    """Somebody wants to join: as they wrote or said it, until a coordinator has talked with them.

    `held_because`: it looks like a machine's; a human looks first. Nothing is sent because of it.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("beworben")
        ACCEPTED = "accepted", _("aufgenommen")
        DECLINED = "declined", _("nicht weitergeführt")

    class Entrance(models.TextChoices):
        WEB = "web", _("Internet")
        PHONE = "phone", _("Telefon")
        PAPER = "paper", _("Papier")

    moves = states.APPLICATION

    key = models.CharField(max_length=43, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    entrance = models.CharField(max_length=10, choices=Entrance.choices)
    name = models.CharField(max_length=120)
    street = models.CharField(max_length=160, blank=True)
    postal_code = models.CharField(max_length=5)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    email = models.EmailField(blank=True)
    topics = models.ManyToManyField(Topic, related_name="+")
    times = ArrayField(models.CharField(max_length=20), default=list)
    languages = ArrayField(models.CharField(max_length=30), default=list)
    travel_mode = models.CharField(max_length=10, choices=TravelMode.choices, blank=True)
    heard_from = models.CharField(max_length=160, blank=True)
    note = models.CharField(max_length=500, blank=True)
    held_because = models.CharField(max_length=120, blank=True)
    volunteer = models.OneToOneField(Volunteer, null=True, on_delete=models.SET_NULL, related_name="application")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(phone="", email=""), name="applicant_can_be_reached"),
            models.CheckConstraint(
                condition=Q(state="accepted") | Q(volunteer__isnull=True), name="only_accepted_are_volunteers"
            ),
        ]
        indexes = [models.Index(fields=["state", "received_at"], name="application_waiting")]

    def __str__(self) -> str:
        return str(self.key)
