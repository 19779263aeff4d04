from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings import states
from lotsen.places.models import Address
from touring.models import RequestStop
from volunteers.models import Topic


class Facility(models.Model):
    """A care home and the like. `contacts` are the users who may book for it."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    contact_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    seats = models.PositiveSmallIntegerField(default=0)
    internet = models.CharField(max_length=60, blank=True)
    equipment = models.CharField(max_length=60, blank=True)
    contacts = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="facilities")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Training(models.Model):
    """A session at a facility. Its date is read from its request stop."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("angefragt")
        BOOKED = "booked", _("gebucht")
        DONE = "done", _("hat stattgefunden")
        CANCELLED = "cancelled", _("abgesagt")

    moves = states.TRAINING

    reference = models.CharField(max_length=7, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="trainings")
    request_stop = models.OneToOneField(RequestStop, null=True, on_delete=models.PROTECT, related_name="training")
    topics = models.ManyToManyField(Topic, related_name="+")
    people = models.PositiveSmallIntegerField(help_text="expected head count")
    level = models.CharField(max_length=12, default="beginners")
    room = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty once forgotten, with what they wrote",
    )
    requested_at = models.DateTimeField()
    idempotency_key = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["booked", "done"]) | Q(request_stop__isnull=False),
                name="booked_training_has_a_request_stop",
            ),
            models.CheckConstraint(condition=Q(people__gte=1, people__lte=200), name="training_people_sane"),
            models.CheckConstraint(
                condition=Q(booked_by__isnull=False) | Q(note="", room="", idempotency_key__isnull=True),
                name="who_booked_is_forgotten_with_their_words",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TrainingRecord(models.Model):
    """What took place; participants stay anonymous."""

    class Level(models.TextChoices):
        BEGINNERS = "beginners", _("ohne Vorkenntnisse")
        MIXED = "mixed", _("gemischt")
        ADVANCED = "advanced", _("mit Vorkenntnissen")

    training = models.OneToOneField(Training, on_delete=models.CASCADE, related_name="record")
    head_count = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=12, choices=Level.choices)
    topics = models.ManyToManyField(Topic, related_name="+")
    devices = ArrayField(models.CharField(max_length=30), default=list)
    minutes = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(head_count__lte=300), name="record_head_count_sane"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=600), name="record_minutes_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.training_id} {self.head_count}"
