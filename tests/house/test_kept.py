"""Every table of ours has a fate: a new one fails here until somebody has decided how long it is kept."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from procrastinate.contrib.django import app as queue

from bookings.models import Client
from lotsen.kept import FATES, Kept, Missing, Nobody, Until, With, period_of
from lotsen.purposes import PURPOSES
from tests.house import tree
from volunteers.models import Absence, Volunteer

ROOMS = ("lotsen", "bookings", "volunteers", "touring", "api")
STAFF_ACTS = re.compile(
    r"by|(?:created|requested|entered|issued|revoked|seen|booked|touched|asked|approved|taken)_by|agent|owner|user"
)
"""Columns that say which member of staff wrote something; the row is not about them."""
PERSONAL = re.compile(
    r"(?:^|_)(?:phone|email|street|contact_name|caller_name|first_name|salutation|gender|birth\w*|"
    r"note|from_number|recipient\w*|endpoint|photo)$"
)
"""Names of columns that hold somebody's data whatever the table."""
NOT_ABOUT_PEOPLE = {"places.StreetPoint.street"}
"""The map of the city: every house, no resident."""


NOTICE = {
    "people.Card": "Ausweis",
    "people.PushSubscription": "Hinweise auf dem Handy",
    "people.Deputy": "Vertretung von Beschäftigten",
    "people.MassExport": "Herausgabe von Dateien mit vielen Menschen",
    "volunteers.Volunteer": "Ehrenamt",
    "volunteers.Application": "Bewerbung als Lotsin oder Lotse",
    "volunteers.EmailChange": "Neue E-Mail-Adresse bestätigen",
    "volunteers.Absence": "Freie Tage und andere Zeiten im Ehrenamt",
    "volunteers.OtherHours": "Freie Tage und andere Zeiten im Ehrenamt",
    "volunteers.Expense": "Auslagen und Pauschalen",
    "volunteers.PaymentRun": "Auslagen und Pauschalen",
    "volunteers.Allowance": "Auslagen und Pauschalen",
    "volunteers.Certificate": "Bescheinigung über das Ehrenamt",
    "bookings.ShownAddress": "Schutz der Adressen",
    "bookings.CalendarEntry": "Link zum Kalender",
    "bookings.ReportDraft": "Angefangene Berichte und Anfragen",
    "bookings.HotlineDraft": "Angefangene Berichte und Anfragen",
    "bookings.CityUpload": "Listen der Stadt einlesen",
    "bookings.WebRequest": "Anfrage ohne Besuch, außerhalb der Stadt",
    "bookings.Referral": "Anfrage ohne Besuch, außerhalb der Stadt",
    "bookings.Facility": "Einrichtungen und Haltestellen",
    "bookings.Training": "Einrichtungen und Haltestellen",
    "touring.Stop": "Einrichtungen und Haltestellen",
    "touring.RequestStop": "Einrichtungen und Haltestellen",
    "outbox.Message": "Nachrichten",
    "outbox.CallTask": "Nachrichten",
    "outbox.SilencedNumber": "Keine SMS mehr (STOPP)",
    "outbox.InboundSms": "Nachrichten",
    "bookings.GivenWord": "Sicherheit an der Tür",
    "bookings.SurveyToken": "Statistik",
    "outbox.PrintRun": "Nachrichten",
    "outbox.PhoneCall": "Telefon",
    "outbox.Voicemail": "Anrufbeantworter",
}
"""Which row of the notice tells people about a table that a job clears, or that they clear themselves."""


def our_models():
    models = [model for model in apps.get_models() if model.__module__.partition(".")[0] in ROOMS]
    return [model for model in models if model._meta.app_label != "simulator"]  # never in production


def ties_of(model):
    """Foreign keys to a person: (column, whether only staff stands there)."""
    people = {get_user_model(), Volunteer, Client}
    for field in model._meta.fields:
        if field.related_model in people:
            yield field.name, field.related_model is get_user_model() and STAFF_ACTS.fullmatch(field.name) is not None


def problems(model, fates):
    """Why this table has not been thought of; nothing where it has."""
    label = model._meta.label
    fate = fates.get(label)
    if fate is None:
        return [f"{label}: how long is it kept? Say so in lotsen/kept.py and in lotsen/purposes.py"]
    if not isinstance(fate, Nobody):
        return []
    found = [f"{label}.{name} is a person" for name, is_staff in ties_of(model) if not is_staff]
    found += [f"{label}.{field.name}" for field in model._meta.fields if PERSONAL.search(field.name)]
    return [line for line in found if line not in NOT_ABOUT_PEOPLE]


def test_every_table_has_a_fate():
    assert [line for model in our_models() for line in problems(model, FATES)] == []


def test_control_a_new_table_fails_and_one_that_hides_a_person_too():
    without = {label: fate for label, fate in FATES.items() if label != "volunteers.Absence"}
    assert problems(Absence, without)
    assert problems(Absence, FATES | {"volunteers.Absence": Nobody()}) == ["volunteers.Absence.volunteer is a person"]


def test_the_list_names_no_table_that_is_gone():
    assert set(FATES) == {model._meta.label for model in our_models()}


def test_what_goes_with_another_names_one_that_has_a_fate_of_its_own():
    followed = {label: fate.other for label, fate in FATES.items() if isinstance(fate, With)}
    assert [label for label, other in followed.items() if other not in FATES or label == other] == []


def test_every_job_named_is_a_periodic_task_of_the_worker():
    queue.perform_import_paths()
    periodic = {task.task.name for task in queue.periodic_registry.periodic_tasks.values()}
    named = {fate.job for fate in FATES.values() if isinstance(fate, Kept)}
    assert named - periodic == set()


def test_what_a_job_clears_stands_in_the_notice():
    rows = {str(purpose.purpose) for purpose in PURPOSES}
    kept = {label for label, fate in FATES.items() if isinstance(fate, Kept | Until)}
    assert set(NOTICE) == kept
    assert {label: words for label, words in NOTICE.items() if words not in rows} == {}


def test_what_is_missing_says_what_and_grows_no_more():
    """Debts of the notice; each that is built leaves this list, and none is added."""
    missing = {label for label, fate in FATES.items() if isinstance(fate, Missing)}
    assert all(FATES[label].why for label in missing)
    assert missing <= {
        "bookings.Client",
        "bookings.HomeVisit",
        "bookings.MatchingRound",
        "kernel.ContactRead",
        "kernel.FieldChange",
        "kernel.Transition",
    }


def test_a_period_is_only_asked_of_tables_that_a_job_clears():
    assert period_of(Absence).days == 90
    with pytest.raises(AssertionError):
        period_of(Client)


def test_the_page_for_operators_names_every_job_that_forgets():
    page = (tree.ROOT / "docs" / "operations.md").read_text()
    assert [fate.job for fate in FATES.values() if isinstance(fate, Kept) and f"`{fate.job}`" not in page] == []
