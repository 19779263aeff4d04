"""Any order of accept, give back, cancel, reassign, expire, check in and out, report and the next wave, by four actors
at once, leaves a legal state. `ANY_ORDER_STEPS=100000 pytest tests/races/test_any_order.py -s` walks as far as that."""

from __future__ import annotations

import os
import time

import pytest
from django.db import connection

from bookings import notices, visits
from tests.bookings.any_order import ACTORS, Town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STEPS = int(os.environ.get("ANY_ORDER_STEPS", "2000"))
MOST_INSTANTS = 400
"""So many instants in one town; then the next begins with other chances."""


def walk(steps: int, *, seed: int) -> tuple[int, list[str], Town]:
    """Steps walked until something is wrong, and what."""
    town, walked, wrong = Town(seed), 0, []
    try:
        while walked < steps and not wrong:
            wrong = town.instant()
            walked += ACTORS
    finally:
        town.close()
    return walked, wrong, town


def test_in_any_order_the_state_is_legal():
    walked, seed, began, done = 0, int(os.environ.get("ANY_ORDER_SEED", "1")), time.monotonic(), {}
    while walked < STEPS:
        more, wrong, town = walk(min(STEPS - walked, MOST_INSTANTS * ACTORS), seed=seed)
        assert wrong == [], (seed, more, wrong)
        walked, seed = walked + more, seed + 1
        done = {verb: done.get(verb, 0) + town.done.get(verb, 0) for verb in {*done, *town.done}}
    print(f"{walked} steps in {time.monotonic() - began:.0f} s, {sum(done.values())} of them done: {done}")
    assert {"accept", "give_back", "cancel", "reassign", "expire", "next_wave"} <= set(done)


@pytest.mark.parametrize("rule", ["offers stay open", "messages stay"])
def test_control_without_one_rule_it_is_found(monkeypatch, rule):
    if rule == "offers stay open":
        monkeypatch.setattr(visits, "withdraw_offers", lambda visit, **who: 0)
    else:
        monkeypatch.setattr(notices, "drop_booked", lambda visit, **who: None)
    found = [walk(800, seed=seed)[1] for seed in (1, 2)]
    assert any(found), "nothing was found"


def test_control_without_the_index_two_accepted_offers_are_found():
    from bookings.models import Offer

    town = Town(1)
    try:
        town._renew()
        for verb in ("date", "ask"):
            town._step(verb, 0, 0.0)
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX one_accepted_offer_a_visit")
        Offer.objects.update(state="accepted")
        assert "two accepted offers" in list(town.wrong())
    finally:
        town.close()
        Offer.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX one_accepted_offer_a_visit ON bookings_offer (visit_id) WHERE state = 'accepted'"
            )
