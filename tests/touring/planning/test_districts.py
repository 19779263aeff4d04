"""Districts of a large city: what they hold, that they never make a plan worse, and that runs can be repeated."""

from dataclasses import replace
from datetime import date

import pytest

from touring.planning.benchmark.cities import city
from touring.planning.benchmark.grown import growth
from touring.planning.districts import borders, districts, improve_district, is_large, solve_large
from touring.planning.districts import large as large_module
from touring.planning.districts.borders import District
from touring.planning.districts.hands import Hands, Work
from touring.planning.districts.part import Improved, part_of, put_back, within, worth
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import DatedPlacement, OneOff, Pin, Window, clock
from touring.planning.search.crew import Cooling
from touring.planning.solve import solve

SMALL = {"jobs": 10, "iterations": 150}


@pytest.fixture(scope="module")
def made():
    return city(40, 4, 3)


@pytest.fixture(scope="module")
def plan(made):
    return solve(made, seed=1, iterations=40).plan


def by_team(problem, plan, key):
    return {k for k, placed in plan.placements.items() if placed.team == key}


# --- made-up cities -------------------------------------------------------------------------------


def test_a_city_is_the_same_for_the_same_seed_and_another_for_another():
    assert city(40, 4, 3) == city(40, 4, 3)
    assert city(40, 4, 3) != city(40, 4, 4)


def test_a_city_has_the_size_and_the_rules_that_were_asked_for(made):
    assert (len(made.jobs), len(made.teams), len(made.travel.leg)) == (40, 4, 44)
    assert {job.pattern.every_weeks for job in made.jobs} == {1, 2, 4}
    assert {sum(rest.length for rest in shift.rests) for shift in made.shifts} == {1800}
    assert made.working_time is not None


# --- borders --------------------------------------------------------------------------------------


def test_every_team_and_every_served_stop_is_in_one_district(made, plan):
    for round_number in range(4):
        found = districts(made, plan, round_number, jobs=20)
        assert sorted(team for district in found for team in district.teams) == ["T000", "T001", "T002", "T003"]
        assert sorted(key for district in found for key in district.jobs) == [job.key for job in made.jobs]
        for district in found:
            served = set().union(*(by_team(made, plan, team) for team in district.teams))
            assert served == set(district.jobs) & set(plan.placements)


def test_borders_move_from_round_to_round():
    made = city(60, 9, 1)
    drawn = {tuple(d.teams for d in districts(made, Plan(), n, jobs=20)) for n in range(9)}
    assert len(drawn) > 3


def test_each_round_begins_at_another_team_until_all_had_their_turn():
    for count in range(1, 42):
        assert {borders._turn(n, count) for n in range(count)} == set(range(count))


def test_a_stop_left_out_comes_to_another_team_each_round():
    made = city(40, 4, 3)
    homes = set()
    for n in range(4):
        homes |= {d.teams for d in districts(made, Plan(), n, jobs=10) if "S0000" in d.jobs}
    assert homes == {("T000",), ("T001",), ("T002",), ("T003",)}


def test_a_pinned_stop_left_out_comes_to_its_team_alone():
    made = city(40, 4, 3)
    pinned = replace(made, jobs=(replace(made.jobs[0], pin=Pin(team="T002")), *made.jobs[1:]))
    for n in range(4):
        homes = [d.teams for d in districts(pinned, Plan(), n, jobs=10) if "S0000" in d.jobs]
        assert homes == [("T002",)]


def test_teams_that_share_a_vehicle_are_not_parted():
    made = city(40, 4, 3)
    first, *middle, last = made.teams
    shared = replace(made, teams=(replace(first, vehicle="Bus"), *middle, replace(last, vehicle="Bus")))
    for n in range(4):
        assert [d.teams for d in districts(shared, Plan(), n, jobs=10) if "T000" in d.teams] == [("T000", "T003")]
        assert [d.teams for d in districts(made, Plan(), n, jobs=10) if "T000" in d.teams] == [("T000",)]


def test_there_are_as_many_districts_as_processors_can_share():
    made = city(60, 9, 1)
    assert [len(districts(made, Plan(), 0, jobs=20, at_once=n)) for n in (1, 2, 4)] == [3, 4, 4]


# --- one district ---------------------------------------------------------------------------------


def test_a_district_is_improved_and_everything_else_stays(made, plan):
    district = districts(made, plan, 0, jobs=20)[0]
    better = improve_district(made, plan, district, seed=1, iterations=400)
    assert worth(made, better) < worth(made, plan)
    assert evaluate(made, better).hard == ()
    outside = set(plan.placements) - set(district.jobs)
    assert {key: better.placements[key] for key in outside} == {key: plan.placements[key] for key in outside}


def test_a_plan_that_would_get_worse_stays_and_gets_worse_without_the_judge(made, plan, monkeypatch):
    district = districts(made, plan, 0, jobs=20)[0]
    spoiled = Plan({})
    monkeypatch.setattr("touring.planning.districts.part.improved", lambda *args: Improved(spoiled, 1))
    assert improve_district(made, plan, district, seed=1, iterations=1) == plan
    assert worth(made, put_back(plan, district, spoiled)) > worth(made, plan)


def test_a_district_makes_no_more_changes_than_it_has(made, plan):
    published = replace(made, published=plan.placements, max_changes=5)
    district = districts(published, plan, 0, jobs=20)[0]
    assert part_of(published, plan, district).max_changes == 0
    kept = improve_district(published, plan, district, seed=1, iterations=300)
    free = improve_district(
        replace(published, max_changes=None, change_price=0), plan, district, seed=1, iterations=300
    )
    assert evaluate(published, kept).changed == ()
    assert len(evaluate(published, free).changed) > 0


def test_a_halt_on_one_date_stays_where_it_stands(made, plan):
    team = plan.placements["S0000"].team
    day = date(2027, 1, 4)
    standing = DatedPlacement(team, day, clock(9))
    one = OneOff("E1", "Termin", 0, (day,), {0: (Window(clock(8), clock(16)),)}, 1800)
    dated = replace(made, one_offs=(one,))
    with_date = Plan(plan.placements, {"E1": standing})
    inside, outside = (
        next(d for d in districts(dated, with_date, 0, jobs=20) if (team in d.teams) is mine) for mine in (True, False)
    )
    assert [one.promised for one in part_of(dated, with_date, inside).one_offs] == [standing]
    assert part_of(dated, with_date, outside).one_offs == ()
    assert within(with_date, inside).dated == {"E1": standing}
    assert improve_district(dated, with_date, inside, seed=1, iterations=50).dated == {"E1": standing}


def test_wishes_for_teams_elsewhere_are_no_hindrance(made):
    job = replace(made.jobs[0], wished_teams=frozenset({"T003"}), forbidden_teams=frozenset({"T001"}))
    problem = replace(made, jobs=(job, *made.jobs[1:]))
    part = part_of(problem, Plan(), District(("T000",), ("S0000", "S0001")))
    assert [(job.wished_teams, job.forbidden_teams) for job in part.jobs] == [(frozenset(), frozenset())] * 2
    assert [team.key for team in part.teams] == ["T000"]


# --- the whole city -------------------------------------------------------------------------------


def test_rounds_of_districts_are_better_than_the_first_plan_and_break_nothing(made):
    told = []
    found = solve_large(made, **SMALL, on_progress=told.append)
    assert found.verdict.hard == ()
    assert found.verdict.unserved == ()
    assert found.verdict.objective < told[0].objective
    assert [p.objective for p in told] == sorted((p.objective for p in told), reverse=True)
    assert found.verdict.objective == evaluate(made, found.plan).objective


def test_the_same_seed_and_steps_give_the_same_plan_and_another_seed_another(made):
    first, again, other = (solve_large(made, seed=seed, **SMALL).plan for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_two_processes_find_a_plan_that_breaks_nothing(made):
    found = solve_large(made, jobs=20, seconds=8, workers=2)
    assert (found.verdict.hard, found.verdict.unserved, found.stopped) == ((), (), False)
    assert found.seconds < 11


def test_two_processes_and_one_find_the_same_with_steps_alone(made):
    words = {"problem": made, "jobs": 20, "iterations": 60}
    assert [len(districts(made, Plan(), 0, jobs=20, at_once=n)) for n in (1, 2)] == [2, 2]
    assert solve_large(**words, workers=2).plan == solve_large(**words, workers=1).plan


def test_the_work_of_the_dead_is_done_by_who_is_left(made, plan):
    found = districts(made, plan, 0, jobs=10)
    works = [
        Work(n, part_of(made, plan, district), within(plan, district), Cooling(20, None, 1.0), 1)
        for n, district in enumerate(found)
    ]
    hands = Hands(2)
    try:
        for process in hands.processes:
            process.kill()
            process.join()
        assert {n for n, _ in hands.done(works, lambda: False)} >= set(range(2, 4))
        assert hands.pipes == []
    finally:
        hands.end()


def test_who_stops_has_the_best_plan_so_far(made):
    told = []
    found = solve_large(made, jobs=20, seconds=60, on_progress=told.append, should_stop=lambda: len(told) > 1)
    assert found.stopped
    assert found.seconds < 20
    assert found.verdict.hard == ()


def test_no_run_is_worse_than_the_plan_it_starts_from(made, plan):
    found = solve_large(made, warm_start=plan, jobs=20, iterations=1)
    assert found.verdict.objective <= evaluate(made, plan).objective


def test_a_small_city_goes_to_the_one_search(made, monkeypatch):
    asked = []
    monkeypatch.setattr(large_module, "solve", lambda problem, **words: asked.append(words["seed"]))
    solve_large(made, seed=7, iterations=1)
    assert asked == [7]
    assert not is_large(made)
    assert is_large(city(301, 12, 1))
    assert not is_large(replace(city(301, 12, 1), time_tolerance=None))


def test_the_figures_of_a_made_up_city(made):
    line = growth("12:2", method="lotsen", seconds=1, seed=1, workers=1).line()
    assert (line["instance"], line["n"], line["teams"], line["hard"]) == ("12:2 seed 1", 12, 2, 0)
    assert line["cost_per_stop"] == round(line["cost"] / 12, 2)
    assert list(line["curve"]) == ["3", "10", "30", "60"]
    assert line["curve"]["60"] is None
