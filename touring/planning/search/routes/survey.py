"""From a `Problem` to the arrays of `Ground`, and what is needed to come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from touring.planning.problem import Impossible, Job, Problem, Shift, Team
from touring.planning.search.routes.ground import Flags, Ground, Small

RANDOM_ORDERS = 4
LOAD_ORDERS = 3
ABSENT_LEGS = 20
"""While searching, a job left out costs so many average legs and the dearest detours, or more by its priority."""

NEIGHBOURS = 40
UNLIMITED = 1 << 40
Span = tuple[int, int]
Arrays = dict[str, Any]
"""Some of the fields of `Ground`."""

Likeness = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One allowed choice of days, in the words of a placement."""

    weekdays: tuple[int, ...]
    phase: int
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A team on one day of the cycle."""

    day: int
    team: Team
    shift: Shift


@dataclass(frozen=True, slots=True)
class Survey:
    """`ground`, and by its numbers: days of the cycle, options, vehicles, spans of nodes, visits of a route."""

    problem: Problem
    ground: Ground
    days: tuple[int, ...]
    options: tuple[Option, ...]
    vehicles: tuple[Vehicle, ...]
    most_visits: int


def surveyed(problem: Problem) -> Survey:
    """The problem as arrays; raises `Impossible` where it holds what free start times do not support."""
    _refuse_unsupported(problem)
    chosen = [list(_options(problem, job)) for job in problem.jobs]
    days = tuple(sorted({day for options in chosen for option in options for day in option.days}))
    vehicles = [vehicle for day in days for vehicle in _vehicles(problem, day)]
    nodes = _Nodes(problem, days)
    ground = Ground(
        **nodes.arrays(),
        **_legs(problem, nodes, vehicles),
        **_option_arrays(problem, days, chosen),
        **_vehicle_arrays(problem, days, vehicles, len(nodes.spans)),
        **_order_arrays(problem, nodes, chosen),
    )
    options = tuple(option for row in chosen for option in row)
    return Survey(problem, ground, days, options, tuple(vehicles), _most_visits(problem))


def _refuse_unsupported(problem: Problem) -> None:
    words = {
        "Pausen": any(shift.rests for shift in problem.shifts),
        "Arbeitszeitgesetz": problem.working_time is not None,
        "einzelne Termine": bool(problem.one_offs),
        "eine Grenze für Änderungen": problem.max_changes is not None,
        "gleiche Zeiten": problem.time_tolerance is not None,
        "gleiche Teams": problem.same_team,
        "geteilte Fahrzeuge": _shares_vehicles(problem),
    }
    missing = [word for word, is_used in words.items() if is_used]
    if missing:
        raise Impossible(f"Die Suche mit freien Zeiten kennt das nicht: {', '.join(missing)}.")


def _shares_vehicles(problem: Problem) -> bool:
    vehicles = [team.vehicle for team in problem.teams if team.vehicle]
    return len(vehicles) != len(set(vehicles))


def _options(problem: Problem, job: Job) -> Iterator[Option]:
    """Every choice of days that weekdays, pins and opening hours leave."""
    pattern, pin, cycle = job.pattern, job.pin, problem.calendar.cycle_weeks
    weekdays = {shift.weekday for shift in problem.shifts if job.opening.get(shift.weekday)} - job.forbidden_weekdays
    if pattern.choices:
        sets = [(tuple(sorted({day % 7 for day in days})), phase) for phase, days in enumerate(pattern.choices)]
    else:
        phases = range(pattern.every_weeks)
        sets = [(found, phase) for found in pattern.weekday_sets(tuple(weekdays)) for phase in phases]
    for found, phase in sets:
        if pin.weekdays is not None and set(pin.weekdays) != set(found):
            continue
        if weekdays >= set(found) and pin.phase in (None, phase):
            yield Option(found, phase, pattern.days(found, phase, cycle))


def _vehicles(problem: Problem, day: int) -> list[Vehicle]:
    """Who is out on a day, those that nothing tells apart side by side."""
    out = [
        Vehicle(day, team, shift) for team in problem.teams if (shift := problem.shift(team.key, day % 7)) is not None
    ]
    return sorted(out, key=lambda vehicle: repr(likeness(problem, vehicle)))


def likeness(problem: Problem, vehicle: Vehicle) -> Likeness:
    """What tells a vehicle from others on any day."""
    team, shift = vehicle.team, vehicle.shift
    named = [
        job.key
        for job in problem.jobs
        if team.key in job.forbidden_teams or team.key in job.wished_teams or job.pin.team == team.key
    ]
    hours = (shift.start, shift.end, shift.start_place, shift.end_place, longest_of(vehicle))
    return (*hours, team.capacity, sorted(team.serves), team.key if named else "")


def longest_of(vehicle: Vehicle) -> int:
    """The most seconds from base to base; the reserve for request stops is kept free."""
    hours = vehicle.shift.end - vehicle.shift.start
    free = hours - -(-hours * vehicle.team.reserve // 1000)
    return min(free, hours if vehicle.shift.longest is None else vehicle.shift.longest)


def _most_visits(problem: Problem) -> int:
    """No route holds more visits than this, by the loads or by their number."""
    capacities = [team.capacity for team in problem.teams]
    if any(capacity is None for capacity in capacities):
        return len(problem.jobs)
    left, count = 2 * max((capacity or 0 for capacity in capacities), default=0), 0
    for load in sorted(job.load for job in problem.jobs):
        left -= load
        if left < 0:
            break
        count += 1
    return max(2, count)


class _Nodes:
    """The spans of start times of each job and day, numbered; equal ones of several days are one node."""

    def __init__(self, problem: Problem, days: tuple[int, ...]) -> None:
        self.problem = problem
        self.spans: list[Span] = []
        self.jobs: list[int] = []
        self.first = np.full((len(problem.jobs), len(days)), -1, np.int32)
        self.count = np.zeros((len(problem.jobs), len(days)), np.int32)
        for j, job in enumerate(problem.jobs):
            known: dict[tuple[Span, ...], int] = {}
            for d, day in enumerate(days):
                spans = tuple(_spans(problem, job, day % 7))
                if spans and spans not in known:
                    known[spans] = len(self.spans)
                    self.spans += spans
                    self.jobs += [j] * len(spans)
                if spans:
                    self.first[j, d], self.count[j, d] = known[spans], len(spans)

    def arrays(self) -> Arrays:
        """Arrays by node."""
        spans = np.array(self.spans, np.int64).reshape(-1, 2)
        return {
            "node_job": np.array(self.jobs, np.int32),
            "node_early": np.ascontiguousarray(spans[:, 0]),
            "node_late": np.ascontiguousarray(spans[:, 1]),
            "first_node": self.first,
            "node_count": self.count,
        }


def _spans(problem: Problem, job: Job, weekday: int) -> Iterator[Span]:
    """Start times in each window, on the grid; a pinned time alone."""
    step, pin = problem.step, job.pin.start
    for window in sorted(job.opening.get(weekday, ())):
        early, late = -(-window.start // step) * step, (window.end - job.duration) // step * step
        if pin is not None:
            early, late = max(early, pin), min(late, pin)
        if early <= late:
            yield early, late


def _bases(vehicles: list[Vehicle]) -> list[int]:
    return sorted({place for v in vehicles for place in (v.shift.start_place, v.shift.end_place)})


def _legs(problem: Problem, nodes: _Nodes, vehicles: list[Vehicle]) -> Arrays:
    """Driving and times between points; what is spent at a node is in the legs from and to it."""
    bases, jobs, step = _bases(vehicles), [problem.jobs[j] for j in nodes.jobs], problem.step
    places = np.array([*(job.place for job in jobs), *bases], np.int64)
    after = np.array([*(job.duration + job.packing for job in jobs), *(0 for _ in bases)], np.int64)
    before = np.array([*(job.setup for job in jobs), *(0 for _ in bases)], np.int64)
    drive = np.array(problem.travel.drive, np.int64)[np.ix_(places, places)]
    leg = np.array(problem.travel.leg, np.int64)[np.ix_(places, places)]
    time = after[:, None] + leg + before[None, :]
    time[:, : len(jobs)] = -(-time[:, : len(jobs)] // step) * step
    return {
        "drive": np.ascontiguousarray(drive),
        "drive_to": np.ascontiguousarray(drive.T),
        "time": np.ascontiguousarray(time),
        "time_to": np.ascontiguousarray(time.T),
    }


def _option_arrays(problem: Problem, days: tuple[int, ...], chosen: list[list[Option]]) -> Arrays:
    number = {day: d for d, day in enumerate(days)}
    options = [(job, option) for job, row in zip(problem.jobs, chosen, strict=True) for option in row]
    bits = [sum(1 << number[day] for day in option.days) for _, option in options]
    prices = [
        problem.wish_price if job.wished_weekdays and not set(option.weekdays) <= job.wished_weekdays else 0
        for job, option in options
    ]
    return {
        "load": np.array([job.load for job in problem.jobs], np.int64),
        "first_option": np.cumsum([0, *map(len, chosen)]).astype(np.int32),
        "option_days": np.array(bits, np.int64),
        "option_price": np.array(prices, np.int64),
    }


def _vehicle_arrays(problem: Problem, days: tuple[int, ...], vehicles: list[Vehicle], nodes: int) -> Arrays:
    """Arrays by route."""
    step, base = problem.step, {place: nodes + k for k, place in enumerate(_bases(vehicles))}
    alike = [likeness(problem, vehicle) for vehicle in vehicles]
    number = {day: d for d, day in enumerate(days)}
    day_of = np.array([number[vehicle.day] for vehicle in vehicles], np.int32)
    starts = [True, *(a != b or x != y for (a, b), (x, y) in zip(pairwise(alike), pairwise(day_of), strict=True))]
    slots = np.cumsum(starts)[: len(vehicles)].astype(np.int32) - 1
    kinds = {repr(like): k for k, like in reversed(list(enumerate(alike)))}
    of_slot = [kinds[repr(like)] for like, is_first in zip(alike, starts, strict=False) if is_first]
    early = [-(-vehicle.shift.start // step) * step for vehicle in vehicles]
    capacity = [UNLIMITED if v.team.capacity is None else v.team.capacity for v in vehicles]
    return {
        "first_route": np.searchsorted(day_of, np.arange(len(days) + 1)).astype(np.int32),
        "route_day": day_of,
        "route_slot": slots,
        "route_start": np.array([base[vehicle.shift.start_place] for vehicle in vehicles], np.int32),
        "route_end": np.array([base[vehicle.shift.end_place] for vehicle in vehicles], np.int32),
        "route_early": np.array(early, np.int64),
        "route_late": np.array([vehicle.shift.end for vehicle in vehicles], np.int64),
        "route_longest": np.array([longest_of(vehicle) for vehicle in vehicles], np.int64),
        "route_capacity": np.array(capacity, np.int64),
        "slot_kind": np.array(of_slot, np.int32),
        **_team_arrays(problem, vehicles),
    }


def _team_arrays(problem: Problem, vehicles: list[Vehicle]) -> Arrays:
    """Which vehicle may serve a job, and what a team that was not wished costs per visit."""
    allowed = np.ones((len(problem.jobs), len(vehicles)), np.bool_)
    price = np.zeros((len(problem.jobs), len(vehicles)), np.int64)
    cycle = problem.calendar.cycle_weeks
    for j, job in enumerate(problem.jobs):
        visits = len(job.pattern.choices[0]) if job.pattern.choices else job.pattern.visits(cycle)
        for r, vehicle in enumerate(vehicles):
            team = vehicle.team
            serves = job.needs <= team.serves and team.key not in job.forbidden_teams
            allowed[j, r] = serves and job.pin.team in (None, team.key)
            if job.wished_teams and team.key not in job.wished_teams:
                price[j, r] = problem.wish_price // max(1, visits)
    return {"allowed": allowed, "team_price": price}


def _near(problem: Problem, nodes: _Nodes, adjacent: Small) -> Flags:
    """Which points a node may be put beside: its nearest jobs, near of them and it of theirs, never a base."""
    jobs = len(problem.jobs)
    among = np.zeros((jobs, jobs), np.bool_)
    among[np.arange(jobs)[:, None], adjacent[:, :NEIGHBOURS]] = True
    among |= among.T
    bases = len({place for shift in problem.shifts for place in (shift.start_place, shift.end_place)})
    held = np.array(nodes.jobs, np.int64)
    near = np.zeros((len(held), len(held) + bases), np.bool_)
    near[:, : len(held)] = among[np.ix_(held, held)]
    return near


def _order_arrays(problem: Problem, nodes: _Nodes, chosen: list[list[Option]]) -> Arrays:
    """Neighbours, orders to put jobs back, prices of leaving out, random words."""
    places = [job.place for job in problem.jobs]
    drive = np.array(problem.travel.drive, np.int64)
    among = drive[np.ix_(places, places)] + drive[np.ix_(places, places)].T
    np.fill_diagonal(among, -1)
    adjacent = np.argsort(among, axis=1, kind="stable")[:, 1:].astype(np.int32)
    visits = np.array([len(row[0].days) if row else 0 for row in chosen], np.float64)
    base = problem.shifts[0].start_place
    width = np.array([sum(w.end - w.start for row in job.opening.values() for w in row) for job in problem.jobs])
    load = np.array([job.load for job in problem.jobs], np.float64) * visits
    away = drive[base, places].astype(np.float64)
    nothing = np.zeros(len(places))
    keys = [nothing] * RANDOM_ORDERS + [-load] * LOAD_ORDERS + [-away, -away, away, -visits, -visits, width / 7]
    mean = max(1.0, float(drive[np.ix_(places, places)].mean())) if places else 1.0
    ranks = {priority: rank for rank, priority in enumerate(sorted({job.priority for job in problem.jobs}))}
    dear = ABSENT_LEGS * mean + 2 * visits * float(drive.max(initial=1))
    steeper = 1 + visits.max(initial=1)
    absent = [price * steeper ** ranks[job.priority] for price, job in zip(dear, problem.jobs, strict=True)]
    return {
        "near": _near(problem, nodes, adjacent),
        "adjacent": adjacent,
        "sort_keys": np.array(keys, np.float64).reshape(len(keys), len(places)),
        "absent_price": np.array(absent).astype(np.int64),
        "job_code": np.random.default_rng(20).integers(1, 1 << 63, len(places), dtype=np.uint64),
    }
