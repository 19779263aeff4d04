"""Suspended and accepting at the same instant: afterwards nobody suspended has promised anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import leaving, offers
from bookings.models import HomeVisit, Offer
from lotsen.people.models import Role, User
from tests.people import NOW, make_client, make_scheduled, make_user, make_volunteer
from tests.races.racing import at_once
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, VISITS = 6, 4


def _round():
    """Four yeses and a suspension at once; how many promises a suspended person has afterwards."""
    anna, dora, bernd = make_user(), make_user(Role.COORDINATOR), make_volunteer()
    ids = []
    for number in range(VISITS):
        visit = make_scheduled(
            by=anna, starts_at=NOW + timedelta(days=3 + number), client=make_client(name=f"Frau {number}", phone="")
        )
        (offer,) = offers.send_offers(visit, volunteers=[bernd], answer_by=NOW + timedelta(days=1), by=anna, at=NOW)
        ids.append(offer.pk)

    def accept(pk):
        offer = Offer.objects.select_related("visit__client__address", "volunteer__user").get(pk=pk)
        offers.accept_offer(offer, by=offer.volunteer.user, at=NOW)

    def suspend():
        leaving.suspend(Volunteer.objects.get(pk=bernd.pk), because="x", by=dora, at=NOW)

    results = at_once([suspend, *(lambda pk=pk: accept(pk) for pk in ids)])
    return bernd, results


def _promises(bernd):
    assert Volunteer.objects.get(pk=bernd.pk).state == "suspended"
    assert User.objects.get(pk=bernd.user_id).roles == []
    return HomeVisit.objects.filter(guide=bernd.user_id, state="assigned").count()


def test_no_promise_outlives_the_suspension():
    for _number in range(ROUNDS):
        bernd, results = _round()
        assert results[0] is None or isinstance(results[0], int), results
        assert _promises(bernd) == 0, results
        assert not Offer.objects.filter(volunteer=bernd, state="open").exists()


def test_control_without_taking_back_promises_remain(monkeypatch):
    monkeypatch.setattr(leaving, "_release", lambda *args, **kwargs: False)
    found = 0
    for _number in range(2 * ROUNDS):
        bernd, _results = _round()
        found += _promises(bernd)
    assert found > 0
