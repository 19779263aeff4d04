"""Where the team halts and who drives: stops, teams, closing days, school holidays."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.windows import OpeningHours
from lotsen.places.models import Address


class Rhythm(models.TextChoices):
    TWICE_A_WEEK = "twice_a_week", _("zweimal in der Woche")
    WEEKLY = "weekly", _("jede Woche")
    EVERY_2_WEEKS = "every_2_weeks", _("alle 2 Wochen")
    EVERY_4_WEEKS = "every_4_weeks", _("alle 4 Wochen")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Montag")
    TUESDAY = 1, _("Dienstag")
    WEDNESDAY = 2, _("Mittwoch")
    THURSDAY = 3, _("Donnerstag")
    FRIDAY = 4, _("Freitag")
    SATURDAY = 5, _("Samstag")
    SUNDAY = 6, _("Sonntag")


class Team(models.Model):
    """A team with its vehicle. `hours` is canonical opening-hours text: "Mo-Do 8:00-16:30"."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    base = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="+")
    end_base = models.ForeignKey(
        Address, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="where it is another one"
    )
    hours = models.CharField(max_length=200)
    break_minutes = models.PositiveSmallIntegerField(default=30)
    break_parts = models.PositiveSmallIntegerField(default=1, help_text="1 to 3, each at least 15 minutes")
    reserve_percent = models.PositiveSmallIntegerField(default=0, help_text="of each tour, kept free for request stops")
    break_window = models.CharField(max_length=20, default="11:30-13:30")
    vehicle = models.CharField(max_length=60, blank=True)
    shares_vehicle = models.BooleanField(default=False, help_text="teams naming the same vehicle drive in turn")
    serves = ArrayField(models.CharField(max_length=30), default=list, blank=True, help_text="needs it can serve")
    order = models.PositiveSmallIntegerField(default=0, help_text="colour and shape on board and map")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="teams")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(hours=""), name="team_has_hours"),
            models.CheckConstraint(condition=Q(break_parts__range=(1, 3)), name="team_break_parts_sane"),
            models.CheckConstraint(condition=Q(reserve_percent__lte=60), name="team_reserve_sane"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def opening_hours(self) -> OpeningHours:
        return OpeningHours.parse(self.hours)


class Stop(models.Model):
    """A fixed place where the team halts. `hours` is canonical opening-hours text."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=22)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="stops")
    rhythm = models.CharField(max_length=20, choices=Rhythm.choices)
    min_gap_days = models.PositiveSmallIntegerField(default=2, help_text="between two visits in a week")
    duration_minutes = models.PositiveSmallIntegerField()
    setup_minutes = models.PositiveSmallIntegerField(default=0)
    packing_minutes = models.PositiveSmallIntegerField(default=0)
    hours = models.CharField(max_length=200)
    wish_weekdays = ArrayField(models.SmallIntegerField(choices=Weekday.choices), default=list, blank=True)
    forbidden_weekdays = ArrayField(models.SmallIntegerField(choices=Weekday.choices), default=list, blank=True)
    wish_teams = models.ManyToManyField(Team, blank=True, related_name="+")
    forbidden_teams = models.ManyToManyField(Team, blank=True, related_name="+")
    rests_in_school_holidays = models.BooleanField(default=False)
    step_free = models.BooleanField(null=True)
    steps = models.PositiveSmallIntegerField(null=True)
    needs = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    priority = models.PositiveSmallIntegerField(default=1, help_text="1 ordinary, larger is more important")
    permit_until = models.DateField(null=True)
    is_active = models.BooleanField(default=True)
    contact_name = models.CharField(max_length=120, blank=True, help_text="who is told when a date changes")
    contact_phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    contact_email = models.EmailField(blank=True)
    key_note = models.CharField(max_length=200, blank=True, help_text="who has the key")
    parking_note = models.CharField(max_length=200, blank=True)
    has_bench = models.BooleanField(null=True)
    has_toilet = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(hours=""), name="stop_has_hours"),
            models.CheckConstraint(
                condition=Q(setup_minutes__lte=240, packing_minutes__lte=240), name="stop_setup_sane"
            ),
            models.CheckConstraint(condition=Q(min_gap_days__range=(1, 3)), name="stop_gap_sane"),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=5, duration_minutes__lte=720), name="stop_duration_sane"
            ),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="stop_rhythm_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def opening_hours(self) -> OpeningHours:
        return OpeningHours.parse(self.hours)


class StopPhoto(models.Model):
    """What the place looks like, small and without the camera's data."""

    stop = models.OneToOneField(Stop, on_delete=models.CASCADE, related_name="photo")
    data = models.BinaryField(help_text="JPEG")
    description = models.CharField(max_length=200, help_text="for those who do not see it")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.description


class SchoolHoliday(models.Model):
    """Holidays of the schools, both days within; stops that rest then are not served."""

    name = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="school_holiday_forwards"),
            models.UniqueConstraint(fields=["starts_on"], name="school_holiday_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ClosingDay(models.Model):
    """A date on which a stop, a team, or (both empty) everything rests. Public holidays need no row."""

    date = models.DateField()
    stop = models.ForeignKey(Stop, null=True, on_delete=models.CASCADE, related_name="closing_days")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="closing_days")
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["date", "stop", "team"], nulls_distinct=False, name="closing_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.reason}"
