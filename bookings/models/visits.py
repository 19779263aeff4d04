from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bookings import states
from bookings.models.clients import Client
from bookings.models.referrals import Referral
from touring.models import RequestStop
from volunteers.models import Topic, Volunteer

SLOT_AND_WAY = Func(
    Coalesce("way_starts_at", "slot_starts_at"),
    Coalesce("way_ends_at", "slot_ends_at"),
    function="tstzrange",
    output_field=DateTimeRangeField(),
)

PROMISED = Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField())


class Entrance(models.TextChoices):
    """Through which door a request came."""

    PHONE = "phone", _("Telefon")
    WEB = "web", _("Internet")
    LETTER = "letter", _("Brief")


class Caller(models.TextChoices):
    """Who asks, where it is not the person visited."""

    SELF = "self", _("sie selbst")
    FAMILY = "family", _("Familie")
    NEIGHBOUR = "neighbour", _("Nachbarn oder Freunde")
    CARE = "care", _("Pflegedienst")
    PRACTICE = "practice", _("Praxis")


class HomeVisit(models.Model):
    """One asked-for visit, from request to report.

    `agreed_at` is when the person visited agreed, or a human confirmed the number: nothing is offered to a
    volunteer before. `held_because` marks a web request that a human must look at first.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("offen")
        SCHEDULED = "scheduled", _("Termin gewählt")
        ASSIGNED = "assigned", _("zugesagt")
        DONE = "done", _("erledigt")
        MISSED = "missed", _("nicht angetroffen")
        CANCELLED = "cancelled", _("abgesagt")

    moves = states.HOME_VISIT

    reference = models.CharField(max_length=7, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="visits")
    entrance = models.CharField(max_length=8, choices=Entrance.choices)
    caller = models.CharField(max_length=10, choices=Caller.choices, default=Caller.SELF)
    caller_name = models.CharField(max_length=120, blank=True)
    caller_phone = models.CharField(max_length=20, blank=True)
    topics = models.ManyToManyField(Topic, related_name="+")
    goal = models.CharField(max_length=500, blank=True, help_text="in the person's words")
    times = models.CharField(max_length=200, blank=True, help_text="opening-hours text: when it suits; empty = any")
    times_words = models.CharField(max_length=120, blank=True, help_text="the wish as it was said")
    minutes = models.PositiveSmallIntegerField(default=60)
    note = models.CharField(max_length=500, blank=True)
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="visits")
    requested_at = models.DateTimeField()
    answer_by = models.DateTimeField(help_text="when we promised to call back")
    agreed_at = models.DateTimeField(null=True)
    held_because = models.CharField(max_length=120, blank=True)
    slot_starts_at = models.DateTimeField(null=True)
    slot_ends_at = models.DateTimeField(null=True)
    guide = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="visits_as_guide"
    )
    way_starts_at = models.DateTimeField(null=True, help_text="the guide leaves the visit before; empty: no buffer")
    way_ends_at = models.DateTimeField(null=True, help_text="the guide can be at the visit after")
    companion = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="visits_as_companion"
    )
    companion_way_starts_at = models.DateTimeField(null=True, help_text="as `way_starts_at`, of who goes along")
    companion_way_ends_at = models.DateTimeField(null=True)
    companion_code = models.CharField(max_length=4, blank=True, help_text="what who goes along answers by SMS")
    companion_confirmed_at = models.DateTimeField(null=True, help_text="when they said themselves that they come")
    code_word = models.CharField(max_length=30, blank=True, help_text="of this visit and this guide")
    word_told_at = models.DateTimeField(null=True, help_text="when the person said they know it; a letter tells too")
    checked_in_at = models.DateTimeField(null=True)
    checked_out_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=120, blank=True)
    written_on = models.DateField(null=True, help_text="date of the letter that asked for it")
    request_stop = models.OneToOneField(
        RequestStop, null=True, on_delete=models.PROTECT, related_name="+", help_text="where the mobile team comes"
    )
    idempotency_key = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "assigned", "done", "missed"])
                | Q(slot_starts_at__isnull=False, slot_ends_at__isnull=False),
                name="visit_with_a_date_has_a_slot",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["assigned", "done", "missed"]) | Q(guide__isnull=False),
                name="assigned_visit_has_a_guide",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["requested", "scheduled"]) | Q(guide__isnull=True),
                name="open_visit_has_no_guide",
            ),
            models.CheckConstraint(
                condition=Q(slot_starts_at__isnull=True) | Q(slot_ends_at__gt=F("slot_starts_at")),
                name="visit_slot_forwards",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "assigned"]) | Q(held_because="", agreed_at__isnull=False),
                name="nothing_offered_before_a_human_agreed",
            ),
            ExclusionConstraint(
                name="guide_in_one_place_at_a_time",
                expressions=[("guide", RangeOperators.EQUAL), (SLOT_AND_WAY, RangeOperators.OVERLAPS)],
                condition=Q(state="assigned"),
            ),
            models.CheckConstraint(
                condition=~Q(state="assigned")
                | (Q(way_starts_at__lte=F("slot_starts_at")) & Q(way_ends_at__gte=F("slot_ends_at")))
                | Q(way_starts_at__isnull=True, way_ends_at__isnull=True),
                name="way_lies_around_the_slot",
            ),
            models.CheckConstraint(
                condition=Q(companion__isnull=True) | (Q(guide__isnull=False) & ~Q(companion=F("guide"))),
                name="companion_beside_a_guide",
            ),
            models.CheckConstraint(
                condition=Q(companion_way_starts_at__isnull=True, companion_way_ends_at__isnull=True)
                | Q(
                    companion__isnull=False,
                    companion_way_starts_at__lte=F("slot_starts_at"),
                    companion_way_ends_at__gte=F("slot_ends_at"),
                ),
                name="companion_way_lies_around_the_slot",
            ),
            models.CheckConstraint(
                condition=Q(companion__isnull=False) | Q(companion_code="", companion_confirmed_at__isnull=True),
                name="only_a_companion_answers",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "answer_by"], name="visit_open_by_promise"),
            models.Index(fields=["guide", "slot_starts_at"], name="visit_guide_day"),
            models.Index(fields=["client", "requested_at"], name="visit_client"),
            models.Index(fields=["companion"], condition=Q(companion__isnull=False), name="visit_companion"),
            models.Index(fields=["slot_starts_at"], condition=Q(state__in=["assigned", "done"]), name="visit_slot"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def report(self) -> VisitReport | None:
        """The latest report: a visit that met nobody and was sought again has more than one."""
        return max(self.reports.all(), key=lambda report: report.at, default=None)


class PromisedTime(models.Model):
    """When somebody is at a promised visit or on the way there and back, as its guide or as companion.

    The database writes it with the visit (trigger `promised_times_follow`), and refuses two at once: a person is in
    one place, whatever they are there for. No verb writes it.
    """

    visit = models.ForeignKey(HomeVisit, on_delete=models.CASCADE, related_name="promised_times")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="promised_times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="nobody_in_two_places_at_once",
                expressions=[("user", RangeOperators.EQUAL), (PROMISED, RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.visit_id}"


class Offer(models.Model):
    """One visit offered to one volunteer. `code` is what they answer by SMS: "JA 4711"."""

    class State(models.TextChoices):
        OPEN = "open", _("offen")
        ACCEPTED = "accepted", _("angenommen")
        DECLINED = "declined", _("abgelehnt")
        EXPIRED = "expired", _("abgelaufen")
        WITHDRAWN = "withdrawn", _("zurückgezogen")
        RETURNED = "returned", _("zurückgegeben")

    moves = states.OFFER

    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    visit = models.ForeignKey(HomeVisit, on_delete=models.CASCADE, related_name="offers")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="offers")
    code = models.CharField(max_length=4)
    token = models.CharField(max_length=43, unique=True, help_text="of the link; carries no data")
    reasons = models.JSONField(default=list, blank=True, help_text="sentences as `as_data` keeps them, or plain text")
    answer_by = models.DateTimeField()
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=60, blank=True, help_text="why declined or returned")
    given_back = models.BooleanField(default=False, help_text="returned by the volunteer, not by us")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=Q(state="accepted"), name="one_accepted_offer_a_visit"),
            models.UniqueConstraint(
                fields=["visit", "volunteer"], condition=Q(state="open"), name="one_open_offer_a_volunteer"
            ),
            models.UniqueConstraint(
                fields=["volunteer", "code"], condition=Q(state="open"), name="open_code_once_a_volunteer"
            ),
        ]
        indexes = [models.Index(fields=["volunteer", "state"], name="offer_volunteer_state")]

    def __str__(self) -> str:
        return f"{self.visit_id} > {self.volunteer_id}: {self.state}"


class VisitReport(models.Model):
    """What was done, about what. `goal` is the person's own: alone, with help, not yet."""

    class Outcome(models.TextChoices):
        HELPED = "helped", _("geholfen")
        NOT_MET = "not_met", _("nicht angetroffen")

    class Goal(models.TextChoices):
        ALONE = "alone", _("allein")
        WITH_HELP = "with_help", _("mit Hilfe")
        NOT_YET = "not_yet", _("noch nicht")

    visit = models.ForeignKey(HomeVisit, on_delete=models.CASCADE, related_name="reports")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    goal = models.CharField(max_length=10, choices=Goal.choices, blank=True)
    topics = models.ManyToManyField(Topic, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    follow_up = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    copy = models.CharField(max_length=36, blank=True, help_text="names the page that sent it")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="not_met", minutes=0) | Q(outcome="helped", minutes__gt=0, minutes__lte=600),
                name="report_minutes_sane",
            )
        ]
        indexes = [models.Index(fields=["at"], name="report_at")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.outcome}"
