"""Two coordinators change one draft at once: one change is made, the other reads what was done."""

import pytest

from tests.people import make_user
from tests.races.racing import at_once
from tests.touring.city import LATER, make_city, make_draft
from touring import drafts, editions, tours
from touring.models import DraftStep, Stop, TourPlan
from touring.planning.problem import Placement, clock

pytestmark = pytest.mark.django_db(transaction=True)

PLACES = (Placement("sued", (2,), 0, clock(9, 30)), Placement("sued", (0,), 0, clock(11)))


def move_two():
    """Both have the same edition on their screens."""
    make_city()
    make_draft()
    people = [make_user("coordinator", name=name) for name in ("Dora Krüger", "Ida Beck")]

    def move(by, placed):
        plan, stop = TourPlan.objects.get(), Stop.objects.get(key="S1")
        return drafts.move_stop(plan, stop, placed=placed, edition=0, by=by, at=LATER)

    pairs = zip(people, PLACES, strict=True)
    return at_once([lambda by=by, placed=placed: move(by, placed) for by, placed in pairs])


def test_of_two_who_move_a_stop_one_does_and_the_other_reads_it():
    results = move_two()
    assert sorted(type(result).__name__ for result in results) == ["DraftHasMoved", "DraftStep"]
    step = DraftStep.objects.get()
    refused = next(result for result in results if isinstance(result, drafts.DraftHasMoved))
    assert step.sentence in refused.sentence
    assert (TourPlan.objects.get().edition, [one.pk for one in refused.steps]) == (1, [step.pk])


def test_control_without_the_edition_the_second_overwrites_the_first(monkeypatch):
    real = editions.lock_draft
    monkeypatch.setattr(drafts, "lock_draft", lambda plan, edition: real(plan, None))
    results = move_two()
    assert [type(result).__name__ for result in results] == ["DraftStep", "DraftStep"]
    assert (DraftStep.objects.count(), TourPlan.objects.get().edition) == (2, 2)


def move_and_publish():
    """One moves a stop while the other publishes what is on the screen."""
    make_city()
    make_draft()

    def move():
        plan, stop = TourPlan.objects.get(), Stop.objects.get(key="S1")
        return drafts.move_stop(plan, stop, placed=PLACES[0], edition=0, by=None, at=LATER)

    def publish():
        return tours.publish_plan(TourPlan.objects.get(), edition=0, by=None, at=LATER)

    return at_once([move, publish])


def test_nothing_is_published_that_nobody_has_seen():
    results = move_and_publish()
    plan = TourPlan.objects.get()
    outcome = tuple(type(result).__name__ for result in results)
    assert (outcome, plan.state, plan.edition) in [
        (("DraftStep", "DraftHasMoved"), "draft", 1),
        (("NotADraft", "TourPlan"), "published", 0),
    ]
