"""The pages of what was given and thanked: hours, export, certificate, courses, expenses, allowances."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
import time_machine
from django.utils.html import escape
from pypdf import PdfReader

from bookings.given_hours import hours_given, minutes_there
from bookings.models import HomeVisit, VisitReport
from lotsen.kernel.models import ContactRead
from lotsen.kernel.sheets import csv_bytes, workbook_bytes
from lotsen.people.models import Role
from tests.people import NOW, make_address, make_scheduled, make_user, make_volunteer
from volunteers import courses, other_work
from volunteers.models import Allowance, Certificate, Course, Expense, OtherWork

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
OWN = "/lotse/ich/"
DESK = "/koordination/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


@pytest.fixture
def bernd():
    return make_volunteer("Bernd Kluge", home=make_address("Weinberg", "9", latitude=51.0800, longitude=13.7200))


@pytest.fixture
def desk(client, dora):
    client.force_login(dora)
    return client


@pytest.fixture
def phone(client, bernd):
    client.force_login(bernd.user)
    return client


def done(volunteer, by, starts_at, **fields):
    """A visit that took place; `minutes` is what its report says."""
    minutes = fields.pop("minutes", 60)
    visit = make_scheduled(by=by)
    span = {"slot_starts_at": starts_at, "slot_ends_at": starts_at + timedelta(hours=1)}
    fields = {"state": "done", "guide": volunteer.user, **span} | fields
    HomeVisit.objects.filter(pk=visit.pk).update(**fields)
    if fields["state"] == "done":
        VisitReport.objects.create(visit=visit, outcome="helped", minutes=minutes, by=volunteer.user, at=starts_at)
    return HomeVisit.objects.get(pk=visit.pk)


def given_in(volunteer, year=2026):
    return hours_given([volunteer], first=date(year, 1, 1), last=date(year, 12, 31))[volunteer.pk]


def a_year_of(bernd, dora):
    """75 minutes by the clock, 90 by report, a way, a course of two hours, one confirmed hour."""
    start = NOW - timedelta(days=20)
    done(bernd, dora, start, checked_in_at=start, checked_out_at=start + timedelta(minutes=75))
    done(bernd, dora, NOW - timedelta(days=10), minutes=90)
    course = courses.add_course(title="Erste Hilfe", on=TODAY, minutes=120, places=5, held_by="DRK", by=dora, at=NOW)
    courses.sign_up(course, bernd, by=dora, at=NOW)
    courses.tick_attendance(course, attended=[bernd.pk], gives_training=False, by=dora, at=NOW)
    for what in ("confirm", "leave"):
        work = other_work.enter_work(bernd, on=TODAY, minutes=60, what="=1+1 Flyer", by=bernd.user, at=NOW)
        if what == "confirm":
            other_work.confirm_work(work, by=dora, at=NOW)


def test_hours_are_those_of_the_clock_else_of_the_report_with_the_way(bernd, dora):
    a_year_of(bernd, dora)
    given = given_in(bernd)
    way = given.by_kind["way"]
    assert given.by_kind == {"visit": 165, "way": way, "course": 120, "other": 60}
    assert way > 0
    assert (given.visits, given.minutes, given.by_year) == (2, 345 + way, [(2026, 345 + way)])


def test_a_forgotten_check_out_does_not_make_a_day_of_it(bernd, dora):
    start = NOW - timedelta(days=9)
    visit = done(bernd, dora, start, checked_in_at=start, checked_out_at=start + timedelta(hours=23), minutes=50)
    assert minutes_there(visit) == 50


def test_a_visit_that_met_nobody_counts_its_way_only(bernd, dora):
    done(bernd, dora, NOW - timedelta(days=3), state="missed")
    kinds = given_in(bernd).by_kind
    assert kinds["visit"] == 0
    assert kinds["way"] > 0


def test_a_year_turns_at_midnight_in_dresden(bernd, dora):
    turn = NOW.replace(year=2025, month=12, day=31, hour=23, minute=0)
    done(bernd, dora, turn)
    done(bernd, dora, turn - timedelta(hours=2), minutes=30)
    assert (given_in(bernd, 2025).by_kind["visit"], given_in(bernd, 2026).by_kind["visit"]) == (30, 60)


def test_hours_of_many_take_as_many_queries_as_of_one(bernd, dora, django_assert_max_num_queries):
    others = [make_volunteer() for _ in range(4)]
    for n, one in enumerate([bernd, *others]):
        done(one, dora, NOW - timedelta(days=n + 2))
    with django_assert_max_num_queries(5):
        hours_given([bernd, *others], first=date(2026, 1, 1), last=TODAY)


# --- one's own pages ----------------------------------------------------------------------------------


def test_my_hours_and_an_entry_that_waits(phone, bernd, dora):
    a_year_of(bernd, dora)
    page = phone.get(f"{OWN}stunden/")
    assert "2:45 bei 2 Besuchen" in page.text
    sent = phone.post(f"{OWN}stunden/", {"on": "2026-11-24", "minutes": "1,5", "what": "Flyer verteilt"})
    assert sent.status_code == 302
    assert OtherWork.objects.get(what="Flyer verteilt").minutes == 90


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("minutes", "25:00", 422),
        ("minutes", "😀", 422),
        ("minutes", "٣", 422),
        ("minutes", "0", 422),
        ("what", "x" * 100_000, 422),
        ("on", "30.02.2026", 422),
        ("on", "0001-01-01", 409),
        ("on", "9999-12-31", 409),
    ],
)
def test_bad_hours_are_said_and_nothing_typed_is_lost(phone, field, value, status):
    typed = {"on": "2026-11-24", "minutes": "1:30", "what": "Flyer verteilt"} | {field: value}
    page = phone.post(f"{OWN}stunden/", typed)
    assert page.status_code == status
    assert "Bitte prüfen Sie eine Angabe" in page.text
    if field != "what":
        assert "Flyer verteilt" in page.text
    assert not OtherWork.objects.exists()


def test_an_expense_goes_from_the_hand_to_the_treasury(phone, bernd, dora):
    typed = {"on": "2026-11-24", "kind": "ticket", "cents": "6,40", "receipt": "R 17", "what": "=HYPERLINK(1)"}
    assert phone.post(f"{OWN}auslagen/", typed).status_code == 302
    assert "6,40 €, Fahrkarte" in phone.get(f"{OWN}auslagen/").text
    row = Expense.objects.get()
    phone.force_login(dora)
    page = phone.get(f"{DESK}auslagen/")
    assert "Bernd Kluge" in page.text
    no_reason = phone.post(f"{DESK}auslagen/{row.pk}/ablehnen/", {"because": ""})
    assert no_reason.status_code == 422
    assert "warum nicht" in no_reason.text
    phone.post(f"{DESK}auslagen/{row.pk}/anerkennen/")
    phone.post(f"{DESK}auslagen/auszahlen/")
    row.refresh_from_db()
    assert row.state == "paid"
    table = phone.get(f"{DESK}auslagen/liste/{row.run_id}.csv").content.decode("utf-8-sig").splitlines()
    assert table[1] == f"{row.run.name}-{bernd.key};{bernd.key};Bernd Kluge;1;6,40"


@pytest.mark.parametrize(
    "wrong",
    [
        {"cents": ""},
        {"cents": "1e9"},
        {"cents": "-5"},
        {"kind": "gold"},
        {"kind": "kilometres", "kilometres": ""},
        {"kilometres": "99999999999999999999", "kind": "kilometres"},
        {"reference": "1234567"},
        {"receipt": "y" * 31},
        {"on": "2027-01-01"},
        {"cents": "1000,01"},
    ],
)
def test_a_bad_expense_is_refused_with_a_sentence(phone, wrong):
    typed = {"on": "2026-11-24", "kind": "ticket", "cents": "6,40", "what": "Strassenbahn"} | wrong
    page = phone.post(f"{OWN}auslagen/", typed)
    assert page.status_code in (409, 422)
    assert "Strassenbahn" in page.text
    assert not Expense.objects.exists()


def test_a_double_receipt_is_pointed_out(desk, bernd):
    from volunteers import expenses

    for _ in range(2):
        expenses.submit_expense(bernd, on=TODAY, kind="ticket", cents=100, receipt="R 1", by=bernd.user, at=NOW)
    assert desk.get(f"{DESK}auslagen/").text.count("Nummer schon eingereicht") == 2


def test_my_allowances_warn_and_do_not_stop(phone):
    typed = {"kind": "honorary", "on": "2026-05-01", "cents": "768", "what": "Sportverein"}
    assert phone.post(f"{OWN}pauschalen/", typed).status_code == 302
    page = phone.get(f"{OWN}pauschalen/")
    assert "768,00 von 960,00 Euro" in page.text
    assert "Mehr als vier Fünftel" in page.text
    phone.post(f"{OWN}pauschalen/", typed | {"cents": "500"})
    assert "Grenze erreicht" in phone.get(f"{OWN}pauschalen/").text
    assert set(Allowance.objects.values_list("is_declared", flat=True)) == {True}
    assert "3.000,00" in phone.get(f"{OWN}pauschalen/?jahr=2025").text
    for odd in ("jahr=9999", "jahr=-1", "jahr=²²²²", "seite=x"):
        assert phone.get(f"{OWN}pauschalen/?{odd}").status_code == 200


def test_a_course_is_taken_and_given_back(phone, bernd, dora):
    course = courses.add_course(title="Handy", on=TODAY, minutes=60, places=1, held_by="VHS", by=dora, at=NOW)
    phone.post(f"{OWN}kurse/{course.pk}/anmelden/")
    assert "Sie sind angemeldet." in phone.get(f"{OWN}kurse/").text
    phone.post(f"{OWN}kurse/{course.pk}/abmelden/")
    course.refresh_from_db()
    assert course.taken == 0
    assert phone.post(f"{OWN}kurse/{course.pk}/unfug/").status_code == 404
    assert phone.post(f"{OWN}kurse/99999999999999999999999/anmelden/").status_code == 404


# --- the desk -----------------------------------------------------------------------------------------


def test_a_course_is_announced_and_its_list_ticked(desk, bernd):
    typed = {"title": "Handy", "on": "2026-11-25", "starts": "14:30", "minutes": "2", "held_by": "VHS", "places": "3"}
    assert desk.post(f"{DESK}kurse/", typed | {"places": "0"}).status_code == 422
    assert desk.post(f"{DESK}kurse/", typed).status_code == 302
    course = Course.objects.get()
    assert (course.minutes, course.starts) == (120, "14:30")
    desk.post(f"{DESK}kurse/{course.pk}/anmelden/", {"wer": bernd.key})
    assert "Bernd Kluge" in desk.get(f"{DESK}kurse/{course.pk}/").text
    desk.post(f"{DESK}kurse/{course.pk}/anwesend/", {"da": [bernd.pk, "x", "²", "9" * 40]})
    assert course.held_places.get().attended


def test_rates_are_set_once_a_day_and_listed(desk):
    typed = {"key": "kilometre", "cents": "0,38", "valid_from": "2027-01-01", "source": "Satzung § 4"}
    assert desk.post(f"{DESK}pauschalen/", typed).status_code == 302
    assert "Satzung § 4" in desk.get(f"{DESK}pauschalen/").text
    assert desk.post(f"{DESK}pauschalen/", typed).status_code == 409


def asked(**more):
    return {"year": "2026", "purpose": "grant", "kind": "csv"} | more


def test_the_export_is_written_into_the_journal_with_its_purpose(desk, bernd, dora):
    a_year_of(bernd, dora)
    make_volunteer("Clara Ohne")
    table = desk.post(f"{DESK}stunden/export/", asked()).content.decode("utf-8-sig")
    assert "Bernd" not in table
    way = given_in(bernd).months[2026, 11]["way"]
    assert table.splitlines()[1:] == [f"{bernd.key};2026-11;165;{way};120;60;{345 + way}"]
    line = ContactRead.objects.get(why="hours export: grant")
    assert (line.subject_id, line.by) == (str(bernd.pk), dora)
    assert "Bernd Kluge" in desk.post(f"{DESK}stunden/export/", asked(with_names="1")).content.decode()
    workbook = desk.post(f"{DESK}stunden/export/", asked(kind="xlsx", with_names="1"))
    words = zipfile.ZipFile(io.BytesIO(workbook.content)).read("xl/sharedStrings.xml").decode()
    assert "Bernd Kluge" in words
    for wrong in ({"purpose": ""}, {"year": "1999"}, {"kind": "exe"}):
        assert desk.post(f"{DESK}stunden/export/", asked(**wrong)).status_code == 422


def test_no_cell_becomes_a_formula():
    evil = ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "  =1", 'a"<&', "\x00ok", -5]
    cells = csv_bytes([evil]).decode("utf-8-sig").strip().split(";")
    assert all(cell.lstrip('"').startswith("'") for cell in cells[:6])
    assert cells[-1] == "-5"
    sheet = zipfile.ZipFile(io.BytesIO(workbook_bytes([evil], title="a[b]:c")))
    assert "<f>" not in sheet.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.testzip() is None


def test_entered_hours_are_confirmed_or_refused_with_a_reason(desk, bernd):
    rows = [other_work.enter_work(bernd, on=TODAY, minutes=60, what="x", by=bernd.user, at=NOW) for _ in range(2)]
    desk.post(f"{DESK}stunden/eintrag/{rows[0].pk}/bestaetigen/")
    assert desk.post(f"{DESK}stunden/eintrag/{rows[1].pk}/ablehnen/", {"because": ""}).status_code == 422
    desk.post(f"{DESK}stunden/eintrag/{rows[1].pk}/ablehnen/", {"because": "Das war ein Kurs."})
    assert set(OtherWork.objects.values_list("state", "because")) == {
        ("confirmed", ""),
        ("refused", "Das war ein Kurs."),
    }


@pytest.mark.parametrize("url", ["stunden/", "kurse/", "auslagen/", "pauschalen/"])
def test_lists_take_as_many_queries_for_many(desk, dora, url, django_assert_max_num_queries):
    from volunteers import allowances, expenses

    for n in range(30):
        one = make_volunteer(f"Person {n}")
        done(one, dora, NOW - timedelta(days=n + 2))
        courses.add_course(title=f"Kurs {n}", on=TODAY, minutes=60, places=1, held_by="VHS", by=dora, at=NOW)
        expenses.submit_expense(one, on=TODAY, kind="ticket", cents=100, receipt="R", by=one.user, at=NOW)
        other_work.enter_work(one, on=TODAY, minutes=60, what="x", by=one.user, at=NOW)
        allowances.enter_allowance(
            one, kind="honorary", on=TODAY, cents=5, what="x", is_declared=False, by=dora, at=NOW
        )
    desk.get(f"{DESK}{url}")
    with django_assert_max_num_queries(20):
        assert "Seite 1 von 2" in desk.get(f"{DESK}{url}").text


# --- the certificate ----------------------------------------------------------------------------------


def text_of(response):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages).split())


def test_my_certificate_keeps_what_was_certified(phone, bernd, dora):
    assert phone.post(f"{OWN}bescheinigung/").url == f"{OWN}stunden/"  # nothing yet
    a_year_of(bernd, dora)
    address = phone.post(f"{OWN}bescheinigung/").url
    paper, row = phone.get(address), Certificate.objects.get()
    text = text_of(paper)
    assert len(PdfReader(io.BytesIO(paper.content)).pages) == 1
    assert "Bernd Kluge" in text
    assert row.grouped_number in text
    assert "Erste Hilfe, 25.11.2026" in text
    done(bernd, dora, NOW - timedelta(days=5), minutes=600)
    assert text_of(phone.get(address)) == text
    assert phone.post(f"{OWN}bescheinigung/").url != address


def test_another_persons_certificate_is_not_there(phone, bernd, dora, client):
    a_year_of(bernd, dora)
    address = phone.post(f"{OWN}bescheinigung/").url
    client.force_login(make_volunteer("Clara Funk").user)
    assert client.get(address).status_code == 404
    client.force_login(bernd.user)  # control
    assert client.get(address).status_code == 200


def test_the_number_says_valid_and_only_the_code_says_who(desk, client, bernd, dora):
    a_year_of(bernd, dora)
    desk.post(f"{DESK}stunden/person/{bernd.key}/")
    row = Certificate.objects.get()
    client.logout()
    by_number = client.post("/bescheinigung/", {"digits": row.grouped_number})
    assert "Diese Bescheinigung haben wir ausgestellt" in by_number.text
    assert "Bernd" not in by_number.text
    assert "Bernd Kluge" in client.get(f"/bescheinigung/{row.token}/").text
    assert "Nicht gültig" in client.post("/bescheinigung/", {"digits": "123 456 789"}).text
    client.force_login(dora)
    client.post(f"{DESK}stunden/person/{bernd.key}/{row.number}/widerrufen/")
    assert "Nicht gültig" in client.get(f"/bescheinigung/{row.token}/").text
    assert client.get(f"{DESK}stunden/person/{bernd.key}/{row.number}.pdf").status_code == 404


def test_guessing_ends_after_five_tries_right_or_wrong(client, settings):
    for n in range(settings.CARD_TRIES_PER_ADDRESS):
        assert client.post("/bescheinigung/", {"digits": f"12345678{n}"}).status_code == 200
    assert client.post("/bescheinigung/", {"digits": "123456789"}).status_code == 429
    assert client.get("/bescheinigung/ABCD/").status_code == 429


@pytest.mark.parametrize("token", ["%00", "x" * 5000, "😀", "..%2f"])
def test_odd_codes_are_not_valid_or_not_there(client, token):
    assert client.get(f"/bescheinigung/{token}/").status_code in (200, 404)
    assert client.post("/bescheinigung/", {"digits": escape(token)}).status_code in (200, 422)


def test_the_fullest_certificate_fits_one_page(bernd, dora, phone):
    from volunteers.certificates import issue_certificate

    bernd.user.name = "Annegret-Elisabeth Freifrau von der Osten-Sacken zu Hohenlohe"
    row = issue_certificate(
        bernd,
        first_on=date(2015, 1, 1),
        last_on=TODAY,
        years=[(year, 60_000) for year in range(2017, 2027)],
        courses=[f"Kurs über sichere Einstellungen {n}, 25.11.2026" for n in range(30)],
        by=dora,
        at=NOW,
    )
    paper = phone.get(f"{OWN}bescheinigung/{row.number}.pdf")
    assert len(PdfReader(io.BytesIO(paper.content)).pages) == 1
