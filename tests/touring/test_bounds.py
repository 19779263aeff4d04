import pytest

from tests.touring.city import hand_made_plan, make_city, make_draft
from touring import bounds, problems
from touring.models import TourPlan
from touring.planning.evaluate import evaluate

pytestmark = pytest.mark.django_db


def test_a_bound_stands_beside_the_cost_of_the_plan():
    make_city()
    draft = make_draft()
    found = bounds.find_bound(draft, seconds=20)
    draft.refresh_from_db()
    cost = evaluate(problems.problem_behind(draft), hand_made_plan()).objective.cost
    assert 0 < found <= cost
    assert (draft.cost_seconds, draft.bound_seconds) == (cost, found)


def test_a_plan_that_was_changed_meanwhile_keeps_none():
    make_city()
    draft = make_draft()
    TourPlan.objects.filter(pk=draft.pk).update(edition=1)
    assert bounds.find_bound(draft, seconds=20) is None
    draft.refresh_from_db()
    assert draft.bound_seconds is None
