"""Who goes along on a first visit: told, shown, in their calendar, and out of it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from bookings import first_visits, leaving, offers, pairs, reports, visits
from bookings.calendar_links import fetch_entries
from bookings.disclosure import visit_card
from bookings.first_visits import CannotGoAlong, ChosenAlready, NotAlong
from bookings.forms.guide import WHY_RETURN
from bookings.given_hours import hours_given
from bookings.models import CaseNote, HomeVisit, PromisedTime
from bookings.proposals import suggest
from bookings.rules import can_check_in, can_give_back
from lotsen.kernel.calendar import local_date
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role
from tests.people import NOW, make_address, make_client, make_scheduled, make_topic, make_user, make_volunteer
from volunteers.models import FirstVisit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def anna():
    return make_user()


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


@pytest.fixture
def emil():
    return make_volunteer(name="Emil Sander", pair=None, topics=[make_topic()])


@pytest.fixture
def bernd():
    return make_volunteer(topics=[make_topic()])


@pytest.fixture
def visit(anna, dora, emil, bernd):
    """A first visit in six days to which Bernd goes along."""
    row = promised(anna, emil)
    first_visits.choose_companion(FirstVisit.objects.get(), companion=bernd, by=dora, at=NOW)
    return HomeVisit.objects.get(pk=row.pk)


def promised(anna, volunteer, **fields):
    fields = {"client": make_client(name="Frau Neu", phone="+4917139200999"), **fields}
    row = make_scheduled(by=anna, **fields)
    offer = offers.send_offers(row, volunteers=[volunteer], answer_by=NOW + DAY, by=anna, at=NOW)[0]
    offers.accept_offer(offer, by=volunteer.user, at=NOW)
    return HomeVisit.objects.get(pk=row.pk)


def told(user, at=NOW):
    return set(Message.objects.filter(recipient_user=user, state="queued").values_list("kind", flat=True))


def times():
    return set(PromisedTime.objects.values_list("user__name", flat=True))


def test_all_three_learn_it(visit, emil, bernd):
    assert ("v_along" in told(bernd.user), "v_pair" in told(emil.user)) == (True, True)
    assert CallTask.objects.filter(kind="senior_second").count() == 1
    assert times() == {"Emil Sander", "Bernd Kluge"}


def test_the_companion_sees_the_visit_by_the_same_stages(visit, emil, bernd):
    stages = []
    for before in (2 * DAY, timedelta(hours=23), timedelta(hours=1)):
        cards = [visit_card(visit, one.user, at=visit.slot_starts_at - before) for one in (emil, bernd)]
        assert cards[0] == cards[1]
        stages.append((bool(cards[1].street), bool(cards[1].bell), bool(cards[1].code_word)))
    assert stages == [(True, False, False), (True, True, False), (True, True, True)]
    other = visit_card(visit, make_volunteer("Clara Vogel").user, at=visit.slot_starts_at)
    assert (other.street, other.code_word) == ("", "")


def test_the_companion_neither_arrives_nor_gives_the_visit_back(visit, emil, bernd):
    at = visit.slot_starts_at - timedelta(minutes=5)
    mays = [(can_check_in(visit, one.user, at=at), can_give_back(visit, one.user, at=at)) for one in (emil, bernd)]
    assert mays == [(True, True), (False, False)]


def test_pages_of_the_companion(client, visit, emil, bernd):
    client.force_login(bernd.user)
    url = f"/lotse/besuch/{visit.reference}/"
    assert "Sie gehen mit" in client.get("/lotse/").content.decode()
    page = client.get(url).content.decode()
    assert ("Sie gehen mit Emil Sander." in page, "Nein, ich kann nicht" in page) == (True, True)
    assert ("Ich bin da" in page, "Bericht schreiben" in page) == (False, False)
    codes = [client.post(f"{url}{verb}/").status_code for verb in ("da", "weg", "laenger", "bericht")]
    assert codes == [404, 404, 404, 404]
    client.force_login(emil.user)
    assert "Bernd Kluge geht mit Ihnen." in client.get(url).content.decode()
    client.force_login(make_volunteer("Clara Vogel").user)
    assert client.get(url).status_code == 404


def test_both_have_it_in_their_calendar_and_off_it_when_called_off(visit, anna, emil, bernd):
    assert [[one.is_off for one in fetch_entries(two.user, at=NOW)] for two in (emil, bernd)] == [[False], [False]]
    visits.cancel_visit(visit, because="krank", own_wish=True, by=anna, at=NOW)
    assert [[one.is_off for one in fetch_entries(two.user, at=NOW)] for two in (emil, bernd)] == [[True], [True]]
    assert told(bernd.user) == {"v_along_off"}
    assert times() == set()


def test_given_back_by_the_newcomer_the_companion_learns_it(visit, emil, bernd):
    offer = emil.offers.get()
    offers.return_offer(offer, because="krank", by=emil.user, at=NOW)
    visit.refresh_from_db()
    assert (visit.companion, visit.companion_way_starts_at, times()) == (None, None, set())
    assert "v_along_off" in told(bernd.user)
    assert "v_along" not in told(bernd.user)


def test_who_goes_along_withdraws_with_a_reason(client, visit, emil, bernd):
    client.force_login(bernd.user)
    url = f"/lotse/besuch/{visit.reference}/zurueckgeben/"
    assert client.post(url, {}).status_code == 422
    because = next(value for value, _label in WHY_RETURN if value)
    assert client.post(url, {"because": because}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.companion) == ("assigned", None)
    assert ("v_withdrawn" in told(bernd.user), "v_pair_off" in told(emil.user)) == (True, True)
    assert CallTask.objects.filter(kind="k_first_visit", state="open").count() == 1
    assert CaseNote.objects.filter(visit=visit, text__startswith="Wer mitgehen wollte, kann nicht").exists()
    assert client.get(f"/lotse/besuch/{visit.reference}/").status_code == 404


def test_a_coordinator_takes_them_out_as_they_call(client, visit, dora, emil, bernd):
    client.force_login(dora)
    url = f"/koordination/lotsen/{emil.key}/"
    assert "Bernd Kluge kann nicht mitgehen" in client.get(url).content.decode()
    assert client.post(f"{url}zu-zweit/", {"austragen": "1"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.companion, "v_pair_off" in told(emil.user)) == (None, True)


def test_nobody_else_withdraws_for_them_and_nobody_once_it_has_begun(visit, emil, bernd):
    for by, at in ((emil.user, NOW), (bernd.user, visit.slot_starts_at)):
        with pytest.raises(NotAlong):
            first_visits.leave_pair(visit, because="krank", by=by, at=at)


def test_suspended_or_kept_apart_they_go_along_no_more(visit, anna, dora, emil, bernd):
    leaving.suspend(bernd, because="x", by=dora, at=NOW)
    visit.refresh_from_db()
    assert (visit.companion, CallTask.objects.filter(kind="k_first_visit", state="open").count()) == (None, 1)
    clara = make_volunteer("Clara Vogel")
    first_visits.choose_companion(FirstVisit.objects.get(), companion=clara, by=dora, at=NOW)
    pairs.block_pair(visit.client, volunteer=clara, because="x", by=dora, at=NOW)
    visit.refresh_from_db()
    assert (visit.companion, "v_along_off" in told(clara.user)) == (None, True)


def test_a_second_choice_needs_to_know_the_first(visit, dora, emil, bernd):
    first, clara = FirstVisit.objects.get(), make_volunteer("Clara Vogel")
    with pytest.raises(ChosenAlready):
        first_visits.choose_companion(first, companion=clara, by=dora, at=NOW)
    first_visits.choose_companion(first, companion=clara, by=dora, at=NOW, instead_of=bernd.user_id)
    assert (told(bernd.user) & {"v_along", "v_along_off"}, times()) == ({"v_along_off"}, {"Emil Sander", "Clara Vogel"})


def test_a_visit_of_their_own_then_is_refused_the_way_included(anna, dora, emil, bernd, visit):
    near = visit.slot_ends_at + timedelta(minutes=5)
    with pytest.raises(visits.GuideBusy):
        visits.assign_guide(make_scheduled(by=anna, starts_at=near), guide=bernd.user, by=anna, at=NOW)
    far = make_client(name="Herr Fern", address=make_address("Fernweg", latitude=51.10, longitude=13.90))
    clara = make_volunteer("Clara Vogel")
    row = make_scheduled(by=anna, client=far, starts_at=visit.slot_ends_at + timedelta(minutes=10))
    visits.assign_guide(row, guide=clara.user, by=anna, at=NOW)
    with pytest.raises(CannotGoAlong, match="der Weg mitgerechnet"):
        first_visits.choose_companion(
            FirstVisit.objects.get(), companion=clara, by=dora, at=NOW, instead_of=bernd.user_id
        )


def test_matching_knows_that_they_are_there(anna, visit, bernd):
    other = make_scheduled(by=anna, starts_at=visit.slot_starts_at, client=make_client(name="Herr Zwei"))
    found = {fit.candidate.key for one in suggest(other, at=NOW).best for fit in one.fits}
    assert bernd.pk not in found
    later = make_scheduled(by=anna, starts_at=visit.slot_starts_at + DAY, client=make_client(name="Herr Drei"))
    assert bernd.pk in {fit.candidate.key for one in suggest(later, at=NOW).best for fit in one.fits}


@pytest.mark.parametrize("wrong", ["oneself", "without a guide", "two at once"])
def test_the_database_refuses_it_whoever_writes(anna, visit, emil, bernd, wrong):
    rows = HomeVisit.objects.filter(pk=visit.pk)
    changes = {"companion": emil.user} if wrong == "oneself" else {"state": "scheduled", "guide": None}
    if wrong == "two at once":
        other = make_scheduled(by=anna, starts_at=visit.slot_starts_at, client=make_client(name="Herr Zwei"))
        visits.assign_guide(other, guide=make_volunteer("Clara Vogel").user, by=anna, at=NOW)
        rows, changes = HomeVisit.objects.filter(pk=other.pk), {"companion": bernd.user}
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**changes)


def test_the_hours_of_who_went_along_count_too(visit, emil, bernd):
    at = visit.slot_starts_at + timedelta(hours=1)
    reports.file_report(visit, outcome="helped", topics=[], minutes=50, by=emil.user, at=at)
    day = local_date(at)
    given = hours_given([emil, bernd], first=day, last=day)
    assert [(given[one.pk].visits, given[one.pk].by_kind["visit"]) for one in (emil, bernd)] == [(1, 50), (1, 50)]
