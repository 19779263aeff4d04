"""Mass export needs two people (A9): a second one approves, the first has just proven who they are, once, in time."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from lotsen.kernel.errors import AlreadyMoved, MoveNotAllowed
from lotsen.kernel.models import ContactRead
from lotsen.people import exports
from lotsen.people.exports import NoPurpose, NotProven, OwnExport, TooLate
from lotsen.people.models import MassExport, Role
from tests.people import NOW, PASSWORD, make_user, make_volunteer
from tests.races.racing import at_once
from volunteers import other_work

MINUTE = timedelta(minutes=1)
DESK = (Role.HOTLINE, Role.COORDINATOR)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


@pytest.fixture
def emil():
    return make_user(Role.COORDINATOR, name="Emil Groß")


def with_hours(count, *, by):
    for number in range(count):
        row = other_work.enter_work(
            make_volunteer(name=f"Frau {number}"), on=NOW.date(), minutes=60, what="Flyer", by=by, at=NOW
        )
        other_work.confirm_work(row, by=by, at=NOW)


def make_asked(by, **fields):
    values = {"kind": "hours", "about": "2026-csv-names-grant", "persons": 21, "purpose": "Antrag", "asked_at": NOW}
    return MassExport.objects.create(asked_by=by, **values | fields)


def make_approved(by, other, **fields):
    row = make_asked(by, **fields)
    exports.approve_export(row, by=other, at=NOW)
    return row


def signed_in(user):
    browser = Browser()
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return browser


# --- the whole way --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_twenty_people_need_one_person_twenty_one_need_two(dora, emil):
    with_hours(20, by=dora)
    sent = {"year": 2026, "purpose": "grant", "kind": "csv", "with_names": "on"}
    browser = signed_in(dora)
    assert browser.post(reverse("bookings:hours-export"), sent).status_code == 200
    with_hours(1, by=dora)
    answer = browser.post(reverse("bookings:hours-export"), sent)
    assert (answer.status_code, answer.url) == (302, reverse("people:exports"))
    row = MassExport.objects.get()
    assert (row.state, row.persons, row.purpose) == ("asked", 21, "Antrag oder Nachweis für eine Förderung")

    fetch = reverse("people:export-act", args=[row.pk, "holen"])
    assert browser.post(fetch).status_code == 302  # nobody has approved
    browser.post(reverse("people:export-act", args=[row.pk, "freigeben"]))
    row.refresh_from_db()
    assert row.state == "asked"  # not one's own

    assert "Frau" not in signed_in(emil).get(reverse("people:exports")).content.decode()
    signed_in(emil).post(reverse("people:export-act", args=[row.pk, "freigeben"]))
    got = browser.post(fetch)
    assert (got.status_code, got.headers["Content-Disposition"]) == (200, 'attachment; filename="stunden-2026.csv"')
    assert got.content.decode("utf-8-sig").count("Frau ") == 21
    assert ContactRead.objects.filter(why="hours export: grant", by=dora).count() == 20 + 21
    assert browser.post(fetch).status_code == 404  # once


@pytest.mark.django_db
def test_who_signed_in_long_ago_proves_it_again_and_comes_back(dora, emil, clock):
    with_hours(21, by=dora)
    browser = signed_in(dora)
    clock.shift(timedelta(minutes=6))
    row = make_asked(dora)
    exports.approve_export(row, by=emil, at=NOW + 6 * MINUTE)
    fetch = reverse("people:export-act", args=[row.pk, "holen"])
    answer = browser.post(fetch)
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, reverse("account_reauthenticate"))
    assert browser.post(answer.url, {"password": PASSWORD}).url == reverse("people:exports")
    assert browser.post(fetch).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["payment", "letters", "cards", "hours", "nonsense"])
@pytest.mark.parametrize("about", ["1", "9" * 30, "abc", "1-2-3", "9999-csv-keys-grant", "2026-pdf-keys-x"])
def test_lists_with_few_people_and_nonsense_have_no_page_to_ask(dora, kind, about):
    browser = signed_in(dora)
    assert browser.get(reverse("people:export-ask", args=[kind, about])).status_code == 404


@pytest.mark.django_db
def test_a_purpose_is_asked_for_and_nothing_typed_is_lost(dora, monkeypatch):
    many = exports.KINDS["payment"]
    monkeypatch.setitem(
        exports.KINDS, "payment", exports.Kind(many.title, many.purpose, many.roles, lambda about: 34, many.make)
    )
    browser, page = signed_in(dora), reverse("people:export-ask", args=["payment", "7"])
    assert "34 Menschen" in browser.get(page).content.decode()
    assert browser.post(page, {"purpose": "  "}).status_code == 422
    assert browser.post(page, {"purpose": "Auslagen im März"}).status_code == 302
    assert MassExport.objects.get().purpose == "Auslagen im März"


# --- refused --------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("pair", list(product(Role.values, Role.values)), ids="-".join)
def test_only_another_coordinator_approves_in_all_pairs_of_roles(pair):
    """Of all pairs of roles, also with oneself."""
    first, second = (make_user(role) for role in pair)
    own = make_asked(first)
    with pytest.raises(OwnExport):
        exports.approve_export(own, by=first, at=NOW)
    if pair[1] == Role.COORDINATOR:
        exports.approve_export(own, by=second, at=NOW)
    else:
        with pytest.raises(MoveNotAllowed):
            exports.approve_export(own, by=second, at=NOW)
    own.refresh_from_db()
    assert (own.state == "approved") == (pair[1] == Role.COORDINATOR)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_the_database_refuses_ones_own_approval_whoever_writes(role):
    user = make_user(role)
    row = make_asked(user)
    with pytest.raises(IntegrityError, match="mass_export_two_people"), transaction.atomic():
        MassExport.objects.filter(pk=row.pk).update(state="approved", approved_by=user, approved_at=NOW)
    with pytest.raises(IntegrityError, match="mass_export_approved_by_somebody"), transaction.atomic():
        MassExport.objects.filter(pk=row.pk).update(state="approved")
    with pytest.raises(IntegrityError, match="mass_export_"), transaction.atomic():
        MassExport.objects.filter(pk=row.pk).update(state="fetched", fetched_at=NOW)


@pytest.mark.django_db
def test_control_somebody_else_passes_the_same_constraint(dora, emil):
    row = make_asked(dora)
    changed = {"state": "approved", "approved_by": emil, "approved_at": NOW}
    assert MassExport.objects.filter(pk=row.pk).update(**changed) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("later", "proven", "error"),
    [
        (timedelta(0), NOW, None),
        (15 * MINUTE - timedelta(seconds=1), NOW + 14 * MINUTE, None),
        (15 * MINUTE, NOW + 15 * MINUTE, TooLate),
        (timedelta(0), None, NotProven),
        (timedelta(0), NOW - 5 * MINUTE, NotProven),
        (timedelta(0), NOW - 5 * MINUTE + timedelta(seconds=1), None),
    ],
)
def test_a_quarter_of_an_hour_and_five_minutes(dora, emil, later, proven, error):
    row = make_approved(dora, emil)
    if error is None:
        exports.fetch_export(row, proven_at=proven, by=dora, at=NOW + later)
        return
    with pytest.raises(error):
        exports.fetch_export(row, proven_at=proven, by=dora, at=NOW + later)
    assert MassExport.objects.get().state == "approved"


@pytest.mark.django_db
def test_neither_who_approved_nor_who_lost_the_role_fetches_it(dora, emil):
    row = make_approved(dora, emil)
    with pytest.raises(MoveNotAllowed):
        exports.fetch_export(row, proven_at=NOW, by=emil, at=NOW)
    dora.roles = [Role.HOTLINE]
    with pytest.raises(MoveNotAllowed):
        exports.fetch_export(row, proven_at=NOW, by=dora, at=NOW)


@pytest.mark.django_db
def test_more_people_than_were_approved_are_not_handed_out(dora, emil):
    with_hours(22, by=dora)
    row = make_approved(dora, emil)
    with pytest.raises(TooLate):
        exports.fetch_export(row, proven_at=NOW, by=dora, at=NOW)
    assert MassExport.objects.get().state == "approved"


@pytest.mark.django_db
def test_without_a_purpose_or_with_few_people_nothing_is_asked(dora):
    with pytest.raises(NoPurpose):
        exports.ask_export(kind="hours", about="2026-csv-keys-grant", purpose=" ", by=dora, at=NOW)
    with pytest.raises(MoveNotAllowed):
        exports.ask_export(kind="hours", about="2026-csv-keys-grant", purpose="x", by=dora, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_ten_downloads_at_once_one_is_handed_out(dora, emil):
    row = make_approved(dora, emil)

    def fetch():
        return exports.fetch_export(MassExport.objects.get(pk=row.pk), proven_at=NOW, by=dora, at=NOW)

    results = at_once([fetch] * 10)
    assert sum(isinstance(one, exports.Made) for one in results) == 1
    assert all(isinstance(one, exports.Made | AlreadyMoved | MoveNotAllowed) for one in results), results


@pytest.mark.django_db(transaction=True)
def test_control_without_the_move_all_ten_are_handed_out(dora, emil, monkeypatch):
    monkeypatch.setattr(exports, "move", lambda *args, **kwargs: None)
    row = make_asked(dora, state="approved", approved_by=emil, approved_at=NOW)
    results = at_once([lambda: exports.fetch_export(row, proven_at=NOW, by=dora, at=NOW)] * 10)
    assert sum(isinstance(one, exports.Made) for one in results) == 10


@pytest.mark.django_db
def test_what_waits_too_long_expires_and_is_forgotten_after_a_year(dora, emil):
    asked, approved, fresh = (
        make_asked(dora),
        make_approved(dora, emil),
        make_asked(dora, asked_at=NOW + 23 * 60 * MINUTE),
    )
    assert exports.end_exports(at=NOW + 14 * MINUTE) == 0
    assert exports.end_exports(at=NOW + 15 * MINUTE) == 1
    assert exports.end_exports(at=NOW + 24 * 60 * MINUTE) == 1
    states = {row.pk: row.state for row in MassExport.objects.all()}
    assert states == {asked.pk: "expired", approved.pk: "expired", fresh.pk: "asked"}
    exports.end_exports(at=NOW + timedelta(days=365))
    assert set(MassExport.objects.values_list("pk", flat=True)) == {fresh.pk}


@pytest.mark.django_db
def test_the_list_asks_a_constant_number_of_queries(dora, emil, django_assert_max_num_queries):
    for _number in range(30):
        make_asked(emil)
    browser = signed_in(dora)
    with django_assert_max_num_queries(12):
        assert browser.get(reverse("people:exports")).status_code == 200
