"""Fifty volunteers accept one visit at the same instant: one gets it, the others read a kind sentence.

As many rounds as fit into 20 seconds; `ACCEPT_ROUNDS=100` runs all hundred and says how long they took."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from bookings import offers
from bookings.models import HomeVisit, Offer
from lotsen.kernel.models import Transition
from tests.people import NOW, make_scheduled, make_user, make_volunteer
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ACCEPTORS = 50
ROUNDS, SECONDS = int(os.environ.get("ACCEPT_ROUNDS", "0")), 20


def prepared() -> tuple[HomeVisit, list[Offer]]:
    anna = make_user()
    people = [make_volunteer(f"Person {number}") for number in range(ACCEPTORS)]
    visit = make_scheduled(by=anna)
    return visit, offers.send_offers(visit, volunteers=people, answer_by=NOW + timedelta(days=2), by=anna, at=NOW)


def accept(offer_id: int) -> HomeVisit:
    offer = Offer.objects.select_related("visit__client__address", "volunteer__user").get(pk=offer_id)
    return offers.accept_offer(offer, by=offer.volunteer.user, at=NOW)


def timed(offer_id: int, waits: list[float]) -> HomeVisit:
    began = time.monotonic()
    try:
        return accept(offer_id)
    finally:
        waits.append((time.monotonic() - began) * 1000)


def test_exactly_one_of_fifty_gets_the_visit():
    began, waits, rounds = time.monotonic(), [], 0
    while rounds < ROUNDS or (not ROUNDS and time.monotonic() - began < SECONDS):
        rounds += 1
        visit, sent = prepared()

        results = at_once([partial(timed, offer.pk, waits) for offer in sent])

        won = [result for result in results if isinstance(result, HomeVisit)]
        lost = [result for result in results if isinstance(result, offers.OfferLost)]
        assert (len(won), len(lost)) == (1, ACCEPTORS - 1), results
        assert {str(no) for no in lost} == {"Eine andere Person war etwas schneller. Danke, dass Sie wollten!"}
        states = sorted(Offer.objects.filter(visit=visit).values_list("state", flat=True))
        assert states == ["accepted", *["withdrawn"] * (ACCEPTORS - 1)]
        moves = Transition.objects.filter(subject_type="bookings.homevisit", subject_id=str(visit.pk))
        assert moves.filter(target="assigned").count() == 1
    waits.sort()
    print(f"{rounds} rounds of {ACCEPTORS}, one winner each; p99 {waits[-len(waits) // 100]:.0f} ms")


def accept_without_protection(offer_id: int) -> str:
    """What somebody would write who looks first and writes then, without the conditional UPDATE."""
    offer = Offer.objects.select_related("visit", "volunteer__user").get(pk=offer_id)
    if offer.visit.state != "scheduled":
        return "lost"
    HomeVisit.objects.filter(pk=offer.visit_id).update(state="assigned", guide=offer.volunteer.user)
    Offer.objects.filter(pk=offer.pk).update(state="accepted")
    return "won"


def test_control_without_the_protection_several_get_it():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_accepted_offer_a_visit")
    try:
        winners = 0
        for _ in range(5):
            _, sent = prepared()
            results = at_once([partial(accept_without_protection, offer.pk) for offer in sent])
            winners = max(winners, results.count("won"))
        assert winners > 1
    finally:
        Offer.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX one_accepted_offer_a_visit ON bookings_offer (visit_id) WHERE state = 'accepted'"
            )


def test_the_database_alone_refuses_a_second_accepted_offer():
    from django.db import IntegrityError

    _, sent = prepared()
    Offer.objects.filter(pk=sent[0].pk).update(state="accepted")

    with pytest.raises(IntegrityError, match="one_accepted_offer_a_visit"):
        Offer.objects.filter(pk=sent[1].pk).update(state="accepted")
