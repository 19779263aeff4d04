""" "Bin da", "bin weg", "ich brauche Hilfe" and going along, said to the hotline: what the telephone page would do."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import first_visits, offers, safe_return, visits
from bookings.models import HomeVisit, SafeReturn
from lotsen.kernel.models import FieldChange
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from volunteers.models import FirstVisit

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TUESDAY = NOW + 6 * DAY
LANDLINE = "+4935188990011"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def anna():
    return make_user()


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein", phone="+4917139200777")


@pytest.fixture
def winkler():
    row = make_volunteer("Friederike Winkler", topics=[make_topic()])
    row.user.phone = LANDLINE
    row.user.save()
    return row


@pytest.fixture
def visit(anna, winkler):
    return promised(anna, winkler)


def promised(anna, volunteer, starts_at=TUESDAY):
    row = make_scheduled(by=anna, starts_at=starts_at, client=make_client(phone=""))
    (offer,) = offers.send_offers(row, volunteers=[volunteer], answer_by=NOW + DAY, by=anna, at=NOW)
    offers.accept_offer(offer, by=volunteer.user, at=NOW)
    return HomeVisit.objects.get(pk=row.pk)


def text_of(response):
    return " ".join(response.content.decode().replace("&nbsp;", " ").split())


def on_the_line(client, anna, volunteer, clock, at, *, proven=True):
    """The agent has them on the telephone at this moment; sessions of the day before are over."""
    clock.move_to(at)
    client.force_login(anna)
    if proven:
        client.post(f"/hotline/lotsen/{volunteer.key}/", {"called": "1"})


def say(client, volunteer, visit, verb, **sent):
    url = f"/hotline/lotsen/{volunteer.key}/besuch/{visit.reference}/{verb}/"
    return client.post(url, sent, follow=True)


def stamps(visit):
    row = HomeVisit.objects.get(pk=visit.pk)
    return row.checked_in_at, row.checked_out_at


def noted(visit, by):
    rows = FieldChange.objects.filter(subject_type="bookings.homevisit", subject_id=str(visit.pk), by=by)
    return sorted(field for row in rows for field in row.fields)


# --- bin da, bin weg ----------------------------------------------------------------------------------------


def test_arriving_and_leaving_are_watched_like_those_of_the_page(client, anna, dora, winkler, visit, clock):
    on_the_line(client, anna, winkler, clock, TUESDAY - 2 * MINUTE)
    page = text_of(client.get(f"/hotline/lotsen/{winkler.key}/"))
    assert ("Noch nicht da." in page, "ist da" in page, "ist wieder weg" in page) == (True, True, False)
    assert "„Bin da“ ist eingetragen." in text_of(say(client, winkler, visit, "da"))
    row = SafeReturn.objects.get(visit=visit)
    assert (row.guide, row.code, row.ends_at) == (winkler.user, winkler.offers.get().code, visit.slot_ends_at)

    end = visit.slot_ends_at
    assert safe_return.watch(at=end + 45 * MINUTE) == 4
    assert CallTask.objects.filter(kind="k_overdue_45", state="taken", owner=dora).count() == 1
    on_the_line(client, anna, winkler, clock, end + 50 * MINUTE)
    assert "ist wieder weg" in text_of(client.get(f"/hotline/lotsen/{winkler.key}/"))
    answer = text_of(say(client, winkler, visit, "weg"))
    assert ("„Bin weg“ ist eingetragen." in answer, "Bericht aufnehmen" in answer) == (True, True)
    assert stamps(visit) == (TUESDAY - 2 * MINUTE, end + 50 * MINUTE)
    assert not CallTask.objects.filter(kind="k_overdue_45", state__in=["open", "taken"]).exists()
    assert safe_return.watch(at=end + 90 * MINUTE) == 0
    assert noted(visit, anna) == ["checked_in_at", "checked_out_at"]


def test_twice_is_once(client, anna, winkler, visit, clock):
    for minute in range(2):
        on_the_line(client, anna, winkler, clock, TUESDAY + minute * MINUTE)
        say(client, winkler, visit, "da")
    for minute in range(50, 52):
        on_the_line(client, anna, winkler, clock, TUESDAY + minute * MINUTE)
        say(client, winkler, visit, "weg")
    assert stamps(visit) == (TUESDAY, TUESDAY + 50 * MINUTE)
    assert (SafeReturn.objects.count(), noted(visit, anna)) == (1, ["checked_in_at", "checked_out_at"])


def test_half_an_hour_more_moves_the_question(client, anna, winkler, visit, clock):
    on_the_line(client, anna, winkler, clock, TUESDAY)
    say(client, winkler, visit, "da")
    say(client, winkler, visit, "laenger")
    assert SafeReturn.objects.get().ends_at == visit.slot_ends_at + 30 * MINUTE


def test_not_before_two_hours_before_and_not_away_before_there(client, anna, winkler, visit, clock):
    on_the_line(client, anna, winkler, clock, TUESDAY - 121 * MINUTE)
    assert "Besuch jetzt" not in text_of(client.get(f"/hotline/lotsen/{winkler.key}/"))
    for verb in ("da", "weg", "laenger"):
        assert "Das geht gerade nicht." in text_of(say(client, winkler, visit, verb))
    on_the_line(client, anna, winkler, clock, TUESDAY - 120 * MINUTE)
    assert "Das geht gerade nicht." in text_of(say(client, winkler, visit, "weg"))
    assert stamps(visit) == (None, None)
    assert "„Bin da“ ist eingetragen." in text_of(say(client, winkler, visit, "da"))


def test_nothing_is_written_for_somebody_who_is_not_proven(client, anna, winkler, visit, clock):
    on_the_line(client, anna, winkler, clock, TUESDAY)
    say(client, winkler, visit, "da")
    on_the_line(client, anna, winkler, clock, TUESDAY + 16 * MINUTE, proven=False)
    assert "Bitte prüfen Sie zuerst, wer spricht" in text_of(say(client, winkler, visit, "weg"))
    assert stamps(visit) == (TUESDAY, None)
    on_the_line(client, anna, winkler, clock, TUESDAY + 16 * MINUTE)
    say(client, winkler, visit, "weg")
    assert stamps(visit)[1] is not None  # the control: proven, the same is written


def test_a_visit_of_somebody_else_is_not_there(client, anna, winkler, visit, clock):
    other = make_volunteer("Bernd Kluge")
    on_the_line(client, anna, other, clock, TUESDAY)
    for verb in ("da", "weg", "laenger", "hilfe", "mit", "nicht-mit"):
        assert say(client, other, visit, verb, because="krank").status_code == 404
    assert say(client, winkler, visit, "fort").status_code == 404
    assert (stamps(visit), SafeReturn.objects.count()) == ((None, None), 0)


# --- help -----------------------------------------------------------------------------------------------


def test_help_needs_no_proof_and_is_one_alarm(client, anna, dora, winkler, visit, clock):
    on_the_line(client, anna, winkler, clock, TUESDAY, proven=False)
    for _ in range(2):
        answer = say(client, winkler, visit, "hilfe")
        assert answer.redirect_chain[-1][0] == f"/hotline/notfall/{visit.reference}/"
    assert CallTask.objects.filter(kind="k_help", about_id=str(visit.pk)).count() == 1
    assert Message.objects.filter(kind="k_help", recipient_user=dora).count() == 1
    assert SafeReturn.objects.get().guide == winkler.user
    assert "help_at" in noted(visit, anna)


# --- going along ------------------------------------------------------------------------------------------


@pytest.fixture
def pair(anna, dora, winkler):
    """A first visit of Emil's, to which Friederike Winkler goes along."""
    emil = make_volunteer("Emil Sander", pair=None, topics=[make_topic()])
    row = promised(anna, emil)
    first_visits.choose_companion(FirstVisit.objects.get(), companion=winkler, by=dora, at=NOW)
    return HomeVisit.objects.get(pk=row.pk)


def test_yes_and_then_no_by_telephone(client, anna, winkler, pair, clock):
    on_the_line(client, anna, winkler, clock, NOW)
    page = text_of(client.get(f"/hotline/lotsen/{winkler.key}/"))
    assert ("Antwort steht aus" in page, "Ja, geht mit" in page) == (True, True)
    for _ in range(2):
        assert "Eingetragen: geht mit." in text_of(say(client, winkler, pair, "mit"))
    page = text_of(client.get(f"/hotline/lotsen/{winkler.key}/"))
    assert ("hat Ja gesagt" in page, "Ja, geht mit" in page) == (True, False)
    wrong = say(client, winkler, pair, "nicht-mit")
    assert (wrong.status_code, "Bitte wählen Sie einen Grund" in text_of(wrong)) == (422, True)
    assert "Ausgetragen." in text_of(say(client, winkler, pair, "nicht-mit", because="krank"))
    row = HomeVisit.objects.get(pk=pair.pk)
    assert (row.state, row.companion, row.companion_confirmed_at) == ("assigned", None, None)
    assert say(client, winkler, pair, "mit").status_code == 404
    assert CallTask.objects.filter(kind="k_first_visit", state="open").count() == 1


@pytest.mark.parametrize("verb", ["mit", "nicht-mit"])
def test_going_along_needs_proof_too(client, anna, winkler, pair, clock, verb):
    on_the_line(client, anna, winkler, clock, NOW, proven=False)
    assert "Bitte prüfen Sie zuerst, wer spricht" in text_of(say(client, winkler, pair, verb, because="krank"))
    row = HomeVisit.objects.get(pk=pair.pk)
    assert (row.companion, row.companion_confirmed_at) == (winkler.user, None)


def test_who_goes_along_neither_arrives_nor_leaves_but_can_ask_for_help(client, anna, winkler, pair, clock):
    on_the_line(client, anna, winkler, clock, TUESDAY)
    page = text_of(client.get(f"/hotline/lotsen/{winkler.key}/"))
    assert ("An und ab meldet sich Emil Sander." in page, "ist da<" in page, "braucht Hilfe" in page) == (
        True,
        False,
        True,
    )
    for verb in ("da", "weg", "laenger", "mit"):
        assert "Das geht gerade nicht." in text_of(say(client, winkler, pair, verb))
    assert stamps(pair) == (None, None)
    say(client, winkler, pair, "hilfe")
    assert SafeReturn.objects.get().guide == winkler.user


def test_the_page_reads_as_often_for_many_visits_of_today(client, anna, winkler, clock):
    counts = []
    for hours in ((0, 4), (2,)):
        for hour in hours:
            row = promised(anna, winkler, TUESDAY + timedelta(hours=hour))
            visits.check_in(row, by=winkler.user, at=row.slot_starts_at)
        on_the_line(client, anna, winkler, clock, TUESDAY + timedelta(hours=4))
        with CaptureQueriesContext(connection) as seen:
            page = client.get(f"/hotline/lotsen/{winkler.key}/")
        counts.append((len(seen), len(page.context["hand"].here)))
    assert (counts[0][0], counts[0][1], counts[1][1]) == (counts[1][0], 2, 3)
