from datetime import date

import pytest

from lotsen.kernel.calendar import Period, local
from lotsen.kernel.windows import OpeningHours
from tests.people import make_address
from tests.touring.city import (
    ANCHOR,
    LATER,
    QUARTER,
    hand_made_plan,
    make_city,
    make_draft,
    make_published,
    make_stop,
    make_team,
)
from touring import request_stops, translate
from touring.models import ClosingDay, SchoolHoliday, Team, Tour
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan, dated_routes, dates_of
from touring.planning.problem import (
    EVERY_2_WEEKS,
    Break,
    Impossible,
    Job,
    Shift,
    Window,
    WorkingTime,
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
        Shift("nord", 0, clock(8), clock(16, 30), 0, 0, (noon,)),
        Shift("nord", 2, clock(8), clock(12), 0, 0),
        Shift("nord", 3, clock(8), clock(17), 0, 0, (Break(3600, Window(clock(12), clock(13))),)),
    )


def rests_of(**fields):
    return translate.shifts_of(make_team(**fields), translate.Places())[0].rests


def test_breaks_are_never_shorter_than_the_law_wants():
    # ten hours less the break: more than nine are worked; no more than six in one go
    assert rests_of(hours="Mo 8:00-18:00") == (Break(2700, Window(clock(11, 30), clock(13, 30))),)
    assert rests_of(key="ohne", hours="Mo 8:00-15:00", break_minutes=0) == (
        Break(1800, Window(clock(11, 30), clock(13, 30))),
    )
    assert rests_of(key="kurz", hours="Mo 8:00-14:00", break_minutes=0) == ()


def test_no_stretch_of_a_day_is_longer_than_six_hours():
    (rest,) = rests_of(hours="Mo 8:00-17:00", break_window="8:30-10:00")
    assert (rest.length, rest.window) == (1800, Window(clock(10, 30), clock(14, 30)))


def test_a_break_in_parts_is_spread_over_the_day():
    assert rests_of(hours="Mo 8:00-18:00", break_parts=2) == (
        Break(1500, Window(clock(10, 20), clock(12, 20))),
        Break(1200, Window(clock(13, 40), clock(15, 40))),
    )


def test_a_team_may_come_back_to_another_base_and_share_a_vehicle():
    end = make_address("Altmarkt", "1", "01067", latitude=51.0493, longitude=13.7381)
    make_team(end_base=end, vehicle="Bus 1", shares_vehicle=True, reserve_percent=15)
    make_team("sued", "Süd", vehicle="Bus 1")
    problem = translate.problem_for(QUARTER, anchor=ANCHOR)
    assert {(shift.start_place, shift.end_place) for shift in problem.shifts if shift.team == "nord"} == {(0, 1)}
    assert [(team.vehicle, team.reserve) for team in problem.teams] == [("Bus 1", 150), ("", 0)]
    assert problem.working_time == WorkingTime()


def test_a_stop_says_what_it_wants():
    nord, sued = make_team(), make_team("sued", "Süd")
    SchoolHoliday.objects.create(name="Winterferien", starts_on=date(2026, 12, 28), ends_on=date(2027, 1, 5))
    SchoolHoliday.objects.filter(name__contains="2027").delete()
    stop = make_stop(
        setup_minutes=10, packing_minutes=5, forbidden_weekdays=[4], rests_in_school_holidays=True, min_gap_days=3
    )
    stop.wish_teams.add(nord)
    stop.forbidden_teams.add(sued)
    (job,) = translate.problem_for(QUARTER, anchor=ANCHOR).jobs
    assert (job.setup, job.packing, job.pattern.min_gap_days) == (600, 300, 3)
    assert (job.forbidden_weekdays, job.wished_teams, job.forbidden_teams) == ({4}, {"nord"}, {"sued"})
    assert {date(2027, 1, 4), date(2027, 1, 5)} <= job.closed
    assert date(2027, 1, 6) not in job.closed


def test_promised_halts_keep_their_room():
    make_city()
    make_published()
    taken = take_any_place()
    known = translate.problem_for(QUARTER, anchor=ANCHOR, with_request_stops=True)
    (one_off,) = known.one_offs
    assert (one_off.key, one_off.dates) == (f"request:{taken.pk}", (local(taken.starts_at).date(),))
    assert one_off.promised.team == taken.team.key
    with_it = evaluate(known, Plan(hand_made_plan().placements, {one_off.key: one_off.promised}))
    assert (with_it.hard, with_it.unserved, with_it.changed) == ((), ("S6",), ())
    assert translate.problem_for(QUARTER, anchor=ANCHOR).one_offs == ()


def take_any_place():
    address = make_address("Wiener Platz", "1", "01069", latitude=51.041, longitude=13.733)
    span = {"earliest": date(2027, 1, 5), "latest": date(2027, 1, 12), "hours": OpeningHours.parse("Mo-Fr 9:00-16:00")}
    place = request_stops.free_places(address, minutes=60, **span)[0]
    return request_stops.take_place(
        title="Schulung", address=address, minutes=60, place=place, by=None, at=LATER, **span
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
    draft = make_published()
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
    draft = make_published()
    halts = draft.tours.filter(halts__stop__key="S3").values_list("halts__starts_at", flat=True)
    by_day = {at.astimezone(local(at).tzinfo).date(): at for at in halts}
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


@pytest.mark.parametrize(
    ("hours", "minutes", "length"),
    [
        ("Mo 8:00-14:00", 0, ()),
        ("Mo 8:00-14:05", 0, (1800,)),
        ("Mo 8:00-17:30", 30, (1800,)),
        ("Mo 8:00-17:35", 30, (2700,)),
        ("Mo 8:00-17:35", 35, (2100,)),
        ("Mo 8:00-17:45", 30, (2700,)),
    ],
)
def test_the_break_that_is_left_after_the_break_is_lawful(hours, minutes, length):
    assert tuple(rest.length for rest in rests_of(hours=hours, break_minutes=minutes)) == length
