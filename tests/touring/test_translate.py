from datetime import date

import pytest

from lotsen.kernel.calendar import Period
from tests.touring.city import ANCHOR, QUARTER, hand_made_plan, make_city, make_draft, make_stop, make_team
from touring import translate
from touring.models import ClosingDay, Team, Tour
from touring.planning.evaluate import evaluate
from touring.planning.plan import dated_routes, dates_of
from touring.planning.problem import (
    EVERY_2_WEEKS,
    Break,
    Impossible,
    Job,
    Shift,
    Window,
    clock,
)

pytestmark = pytest.mark.django_db


def test_a_stop_becomes_a_job():
    make_team()
    stop = make_stop("S1", hours="Di 9:00-12:30; Di,Do 13:30-18:00", wish_weekdays=[1], needs=["ramp"], priority=3)
    ClosingDay.objects.create(date=date(2027, 1, 12), stop=stop)
    stop.permit_until = date(2027, 3, 1)
    stop.save()
    problem = translate.problem_for(QUARTER, anchor=ANCHOR)
    assert problem.jobs == (
        Job(
            key="S1",
            name="Bibliothek Gorbitz",
            place=1,
            pattern=EVERY_2_WEEKS,
            opening={
                1: (Window(clock(9), clock(12, 30)), Window(clock(13, 30), clock(18))),
                3: (Window(clock(13, 30), clock(18)),),
            },
            duration=5400,
            wished_weekdays=frozenset({1}),
            needs=frozenset({"ramp"}),
            priority=3,
            closed=frozenset({date(2027, 1, 12)}),
            permit_until=date(2027, 3, 1),
        ),
    )


def test_a_team_becomes_shifts_with_a_break_where_one_is_due():
    make_team(hours="Mo 8:00-16:30; Mi 8:00-12:00; Do 8:00-12:00; Do 13:00-17:00")
    problem = translate.problem_for(QUARTER, anchor=ANCHOR)
    noon = Break(1800, Window(clock(11, 30), clock(13, 30)))
    assert problem.shifts == (
        Shift("nord", 0, clock(8), clock(16, 30), 0, 0, noon),
        Shift("nord", 2, clock(8), clock(12), 0, 0, None),
        Shift("nord", 3, clock(8), clock(17), 0, 0, Break(3600, Window(clock(12), clock(13)))),
    )


def test_holidays_and_closing_days_are_left_out():
    make_city()
    nord = Team.objects.get(key="nord")
    ClosingDay.objects.create(date=date(2027, 2, 1))
    ClosingDay.objects.create(date=date(2027, 2, 2), team=nord)
    calendar = translate.problem_for(QUARTER, anchor=ANCHOR).calendar
    easter = {date(2027, 3, 26), date(2027, 3, 28), date(2027, 3, 29)}
    assert calendar.closed & frozenset(QUARTER.days()) >= {date(2027, 2, 1), date(2027, 3, 26), date(2027, 3, 29)}
    assert calendar.closed <= easter | {date(2027, 2, 1)}
    assert calendar.team_closed == {"nord": frozenset({date(2027, 2, 2)})}


def test_travel_has_parking_and_buffer_in_the_leg_but_not_in_the_drive():
    make_city()
    travel = translate.problem_for(QUARTER, anchor=ANCHOR).travel
    drive, leg = travel.drive[0][1], travel.leg[0][1]
    assert leg == -(-(1.15 * (drive / 60 + 4) + 3) // 1) * 60
    assert (travel.drive[1][1], travel.leg[1][1]) == (0, 0)


def test_a_base_without_a_point_makes_every_plan_impossible():
    make_team(base=_nowhere())
    with pytest.raises(Impossible) as refused:
        translate.problem_for(QUARTER, anchor=ANCHOR)
    assert refused.value.sentence == "Team Nord: Der Stützpunkt steht noch nicht auf der Karte."


def _nowhere():
    from lotsen.places.models import Address

    return Address.objects.create(street="Irgendwo", house_number="1")


def test_stops_that_no_plan_can_serve_are_left_out_with_a_reason():
    make_team()
    make_stop("S1", hours="Mo 9:00-10:00")
    make_stop("S2", "Treff Nirgends", address=_nowhere())
    make_stop("S3", "Treff Löbtau")
    stops = translate.active_stops()
    assert translate.misfits(stops) == {
        "S1": "Bibliothek Gorbitz braucht 90 Minuten, offen sind 60.",
        "S2": "Treff Nirgends steht noch nicht auf der Karte. Bitte prüfen Sie die Adresse.",
    }
    assert [job.key for job in translate.problem_for(QUARTER, anchor=ANCHOR).jobs] == ["S3"]


def test_a_plan_comes_back_from_its_rows_as_it_was():
    make_city()
    draft = make_draft()
    assert translate.plan_of(draft) == hand_made_plan()
    assert translate.plan_from_json(translate.pattern_json(hand_made_plan())) == hand_made_plan()


def test_tours_and_halts_are_those_of_the_core_on_every_date():
    make_city()
    draft = make_draft()
    problem = translate.problem_for(QUARTER, anchor=ANCHOR)
    plan = hand_made_plan()
    expected = sorted(
        (dated.day, dated.route.team, visit.job, visit.start)
        for dated in dated_routes(problem, plan)
        for visit in dated.route.visits
    )
    rows = draft.tours.values_list("date", "team__key", "halts__stop__key", "halts__starts_at")
    found = sorted((day, team, stop, translate.seconds_of(at)) for day, team, stop, at in rows)
    assert found == expected
    assert [day for day, _team, stop, _at in found if stop == "S5"] == list(dates_of(problem, plan, "S5"))
    assert date(2027, 3, 26) not in [day for day, *_rest in found]  # Good Friday
    first_cycle = Tour.objects.filter(plan=draft, date__lt=date(2027, 2, 1))
    driven = sum(first_cycle.values_list("driving_seconds", flat=True))
    assert driven == evaluate(problem, plan).driving_seconds


def test_times_are_right_on_both_sides_of_the_change_of_clocks():
    make_city()
    draft = make_draft()
    halts = draft.tours.filter(halts__stop__key="S3").values_list("halts__starts_at", flat=True)
    by_day = {at.astimezone(translate.local(at).tzinfo).date(): at for at in halts}
    assert by_day[date(2027, 3, 25)].isoformat() == "2027-03-25T08:00:00+00:00"
    assert by_day[date(2027, 4, 1)].isoformat() == "2027-04-01T07:00:00+00:00"


def test_the_cycle_goes_on_through_the_quarters():
    make_city()
    make_draft()
    assert translate.anchor_for(Period(date(2027, 4, 5), date(2027, 7, 4))) == date(2027, 4, 5)
    from tests.touring.city import LATER
    from touring import tours
    from touring.models import TourPlan

    tours.publish_plan(TourPlan.objects.get(), by=None, at=LATER)
    assert translate.anchor_for(Period(date(2027, 4, 5), date(2027, 7, 4))) == ANCHOR
    moved = translate.problem_for(Period(date(2027, 4, 5), date(2027, 7, 4)), anchor=date(2027, 1, 11)).published
    assert {key: placed.phase for key, placed in moved.items()} == {"S1": 1, "S2": 0, "S3": 0, "S4": 1, "S5": 0}


def test_problem_needs_the_same_number_of_queries_for_few_and_many(django_assert_num_queries):
    make_team()
    make_stop("S1")
    translate.problem_for(QUARTER, anchor=ANCHOR)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        translate.problem_for(QUARTER, anchor=ANCHOR)
    for number in range(2, 6):
        make_stop(f"S{number}", f"Treff {number}")
    with django_assert_num_queries(len(few)):
        translate.problem_for(QUARTER, anchor=ANCHOR)
