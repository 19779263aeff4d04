"""Two publish at once: one plan counts, the other reads why not."""

import pytest

from tests.races.racing import at_once
from tests.touring.city import LATER, make_city, make_draft
from touring import tours
from touring.models import TourPlan

pytestmark = pytest.mark.django_db(transaction=True)


def publish_two():
    make_city()
    drafts = [make_draft(), make_draft()]
    return at_once([lambda draft=draft: tours.publish_plan(draft, by=None, at=LATER) for draft in drafts])


def test_of_two_publishers_one_wins_and_the_other_is_told():
    results = publish_two()
    assert sorted(type(result).__name__ for result in results) == ["DraftIsOutdated", "TourPlan"]
    assert sorted(TourPlan.objects.values_list("state", flat=True)) == ["draft", "published"]


def test_without_the_lock_the_constraint_still_refuses_the_second(monkeypatch):
    monkeypatch.setattr(tours, "one_publisher_at_a_time", lambda: None)
    results = publish_two()
    assert sorted(type(result).__name__ for result in results) == ["DraftIsOutdated", "TourPlan"]


@pytest.fixture
def without_the_constraint(transactional_db):
    from django.db import connection

    constraint = next(c for c in TourPlan._meta.constraints if c.name == "one_published_plan_a_day")
    with connection.schema_editor() as editor:
        editor.remove_constraint(TourPlan, constraint)
    yield
    TourPlan.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(TourPlan, constraint)


def test_control_without_lock_and_constraint_two_plans_count(monkeypatch, without_the_constraint):
    import threading

    barrier = threading.Barrier(2, timeout=30)
    real = tours._move_to_published

    def both_look_first(*args, **fields):
        barrier.wait()
        real(*args, **fields)

    monkeypatch.setattr(tours, "one_publisher_at_a_time", lambda: None)
    monkeypatch.setattr(tours, "_move_to_published", both_look_first)
    publish_two()
    assert list(TourPlan.objects.values_list("state", flat=True)) == ["published", "published"]
