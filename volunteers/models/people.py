from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.calendar import iso_week
from lotsen.kernel.windows import OpeningHours
from lotsen.places.models import Address, District
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


class OffersBy(models.TextChoices):
    """How somebody wants to hear of offers: each one at once, a number once a day, or nothing."""

    NOW = "now", _("sofort")
    DAILY = "daily", _("einmal am Tag")
    NONE = "none", _("gar nicht")


class Pace(models.TextChoices):
    """How quickly somebody walks or cycles; of buses and cars it says nothing."""

    SLOW = "slow", _("langsam")
    USUAL = "usual", _("normal")
    FAST = "fast", _("zügig")


class Volunteer(models.Model):
    """A trained helper, one to one with a User. `hours` is canonical opening-hours text: when they could go."""

    class State(models.TextChoices):
        APPLIED = "applied", _("beworben")
        ACTIVE = "active", _("aktiv")
        PAUSED = "paused", _("Pause")
        SUSPENDED = "suspended", _("gesperrt")
        LEFT = "left", _("ausgeschieden")

    moves = states.VOLUNTEER

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="volunteer")
    key = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.APPLIED)
    home = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    start = models.ForeignKey(
        Address, null=True, on_delete=models.PROTECT, related_name="+", help_text="sets out from here, else from home"
    )
    onward = models.ForeignKey(
        Address, null=True, on_delete=models.PROTECT, related_name="+", help_text="goes on to here after a visit"
    )
    radius_metres = models.PositiveIntegerField(default=3000)
    districts = models.ManyToManyField(District, related_name="+", help_text="goes there too, however far it is")
    travel_mode = models.CharField(max_length=10, choices=TravelMode.choices, default=TravelMode.TRANSIT)
    pace = models.CharField(max_length=10, choices=Pace.choices, default=Pace.USUAL)
    hours = models.CharField(max_length=400, blank=True)
    hours_even = models.CharField(max_length=400, blank=True, help_text="besides `hours`, in even ISO weeks only")
    hours_odd = models.CharField(max_length=400, blank=True, help_text="besides `hours`, in odd ISO weeks only")
    rests_in_school_holidays = models.BooleanField(default=False)
    visits_a_week = models.PositiveSmallIntegerField(default=2)
    languages = ArrayField(models.CharField(max_length=30), default=list, help_text="German names: Deutsch, Polnisch")
    gender = models.CharField(max_length=10, choices=Gender.choices, blank=True)
    dogs = models.BooleanField(default=True, help_text="goes where a dog is")
    stairs = models.BooleanField(default=True, help_text="can climb stairs")
    paused_until = models.DateField(null=True)
    suspended_because = models.CharField(max_length=200, blank=True, help_text="for coordinators only")
    roles_at_rest = ArrayField(
        models.CharField(max_length=20), default=list, help_text="other roles that rest while they are suspended"
    )
    offers_by = models.CharField(max_length=5, choices=OffersBy.choices, default=OffersBy.NOW)
    joined_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, help_text="left long ago: this row says no more who it was")
    listed = models.JSONField(default=dict, help_text="what the city's list said at its last import, by column")
    listed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=True) | Q(state="left"), name="only_who_left_is_forgotten"
            ),
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

    @property
    def hours_by_week(self) -> tuple[OpeningHours, OpeningHours]:
        """All hours of an even and of an odd ISO week."""
        more = (OpeningHours.parse(self.hours_even), OpeningHours.parse(self.hours_odd))
        return self.opening_hours.union(more[0]), self.opening_hours.union(more[1])

    def hours_in_week_of(self, day: date) -> OpeningHours:
        """All hours of the ISO week in which this day lies. Week 53 is odd and so is week 1 after it."""
        return self.hours_by_week[iso_week(day)[1] % 2]

    @property
    def sets_out_from(self) -> Address:
        return self.start or self.home

    @property
    def way(self) -> str:
        """How they come, for estimates of ways: "transit", or with their pace "foot-slow"."""
        paced = self.travel_mode in (TravelMode.FOOT, TravelMode.BIKE) and self.pace != Pace.USUAL
        return f"{self.travel_mode}-{self.pace}" if paced else self.travel_mode


class EmailChange(models.Model):
    """A new e-mail address that a volunteer has typed and not confirmed yet; until then the old one counts.

    `digest` is a hash of the secret in the link that was sent there. The row goes when the link is used or too old.
    """

    volunteer = models.OneToOneField(Volunteer, on_delete=models.CASCADE, related_name="email_change")
    email = models.EmailField()
    digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(email=""), name="email_change_names_one")]

    def __str__(self) -> str:
        return f"new address of {self.volunteer_id}"


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


class OtherHours(models.Model):
    """On this one day somebody has other hours than in their week. `hours` is canonical opening-hours text of its
    weekday, never empty: a day on which they cannot go is an `Absence`."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="other_hours")
    on = models.DateField()
    hours = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "on"], name="other_hours_once_a_day"),
            models.CheckConstraint(condition=~Q(hours=""), name="other_hours_are_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.hours}"

    @property
    def opening_hours(self) -> OpeningHours:
        return OpeningHours.parse(self.hours)
