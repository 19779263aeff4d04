"""Readers of published files, records and tables."""

import json
import os
from pathlib import Path

import pytest

from tests.touring.planning.benchmark_files import (
    CONSISTENT,
    PERIODIC,
    PERIODIC_WITH_WINDOWS,
    SOLOMON,
    least_driving,
)
from touring.planning.benchmark.__main__ import main
from touring.planning.benchmark.files import BadFile
from touring.planning.benchmark.methods import record_of
from touring.planning.benchmark.readers import read, read_text
from touring.planning.benchmark.record import judged, table
from touring.planning.plan import Plan
from touring.planning.problem import Window


def test_days_of_a_periodic_file_are_weekdays_and_the_first_is_the_highest_bit():
    instance = read_text(PERIODIC, "tiny")
    third, fourth = instance.problem.jobs[2], instance.problem.jobs[3]
    assert (instance.kind, instance.days, instance.units) == ("PVRP", 3, 10_000)
    assert third.pattern.choices == ((1, 2), (0, 2))
    assert fourth.pattern.choices == ((0, 1, 2),)
    assert [(team.key, team.capacity) for team in instance.problem.teams] == [("1/12", 12), ("2/12", 12)]
    assert instance.problem.travel.drive[0][2] == round(10_000 * 164**0.5)
    assert {shift.longest for shift in instance.problem.shifts} == {None}
    assert instance.problem.time_tolerance is None
    assert not instance.problem.same_team


def test_a_window_is_of_starts_and_the_limit_of_a_day_is_its_longest_tour():
    instance = read_text(PERIODIC_WITH_WINDOWS, "tiny")
    first = instance.problem.jobs[0]
    assert instance.kind == "PVRPTW"
    assert first.opening == {
        0: (Window(100_000, 330_000),),
        1: (Window(100_000, 330_000),),
        2: (Window(100_000, 330_000),),
    }
    assert {shift.longest for shift in instance.problem.shifts} == {600_000}
    assert {shift.end for shift in instance.problem.shifts} == {1_000_000}


def test_windows_are_seen_whatever_the_type_digit_says():
    assert read_text(PERIODIC_WITH_WINDOWS.replace("6 1 5 3", "1 1 5 3", 1), "tiny").kind == "PVRPTW"


def test_days_beyond_a_week_go_on_in_the_next_one():
    limits = "0 12\n" * 10
    text = f"1 1 2 10\n{limits}0 0 0 0 0 0 0\n1 10 0 0 5 2 1 513\n2 10 8 1 6 1 2 1 2\n"
    problem = read_text(text, "long").problem
    assert problem.calendar.cycle_weeks == 2
    assert problem.jobs[0].pattern.choices == ((0, 9),)
    assert problem.jobs[1].pattern.choices == ((9,), (8,))


def test_days_with_other_loads_have_vehicles_of_their_own():
    problem = read_text(PERIODIC.replace("0 12\n0 12\n0 12", "0 12\n0 15\n0 12"), "tiny").problem
    assert [(shift.team, shift.weekday) for shift in problem.shifts] == [
        ("1/12", 0), ("2/12", 0), ("1/15", 1), ("2/15", 1), ("1/12", 2), ("2/12", 2),
    ]  # fmt: skip


def test_solomon_distances_are_cut_off_after_one_decimal():
    instance = read_text(SOLOMON, "tiny")
    assert (instance.kind, instance.days, instance.units, len(instance.problem.teams)) == ("VRPTW", 1, 10, 3)
    assert instance.problem.travel.drive[0][1] == int(10 * 349**0.5)
    assert instance.problem.jobs[1].opening == {0: (Window(300, 650),)}


def test_consistent_files_want_one_team_and_times_within_the_limit():
    problem = read_text(CONSISTENT, "tiny").problem
    assert [(job.key, job.pattern.choices, job.load) for job in problem.jobs] == [
        ("1", ((0, 7),), 4), ("2", ((7,),), 5), ("3", ((0,),), 2),
    ]  # fmt: skip
    assert (problem.same_team, problem.time_tolerance, problem.calendar.cycle_weeks) == (True, 50_000, 2)
    assert {shift.longest for shift in problem.shifts} == {10_000_000}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "tiny: the file is empty."),
        ("hello", "tiny, first line: „hello“ are not only numbers."),
        ("1 2 5", "tiny, first line: at least 4 finite numbers are needed, not „1 2 5“."),
        ("1 2 5 nan", "tiny, first line: at least 4 finite numbers are needed, not „1 2 5 nan“."),
        ("1 2 5 2\n0 10", "tiny, limits of the days: 2 are needed, 1 are there."),
        (PERIODIC.replace("1 2 5 3", "1 2 9 3"), "tiny: 9 customers and a depot are announced, 6 lines are there."),
        (PERIODIC.replace("1 3 1 2 4", "1 3 1 2 8"), "tiny, customer 1: there is no combination 8 of 3 days."),
        (PERIODIC.replace("2 2 3 5", "2 2 3 4"), "tiny, customer 3: a combination of days has not 2 days."),
        (PERIODIC.replace("2 10 8", "1 10 8"), "tiny: customer 1 is there twice."),
        (PERIODIC.replace("1 2 5 3", "1 0 5 3"), "tiny: 1 to 28 days with at least one vehicle each are needed."),
        (PERIODIC_WITH_WINDOWS.replace("10 30", "30 10"), "tiny: customer 1 is due before it is ready."),
        (SOLOMON[: SOLOMON.index("CUSTOMER")], "tiny: the table of customers is missing."),
        (CONSISTENT.replace("CAPACITY: 10\n", ""), "tiny: CAPACITY is missing."),
        (
            CONSISTENT.replace("4 0 0\nDEPOT", "DEPOT"),
            "tiny: places, demands and service times are not of the same customers.",
        ),
    ],
)  # fmt: skip
def test_broken_files_are_refused_in_a_sentence(text, sentence):
    with pytest.raises(BadFile) as refusal:
        read_text(text, "tiny")
    assert str(refusal.value) == sentence


def test_a_plan_without_customers_is_not_feasible():
    instance = read_text(PERIODIC, "tiny")
    record = judged(instance, Plan(), method="none", seconds=1.0, seed=1, workers=1)
    assert (record.feasible, record.unserved, record.cost, record.gap) == (False, 5, 0.0, None)


@pytest.mark.parametrize(
    ("text", "method"),
    [(PERIODIC, "ortools"), (PERIODIC_WITH_WINDOWS, "ortools"), (SOLOMON, "ortools"), (SOLOMON, "pyvrp")],
)
def test_other_solvers_reach_the_optimum_of_tiny_files(text, method):
    instance = read_text(text, "tiny")
    record = record_of(instance, method, seconds=0.5, seed=1, workers=1)
    assert (record.why, record.feasible, record.cost) == ("", True, least_driving(instance.problem) / instance.units)


def test_pyvrp_is_not_applicable_to_several_days():
    record = record_of(read_text(PERIODIC, "tiny"), "pyvrp", seconds=1, seed=1, workers=1)
    assert record.line()["why"] == "PyVRP cannot tie the visits of one customer on several days to each other."
    assert record.cost is None


def test_lines_become_a_table():
    lines = [
        {"instance": "a", "kind": "PVRP", "n": 5, "days": 3, "method": "lotsen", "cost": 101.0, "feasible": True,
         "best_known": 100.0, "gap": 1.0, "unserved": 0},
        {"instance": "a", "kind": "PVRP", "n": 5, "days": 3, "method": "ortools", "cost": 90.0, "feasible": False,
         "best_known": 100.0, "gap": None, "unserved": 2},
    ]  # fmt: skip
    assert table(lines) == "\n".join([
        "| instance | n x days | best known | lotsen | ortools |",
        "|---|---|---|---|---|",
        "| PVRP a | 5 x 3 | 100.0 | 101.00 (+1.00 %) | not feasible, 2 left out |",
        "| **PVRP, mean** | | | +1.00 % of 1 | - |",
    ])  # fmt: skip


def test_the_command_prints_one_line_each_and_says_what_it_cannot_read(tmp_path, capsys):
    (tmp_path / "tiny.txt").write_text(SOLOMON)
    (tmp_path / "broken.txt").write_text("1 2")
    words = [
        str(tmp_path / "tiny.txt"),
        str(tmp_path / "broken.txt"),
        "--seconds",
        "0.3",
        "--against",
        "pyvrp",
        "--only-against",
    ]
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert [json.loads(line)["method"] for line in out.splitlines()] == ["pyvrp"]
    assert "broken, first line: at least 4 finite numbers are needed" in err


def shared_instances():
    shared = Path(os.environ.get("LOTSEN_SHARED") or Path(__file__).resolve().parents[4] / "shared") / "instances"
    kinds = {"pvrp": "PVRP", "pvrptw": "PVRPTW", "vrptw": "VRPTW", "convrp": "ConVRP"}
    return [
        (path, kind)
        for folder, kind in kinds.items()
        for path in sorted((shared / folder).glob("*"))
        if path.suffix != ".res" and not path.name.startswith("readme")
    ]


@pytest.mark.skipif(not shared_instances(), reason="published instances are not here (LOTSEN_SHARED)")
def test_every_published_file_is_read():
    assert [read(path).kind for path, _ in shared_instances()] == [kind for _, kind in shared_instances()]
