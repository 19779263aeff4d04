"""Tours and dates that follow from a plan."""

from dataclasses import replace
from datetime import date

from tests.touring.planning.cases import calendar, job, problem
from touring.planning.plan import Plan, Visit, changed_jobs, dated_routes, dates_of, routes_of
from touring.planning.problem import EVERY_2_WEEKS, MINUTE, Placement, clock

AT_10 = Placement("Nord", (0,), 0, clock(10))
TWO = Plan({"A": AT_10, "B": replace(AT_10, phase=1, start=clock(12))})
JOBS = (job("A"), job("B", place=2, pattern=EVERY_2_WEEKS, setup=5 * MINUTE, packing=10 * MINUTE))


def test_a_tour_is_derived():
    first, second, *_ = routes_of(problem(*JOBS), TWO)
    assert [visit.job for visit in first.visits] == ["A"]
    assert second.visits == (
        Visit("A", clock(10), clock(10), clock(11), clock(11), 10 * MINUTE, 6 * MINUTE),
        Visit("B", clock(11, 55), clock(12), clock(13), clock(13, 10), 10 * MINUTE, 6 * MINUTE),
    )
    assert (second.leaves_base, second.back_at_base, second.leg_home) == (clock(9, 50), clock(13, 30), 20 * MINUTE)
    # 55 minutes between the stops, 10 of them driving: no room for the break from 11:30, so it is taken at the base
    assert (second.break_start, second.break_after, second.idle) == (None, 0, 45 * MINUTE)
    assert second.drive == 24 * MINUTE


def test_dates_leave_out_what_is_closed():
    closed = problem(
        job(pattern=EVERY_2_WEEKS, closed=frozenset({date(2027, 2, 1)}), permit_until=date(2027, 3, 10)),
        calendar=calendar(closed=frozenset({date(2027, 1, 18)}), team_closed={"Nord": frozenset({date(2027, 2, 15)})}),
    )
    assert dates_of(closed, Plan({"A": AT_10}), "A") == (date(2027, 1, 4), date(2027, 3, 1))
    assert [dated.day for dated in dated_routes(closed, Plan({"A": AT_10}))] == [date(2027, 1, 4), date(2027, 3, 1)]
    assert dates_of(closed, Plan(), "A") == dates_of(closed, Plan({"A": AT_10}), "X") == ()


def test_a_dated_tour_goes_past_a_closed_stop():
    given = problem(job("A", closed=frozenset({date(2027, 1, 11)})), JOBS[1])
    tours = {dated.day: [visit.job for visit in dated.route.visits] for dated in dated_routes(given, TWO)}
    assert (tours[date(2027, 1, 4)], tours[date(2027, 1, 11)], tours[date(2027, 1, 25)]) == (["A"], ["B"], ["A", "B"])


def test_changes_against_the_published_plan():
    given = problem(*JOBS, published={"A": AT_10, "B": AT_10, "Z": AT_10})
    assert changed_jobs(given, Plan({"A": AT_10})) == ("B",)
