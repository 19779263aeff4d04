"""How long each table is kept: one list for the jobs that forget, for their tests, and for whoever asks.

Every model of ours stands here, named by string, so that a new table fails a test until somebody decides. What is said
to people about it stands in `lotsen.purposes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import models

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
QUARTER = 3 * MONTH
BOOKS = 10 * YEAR
"""Accounting records; from the end of the year in which the money moved."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Deleted or made anonymous `period` after `since`, by the worker's job of that name."""

    since: str
    period: timedelta
    job: str


@dataclass(frozen=True, slots=True)
class Until:
    """Kept for as long as the person wants it so: they end it themselves, by `event`."""

    event: str


@dataclass(frozen=True, slots=True)
class With:
    """Goes in the same moment as the row it belongs to: by a cascade, or by the job of that table."""

    other: str


@dataclass(frozen=True, slots=True)
class Nobody:
    """Says nothing about a person besides which member of staff wrote it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Promised in the notice, and no job does it yet; or nobody has decided. `why` says which."""

    why: str


Fate = Kept | Until | With | Nobody | Missing
NOBODY = Nobody()

FATES: dict[str, Fate] = {
    # --- people -------------------------------------------------------------------------------------------
    "people.User": With("volunteers.Volunteer"),  # or with a facility; of staff with their service, by hand
    "people.Card": Kept("revoked or over", QUARTER, "forget_people"),
    "people.PushSubscription": Kept("switched on", YEAR, "forget_people"),
    "people.Deputy": Kept("last day away", QUARTER, "forget_people"),
    "people.MassExport": Kept("asked for", YEAR, "end_exports"),
    # --- volunteers ---------------------------------------------------------------------------------------
    "volunteers.Volunteer": Kept("left", QUARTER, "forget_volunteers"),
    "volunteers.Application": Kept("declined", 6 * MONTH, "forget_applications"),
    "volunteers.EmailChange": Kept("asked for", timedelta(days=1), "forget_volunteers"),
    "volunteers.Skill": With("volunteers.Volunteer"),
    "volunteers.Evidence": With("volunteers.Volunteer"),
    "volunteers.FirstVisit": With("volunteers.Volunteer"),
    "volunteers.Absence": Kept("last day", QUARTER, "forget_volunteers"),
    "volunteers.OtherHours": Kept("the day", QUARTER, "forget_volunteers"),
    "volunteers.CoursePlace": With("volunteers.Volunteer"),  # stays as hours of nobody
    "volunteers.OtherWork": With("volunteers.Volunteer"),  # as above
    "volunteers.Expense": Kept("end of its year", BOOKS, "forget_money"),
    "volunteers.PaymentRun": Kept("end of its year", BOOKS, "forget_money"),
    "volunteers.Allowance": Kept("end of its year", BOOKS, "forget_money"),
    "volunteers.Certificate": Kept("issued", BOOKS, "forget_money"),
    "volunteers.Topic": NOBODY,
    "volunteers.Course": NOBODY,
    "volunteers.Rate": NOBODY,
    "volunteers.Requirement": NOBODY,
    "volunteers.Activity": NOBODY,
    # --- bookings -----------------------------------------------------------------------------------------
    "bookings.ShownAddress": Kept("shown", MONTH, "forget_traces"),
    "bookings.CalendarLink": With("volunteers.Volunteer"),
    "bookings.CalendarEntry": Kept("end of the date", QUARTER, "forget_traces"),
    "bookings.ReportDraft": Kept("last kept", MONTH, "forget_traces"),
    "bookings.HotlineDraft": Kept("last kept", MONTH, "forget_traces"),
    "bookings.CityUpload": Kept("sent", timedelta(days=7), "forget_traces"),
    "bookings.UploadedList": With("bookings.CityUpload"),
    "bookings.BlockedPair": With("volunteers.Volunteer"),
    "bookings.RoundWish": With("volunteers.Volunteer"),
    "bookings.GivenWord": Kept("given", timedelta(days=731), "erase_code_words"),
    "bookings.SurveyToken": Kept("month of the visit", 4 * MONTH, "empty_survey_urn"),
    "bookings.SurveyAnswer": With("bookings.SurveyTally"),
    "bookings.SurveyTally": NOBODY,
    "bookings.SurveyRemark": NOBODY,
    "bookings.Client": Missing("12 months after the last contact; the asking in the eleventh month is not built"),
    "bookings.Consent": With("bookings.Client"),
    "bookings.Referral": Kept("last changed, never sent", MONTH, "forget_traces"),
    "bookings.WebRequest": Kept("last changed", MONTH, "forget_traces"),
    "bookings.HomeVisit": Missing("with the person, or sooner: docs/decisions.md says what is to be decided"),
    "bookings.PromisedTime": With("bookings.HomeVisit"),
    "bookings.Offer": With("bookings.HomeVisit"),
    "bookings.Wave": With("bookings.HomeVisit"),
    "bookings.VisitReport": With("bookings.HomeVisit"),
    "bookings.TopicGoal": With("bookings.HomeVisit"),
    "bookings.CaseNote": With("bookings.HomeVisit"),
    "bookings.ProposedDate": With("bookings.HomeVisit"),
    "bookings.PostIn": With("bookings.HomeVisit"),
    "bookings.SafeReturn": With("bookings.HomeVisit"),
    "bookings.PlanStep": With("bookings.HomeVisit"),
    "bookings.MatchingRound": Missing("names references and keys; with the visits it planned"),
    "bookings.Facility": Kept("last date or sign-in: whom to call, who may book", 2 * YEAR, "forget_facilities"),
    "bookings.Training": Kept("its date: who booked, what they wrote", 2 * YEAR, "forget_facilities"),
    "bookings.TrainingRecord": With("bookings.Training"),  # its note; the figures stay
    "bookings.PhoneShare": NOBODY,
    "bookings.MatchingWeights": NOBODY,
    # --- messages -----------------------------------------------------------------------------------------
    "outbox.Message": Kept("last state; its words 7 days", QUARTER, "forget_messages"),
    "outbox.CallTask": Kept("done or dropped; its words 7 days", QUARTER, "forget_messages"),
    "outbox.InboundSms": Kept("received; its words 7 days", QUARTER, "forget_inbound"),
    "outbox.WebhookReceipt": NOBODY,  # stays: a replay is known by it, however late
    "outbox.SilencedNumber": Until("START from the same number"),  # forgotten earlier, SMS would come again
    "outbox.PrintRun": Kept("posted: its file", timedelta(days=7), "forget_printed"),
    "outbox.Letter": With("outbox.Message"),
    "outbox.PhoneCall": Kept("call", MONTH, "sweep_telephone"),
    "outbox.AgentLine": With("people.User"),
    "outbox.AgentRing": With("outbox.PhoneCall"),
    "outbox.Voicemail": Kept("received", timedelta(days=7), "sweep_telephone"),
    "outbox.PhoneSpending": NOBODY,
    "outbox.TextVersion": NOBODY,
    "outbox.Circuit": NOBODY,
    "outbox.Heartbeat": NOBODY,
    # --- journals, which the database keeps as they are -----------------------------------------------------
    "kernel.Transition": Missing("names people by number only; the triggers let nothing go"),
    "kernel.ContactRead": Missing("12 months; the triggers let nothing go"),
    "kernel.FieldChange": Missing("12 months; the triggers let nothing go"),
    "kernel.Tally": NOBODY,
    # --- places and tours -----------------------------------------------------------------------------------
    "places.Address": With("bookings.Client"),
    **dict.fromkeys(
        ("places.District", "places.StreetPoint", "places.PostalCode", "places.Crossing"),
        NOBODY,
    ),
    "touring.Stop": Kept("last date there: whom to call", 2 * YEAR, "forget_stops"),
    "touring.RequestStop": Kept("its date: who was to be told", 2 * YEAR, "forget_stops"),
    "touring.ToldByPhone": NOBODY,
    **dict.fromkeys(
        (
            "touring.Team",
            "touring.StopPhoto",
            "touring.SchoolHoliday",
            "touring.ClosingDay",
            "touring.TourPlan",
            "touring.PlannedStop",
            "touring.DraftStep",
            "touring.UnplannedStop",
            "touring.Tour",
            "touring.TourStop",
            "touring.Deviation",
            "touring.PlanRun",
            "touring.PlanRunPart",
        ),
        NOBODY,
    ),
}


def period_of(model: type[models.Model]) -> timedelta:
    """How long a row of this table is kept after its event; only for tables that a job clears."""
    fate = FATES[model._meta.label]
    assert isinstance(fate, Kept), model._meta.label
    return fate.period
