from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.windows import OpeningHours
from lotsen.places.models import Address
from volunteers import states


class Topic(models.Model):
    """What somebody wants to learn. `name` for people, `hint` a few words beside it on public pages."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    hint = models.CharField(max_length=80, blank=True)
    minutes = models.PositiveSmallIntegerField(default=60, help_text="usual length of a visit")
    order = models.PositiveSmallIntegerField(default=0)
    is_public = models.BooleanField(default=True, help_text="shown as a choice on the web")

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class TravelMode(models.TextChoices):
    FOOT = "foot", _("zu Fuß")
    BIKE = "bike", _("Fahrrad")
    TRANSIT = "transit", _("Bus und Bahn")
    CAR = "car", _("Auto")


class Gender(models.TextChoices):
    """Self-declared, never guessed; empty means not said."""

    WOMAN = "woman", _("Frau")
    MAN = "man", _("Mann")
    DIVERSE = "diverse", _("divers")


class Volunteer(models.Model):
    """A trained helper, one to one with a User. `hours` is canonical opening-hours text: when they could go."""

    class State(models.TextChoices):
        APPLIED = "applied", _("beworben")
        ACTIVE = "active", _("aktiv")
        PAUSED = "paused", _("Pause")
        LEFT = "left", _("ausgeschieden")

    moves = states.VOLUNTEER

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="volunteer")
    key = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.APPLIED)
    home = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    radius_metres = models.PositiveIntegerField(default=3000)
    travel_mode = models.CharField(max_length=10, choices=TravelMode.choices, default=TravelMode.TRANSIT)
    hours = models.CharField(max_length=200, blank=True)
    visits_a_week = models.PositiveSmallIntegerField(default=2)
    languages = ArrayField(models.CharField(max_length=30), default=list, help_text="German names: Deutsch, Polnisch")
    gender = models.CharField(max_length=10, choices=Gender.choices, blank=True)
    dogs = models.BooleanField(default=True, help_text="goes where a dog is")
    stairs = models.BooleanField(default=True, help_text="can climb stairs")
    trained_on = models.DateField(null=True)
    certificate_issued_on = models.DateField(null=True, help_text="certificate of good conduct: never a copy")
    secrecy_signed_on = models.DateField(null=True)
    paused_until = models.DateField(null=True)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(radius_metres__gt=0), name="volunteer_radius_positive"),
            models.CheckConstraint(
                condition=Q(visits_a_week__gte=1, visits_a_week__lte=14), name="volunteer_week_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def opening_hours(self) -> OpeningHours:
        return OpeningHours.parse(self.hours)


class Skill(models.Model):
    """A volunteer knows a topic at a level: 1 basics, 2 sure, 3 could teach others."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="skills")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "topic"], name="skill_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="skill_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.topic_id} {self.level}"


class Absence(models.Model):
    """Days on which a volunteer cannot go, both inclusive."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="absences")
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="absence_forwards")]

    def __str__(self) -> str:
        return f"{self.first_on} - {self.last_on}"
