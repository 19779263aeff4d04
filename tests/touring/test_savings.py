"""What further changes would save, after a run in which only some stops might change."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.people import make_user
from tests.touring.city import NOW, QUARTER, make_city, make_published
from touring import drafts, runs, savings
from touring.models import PlanRun, Stop
from touring.views.comparing import further_of


def solved(**fields):
    make_city()
    make_published(at=NOW - timedelta(days=1))
    run = runs.request_plan_run(period=QUARTER, seconds=1, by=None, at=NOW, **fields)
    runs.work_on_run(run, now=lambda: NOW)
    run.refresh_from_db()
    return run


def words(run):
    return [one.words for one in further_of(run, run.plan)]


@pytest.mark.django_db
def test_each_further_change_says_what_it_saves():
    run = solved(scope="few", max_changes=0)
    job = ProcrastinateJob.objects.get(task_name="find_plan_savings")
    assert job.args == {"run_id": run.pk}
    assert words(run) == []
    assert savings.find_savings(run, seconds=0.5, more=2) == 2
    run.refresh_from_db()
    first, one_more, two_more = run.savings
    assert [row[0] for row in run.savings] == [0, 1, 2]
    assert first[1] == run.plan.driving_seconds
    assert one_more[1] == first[1] - one_more[2]
    assert one_more[2] > 0
    assert two_more[1] <= one_more[1]
    minutes = one_more[2] // 60
    assert words(run)[0] == f"Mit einer Änderung mehr: {minutes} Minuten Fahrt weniger."


@pytest.mark.django_db
def test_nobody_asks_where_everything_might_change():
    run = solved()
    assert not ProcrastinateJob.objects.filter(task_name="find_plan_savings").exists()
    assert savings.find_savings(run, seconds=0.1) == 0


@pytest.mark.django_db
def test_a_plan_changed_by_hand_has_no_savings_any_more():
    run = solved(scope="few", max_changes=0)
    PlanRun.objects.filter(pk=run.pk).update(savings=[[0, 9000, 0, 1], [1, 8280, 720, 1]])
    run.refresh_from_db()
    assert words(run) == ["Mit einer Änderung mehr: 12 Minuten Fahrt weniger."]
    drafts.move_stop(run.plan, Stop.objects.get(key="S1"), placed=None, edition=0, by=None, at=NOW)
    assert words(run) == []
    assert savings.find_savings(run, seconds=0.1) == 0


@pytest.mark.django_db
def test_more_served_and_nothing_found_are_said():
    run = solved(scope="new")
    PlanRun.objects.filter(pk=run.pk).update(savings=[[0, 9000, 0, 2], [1, 9600, -600, 1], [2, 9590, 10, 1]])
    run.refresh_from_db()
    assert words(run) == [
        "Mit einer Änderung mehr: 1 Haltestelle mehr versorgt.",
        "Mit noch einer mehr: keine Ersparnis gefunden.",
    ]


@pytest.mark.django_db
def test_the_pages_of_run_and_plan_show_it(client):
    run = solved(scope="few", max_changes=0)
    PlanRun.objects.filter(pk=run.pk).update(savings=[[0, 9000, 0, 1], [1, 8280, 720, 1]])
    client.force_login(make_user("coordinator"))
    for address in (f"/planung/lauf/{run.pk}/", f"/planung/fassung/{run.plan.version}/"):
        page = client.get(address).content.decode()
        assert "Was brächten mehr Änderungen?" in page
        assert "Mit einer Änderung mehr: 12 Minuten Fahrt weniger." in page
