"""The first visit of a newcomer is done in pair."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from bookings import first_visits, offers, reports, visits
from bookings.first_visits import CannotGoAlong
from bookings.going import MayNotGo, check_volunteer
from bookings.models import HomeVisit, VisitReport
from bookings.proposals import suggest
from lotsen.messages.models import CallTask
from lotsen.people.models import Role
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from volunteers.models import FirstVisit, Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna():
    return make_user()


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


@pytest.fixture
def emil():
    return make_volunteer(name="Emil Sander", pair=None, topics=[make_topic()])


def accepted(anna, volunteer, **fields):
    visit = make_scheduled(by=anna, client=make_client(name="Frau Neu", phone=""), **fields)
    offer = offers.send_offers(visit, volunteers=[volunteer], answer_by=NOW + timedelta(days=1), by=anna, at=NOW)[0]
    offers.accept_offer(offer, by=volunteer.user, at=NOW)
    return HomeVisit.objects.get(pk=visit.pk)


def fresh(volunteer):
    return Volunteer.objects.get(pk=volunteer.pk)


def report(visit, volunteer, outcome=VisitReport.Outcome.HELPED):
    later = visit.slot_starts_at + timedelta(hours=1)
    reports.file_report(visit, outcome=outcome, topics=[], minutes=50, by=volunteer.user, at=later)


def test_a_yes_to_the_first_visit_asks_for_a_companion(anna, emil):
    visit = accepted(anna, emil)
    first = FirstVisit.objects.get()
    assert (first.newcomer, first.reference, visit.companion) == (emil, visit.reference, None)
    task = CallTask.objects.get(kind="k_first_visit")
    assert (task.phone, task.variables["visitor_name"]) == (emil.user.phone, "Emil Sander")


def test_no_second_visit_before_the_first_is_over(anna, emil):
    accepted(anna, emil)
    other = make_scheduled(by=anna, starts_at=NOW + timedelta(days=9), client=make_client(name="Herr Zwei"))
    with pytest.raises(MayNotGo, match="Erster Besuch zu zweit"):
        check_volunteer(fresh(emil), other)
    assert _fits(other) == set()


def _fits(visit):
    """The keys of those whom matching would ask."""
    return {fit.candidate.key for one in suggest(visit, at=NOW).best for fit in one.fits}


def test_matching_asks_a_newcomer_until_the_first_visit_is_promised(anna, emil):
    other = make_scheduled(by=anna, starts_at=NOW + timedelta(days=9), client=make_client(name="Herr Zwei"))
    assert _fits(other) == {emil.pk}
    accepted(anna, emil)
    assert _fits(other) == set()


def test_with_a_companion_the_report_ticks_it_off_and_from_then_on_they_go_alone(anna, dora, emil):
    visit, bernd = accepted(anna, emil), make_volunteer()
    first_visits.choose_companion(FirstVisit.objects.get(), companion=bernd, by=dora, at=NOW)
    assert not CallTask.objects.filter(kind="k_first_visit", state="open").exists()
    report(visit, emil)
    assert not FirstVisit.objects.exists()
    evidence = emil.evidence.get(requirement__key="pair")
    assert (evidence.issued_on, evidence.seen_by) == (visit.slot_starts_at.date(), bernd.user)
    check_volunteer(fresh(emil), make_scheduled(by=anna, starts_at=NOW + timedelta(days=9)))


def test_without_a_companion_it_does_not_count(anna, emil):
    visit = accepted(anna, emil)
    report(visit, emil)
    assert not emil.evidence.filter(requirement__key="pair").exists()
    assert not FirstVisit.objects.exists()


def test_nobody_met_called_off_or_given_back_leaves_the_first_visit_open(anna, dora, emil):
    for end in ("missed", "cancelled", "released"):
        visit = accepted(anna, emil, starts_at=NOW + timedelta(days=len(end)))
        first_visits.choose_companion(FirstVisit.objects.get(), companion=make_volunteer(), by=dora, at=NOW)
        if end == "missed":
            report(visit, emil, VisitReport.Outcome.NOT_MET)
        elif end == "cancelled":
            visits.cancel_visit(visit, because="krank", own_wish=True, by=anna, at=NOW)
        else:
            visits.release_guide(visit, because="krank", by=anna, at=NOW)
        assert not FirstVisit.objects.exists()
        assert not emil.evidence.filter(requirement__key="pair").exists()
        assert not CallTask.objects.filter(kind="k_first_visit", state="open").exists()


def test_who_has_gone_before_is_not_accompanied(anna):
    accepted(anna, make_volunteer())
    assert not FirstVisit.objects.exists()
    assert not CallTask.objects.filter(kind="k_first_visit").exists()


def test_who_may_go_along(anna, dora, emil):
    visit = accepted(anna, emil)
    first = FirstVisit.objects.get()
    busy = make_volunteer(name="Berta Voll")
    visits.assign_guide(make_scheduled(by=anna, starts_at=visit.slot_starts_at), guide=busy.user, by=anna, at=NOW)
    no = [
        (emil, "schon Besuche gemacht"),
        (make_volunteer(name="Neu Auch", pair=None), "schon Besuche gemacht"),
        (make_volunteer(name="Paula Pause", state="paused"), "gerade nicht dabei"),
        (make_volunteer(name="Otto Ohne", certificate=None), "Führungszeugnis"),
        (busy, "schon einen anderen Besuch"),
    ]
    for one, sentence in no:
        with pytest.raises(CannotGoAlong, match=sentence):
            first_visits.choose_companion(first, companion=fresh(one), by=dora, at=NOW)
    bernd = make_volunteer()
    first_visits.choose_companion(first, companion=bernd, by=dora, at=NOW)
    other = make_scheduled(by=anna, starts_at=visit.slot_starts_at, client=make_client(name="Herr Drei"))
    with pytest.raises(MayNotGo, match="geht dann schon bei einem anderen Besuch mit"):
        check_volunteer(fresh(bernd), other)


def test_the_page_names_the_companion(client, anna, dora, emil):
    accepted(anna, emil)
    bernd = make_volunteer()
    client.force_login(dora)
    url = f"/koordination/lotsen/{emil.key}/"
    assert "Begleitung fehlt" in client.get(url).content.decode()
    assert client.post(f"{url}zu-zweit/", {"companion": "Niemand"}).status_code == 422
    assert client.post(f"{url}zu-zweit/", {"companion": emil.key}).status_code == 409
    assert client.post(f"{url}zu-zweit/", {"companion": bernd.key}).status_code == 302
    assert "Mit geht: Bernd Kluge." in client.get(url).content.decode()
    assert client.post(f"/koordination/lotsen/{bernd.key}/zu-zweit/", {"companion": emil.key}).status_code == 302
