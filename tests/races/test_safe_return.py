"""Visits by the hundred on a clock of ours, with two workers that die in the middle of a step: every alarm exactly once
and at most a minute late, none after signing off. Real rows, real messages.

`LOTSEN_SAFE_VISITS=1000` runs the whole thousand (one to two minutes on two cores).
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from bookings import safe_return
from bookings.models import HomeVisit, SafeReturn
from lotsen.kernel.references import new_reference
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role
from tests.people import NOW, make_client, make_user, make_volunteer
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

VISITS = int(os.environ.get("LOTSEN_SAFE_VISITS", "40"))
TICK, LATEST = timedelta(seconds=30), timedelta(seconds=60)
GUIDES = 10
DEATHS = min(0.1, 4 / VISITS)
"""Chance that a worker dies in a step; then about every third pass of the thousand breaks off."""
HORIZON = timedelta(minutes=100)


class Died(Exception):
    """A worker is killed: its transaction never ends, nothing of it is there."""


def make_returns(random: Random) -> dict[int, tuple]:
    """Open safe returns whose ends are spread over half an hour; id > (end, when they sign off or None)."""
    client, guides = make_client(), [make_volunteer(f"Person {n}").user for n in range(GUIDES)]
    planned, references = {}, set()
    while len(references) < VISITS:
        references.add(new_reference(random))
    for number, reference in enumerate(sorted(references)):
        end = NOW + timedelta(seconds=random.randrange(1800))
        visit = HomeVisit.objects.create(
            reference=reference,
            client=client,
            entrance="phone",
            requested_at=NOW,
            answer_by=NOW,
            agreed_at=NOW,
        )
        row = SafeReturn.objects.create(
            visit=visit,
            guide=guides[number % GUIDES],
            code=f"{1000 + number}",
            began_at=NOW,
            said_at=NOW,
            ends_at=end,
            due_at=end,
        )
        leaves = random.choice([None, None, timedelta(minutes=-5), timedelta(seconds=random.randrange(4000))])
        planned[row.pk] = (end, None if leaves is None else max(NOW, end + leaves))
    return planned


def acts_that_are_noted(done: list, random: Random, monkeypatch, *, deaths: float):
    """The real acts; each is noted when its transaction is through, and dies now and then before."""
    real = dict(safe_return.ACTS)

    def noted(step):
        def act(row, at):
            real[step](row, at)
            if random.random() < deaths:
                raise Died
            transaction.on_commit(lambda: done.append((row.pk, int(step), at)))

        return act

    monkeypatch.setattr(safe_return, "ACTS", {step: noted(step) for step in real})


def one_pass(at):
    """A worker that dies takes the rest of its pass with it."""
    due = SafeReturn.objects.filter(ended_at=None, due_at__lte=at).order_by("due_at").values_list("pk", flat=True)
    for pk in list(due):
        while safe_return.take_step(pk, at=at):
            pass


def run(planned: dict, monkeypatch, *, deaths: float) -> list:
    done, random, at = [], Random(7), NOW
    acts_that_are_noted(done, random, monkeypatch, deaths=deaths)
    while at <= NOW + timedelta(minutes=30) + HORIZON:
        for pk, (_end, leaves) in planned.items():
            if leaves is not None and at - TICK < leaves <= at:
                safe_return.end_safe_return(SafeReturn.objects.get(pk=pk).visit, at=leaves)
        at_once([lambda now=at: one_pass(now), lambda now=at: one_pass(now)])
        at += TICK
    return done


def expected(planned: dict) -> Counter:
    """Each step whose time came before they signed off."""
    steps = (
        (pk, int(step), end, leaves, after)
        for pk, (end, leaves) in planned.items()
        for step, after in safe_return.AFTER.items()
    )
    return Counter((pk, step) for pk, step, end, leaves, after in steps if leaves is None or end + after < leaves)


def test_every_alarm_once_in_time_and_none_after_signing_off(monkeypatch):
    make_user(Role.COORDINATOR, phone="+4917139200777")
    planned = make_returns(Random(3))

    done = run(planned, monkeypatch, deaths=DEATHS)

    counted = Counter((pk, step) for pk, step, _at in done)
    must = expected(planned)
    near = {  # due within the tick in which they signed off: either is right
        (pk, int(step))
        for pk, (end, leaves) in planned.items()
        for step, after in safe_return.AFTER.items()
        if leaves is not None and leaves - LATEST <= end + after < leaves
    }
    assert {key for key in must if counted[key] != 1 and key not in near} == set()
    assert [key for key, times in counted.items() if times > 1] == []
    late = [at - planned[pk][0] - safe_return.AFTER[safe_return.Step(step)] for pk, step, at in done]
    assert max(late) <= LATEST
    wrong = [(pk, step, at) for pk, step, at in done if planned[pk][1] is not None and at > planned[pk][1]]
    assert wrong == []
    left = [str(SafeReturn.objects.get(pk=pk).visit_id) for pk, (_end, leaves) in planned.items() if leaves is not None]
    kinds = ["v_checkout_0", "v_checkout_15", "v_checkout_30", "v_safe", "k_overdue_45", "k_overdue_60"]
    waiting = Message.objects.filter(about_id__in=left, kind__in=kinds, state="queued").count()
    open_tasks = CallTask.objects.filter(about_id__in=left, kind__in=kinds, state__in=["open", "taken"]).count()
    assert (waiting, open_tasks) == (0, 0)
    print(f"{len(planned)} visits, {len(done)} steps, latest {max(late)}")


def test_control_without_the_claim_alarms_come_twice(monkeypatch):
    """Looks first and writes then: two workers both do it."""
    planned = make_returns(Random(3))

    def take_step_unprotected(pk, *, at):
        row = SafeReturn.objects.select_related("guide", "visit__client").get(pk=pk)
        if row.ended_at or row.due_at is None or row.due_at > at:
            return False
        step = safe_return.Step(row.step)
        with transaction.atomic():
            safe_return.ACTS[step](row, at)
            following = safe_return.Step(step + 1)
            due_at = row.ends_at + safe_return.AFTER[following] if following in safe_return.AFTER else None
            SafeReturn.objects.filter(pk=pk).update(step=following, due_at=due_at)
        return True

    monkeypatch.setattr(safe_return, "take_step", take_step_unprotected)
    done = []
    acts_that_are_noted(done, Random(7), monkeypatch, deaths=0)
    at = NOW + timedelta(minutes=45)
    at_once([lambda: one_pass(at), lambda: one_pass(at)])
    assert any(times > 1 for times in Counter((pk, step) for pk, step, _at in done).values()), len(planned)
