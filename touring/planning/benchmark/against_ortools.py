"""Plain OR-Tools routing, as a practitioner would write it: all days in one model, guided local search.

One vehicle per team and day. A customer with one free visit is one node that may go to any vehicle of its days; one
with several visits is a node per visit, tied to its sets of days by a table. Whoever is left out costs a penalty.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from touring.planning.benchmark.files import Instance
from touring.planning.benchmark.words import Halting, plan_of
from touring.planning.plan import Plan
from touring.planning.problem import Job, Problem, Shift, Team

FIRST = ("PARALLEL_CHEAPEST_INSERTION", "SAVINGS")
ORTOOLS_LIMIT = 1 << 40


@dataclass(frozen=True, slots=True)
class _Vehicle:
    day: int
    team: Team
    shift: Shift


@dataclass(frozen=True, slots=True)
class _Node:
    """One visit: the job's number, and which of its visits in a set of days."""

    job: int
    visit: int


def ortools_plan(instance: Instance, seconds: float, seed: int, workers: int) -> Plan:
    """The better of two first solutions, each for the whole time; single-threaded, so both count as one run."""
    plans = [_Model(instance.problem).solved(first, seconds) for first in FIRST]
    return min(plans, key=lambda found: found[0])[1]


class _Model:
    """The routing model of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        days = sorted({day for job in problem.jobs for choice in job.pattern.choices for day in choice})
        self.vehicles = [
            _Vehicle(day, team, shift)
            for day in days
            for team in problem.teams
            if (shift := problem.shift(team.key, day % 7)) is not None
        ]
        self.nodes = [_Node(j, k) for j, job in enumerate(problem.jobs) for k in range(len(job.pattern.choices[0]))]
        depots = len(self.vehicles)
        size = len(self.nodes) + 1
        self.manager = pywrapcp.RoutingIndexManager(size, depots, 0)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.places = [problem.shifts[0].start_place, *(problem.jobs[node.job].place for node in self.nodes)]
        self._cost_and_time()
        self._loads()
        for j, job in enumerate(problem.jobs):
            self._tie_days(j, job)

    def _cost_and_time(self) -> None:
        problem, places = self.problem, self.places
        drive, leg = problem.travel.drive, problem.travel.leg
        spent = [0, *(problem.jobs[node.job].duration for node in self.nodes)]
        cost = [[drive[a][b] for b in places] for a in places]
        duration = [[spent[i] + leg[a][b] for b in places] for i, a in enumerate(places)]
        self.routing.SetArcCostEvaluatorOfAllVehicles(self.routing.RegisterTransitMatrix(cost))
        transit = self.routing.RegisterTransitMatrix(duration)
        horizon = max(shift.end for shift in problem.shifts)
        self.routing.AddDimension(transit, horizon, horizon, False, "time")
        times = self.routing.GetDimensionOrDie("time")
        for number, node in enumerate(self.nodes, 1):
            job = problem.jobs[node.job]
            window = next(iter(job.opening.values()))[0]
            times.CumulVar(self.manager.NodeToIndex(number)).SetRange(window.start, window.end - job.duration)
        for v, vehicle in enumerate(self.vehicles):
            times.CumulVar(self.routing.Start(v)).SetRange(vehicle.shift.start, vehicle.shift.end)
            times.CumulVar(self.routing.End(v)).SetRange(vehicle.shift.start, vehicle.shift.end)
            if vehicle.shift.longest is not None:
                times.SetSpanUpperBoundForVehicle(vehicle.shift.longest, v)
            self.routing.AddVariableMinimizedByFinalizer(times.CumulVar(self.routing.End(v)))
            self.routing.AddVariableMaximizedByFinalizer(times.CumulVar(self.routing.Start(v)))

    def _loads(self) -> None:
        if all(team.capacity is None for team in self.problem.teams):
            return
        loads = [0, *(self.problem.jobs[node.job].load for node in self.nodes)]
        limits = [ORTOOLS_LIMIT if v.team.capacity is None else v.team.capacity for v in self.vehicles]
        transit = self.routing.RegisterUnaryTransitVector(loads)
        self.routing.AddDimensionWithVehicleCapacity(transit, 0, limits, True, "load")

    def _tie_days(self, j: int, job: Job) -> None:
        """Each visit on a vehicle of its day, or all of them left out."""
        indexes = [self.manager.NodeToIndex(n) for n, node in enumerate(self.nodes, 1) if node.job == j]
        penalty = 20 * max(max(row) for row in self.problem.travel.drive)
        for index in indexes:
            self.routing.AddDisjunction([index], penalty)
        on_day: dict[int, list[int]] = {}
        for v, vehicle in enumerate(self.vehicles):
            on_day.setdefault(vehicle.day, []).append(v)
        choices = [tuple(sorted(choice)) for choice in job.pattern.choices]
        if len(indexes) == 1:
            allowed = [v for (day,) in choices for v in on_day[day]]
            self.routing.VehicleVar(indexes[0]).SetValues([-1, *sorted(allowed)])
            return
        self._tie_visits(indexes, choices, on_day)

    def _tie_visits(self, indexes: list[int], choices: list[tuple[int, ...]], on_day: dict[int, list[int]]) -> None:
        """A table over (day of each visit); the day follows from the vehicle."""
        solver = self.routing.solver()
        day_of = [vehicle.day for vehicle in self.vehicles]
        days = []
        for k, index in enumerate(indexes):
            possible = sorted({choice[k] for choice in choices})
            self.routing.VehicleVar(index).SetValues([-1, *sorted(v for day in possible for v in on_day[day])])
            day = solver.IntVar([-1, *possible], f"day {index}")
            solver.Add(solver.Element([-1, *day_of], self.routing.VehicleVar(index) + 1) == day)
            days.append(day)
        solver.Add(solver.AllowedAssignments(days, [*choices, (-1,) * len(indexes)]))

    def solved(self, first: str, seconds: float) -> tuple[int, Plan]:
        """Objective and plan after so many seconds; nothing served if no solution was found."""
        asked = pywrapcp.DefaultRoutingSearchParameters()
        asked.first_solution_strategy = getattr(routing_enums_pb2.FirstSolutionStrategy, first)
        asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        asked.time_limit.FromMilliseconds(round(1000 * seconds))
        began = time.monotonic()
        answer = self.routing.SolveWithParameters(asked)
        if answer is None:
            return 1 << 60, Plan()
        assert time.monotonic() - began < 2 * seconds + 60
        return answer.ObjectiveValue(), plan_of(self.problem, self._halts(answer))

    def _halts(self, answer: Any) -> Iterator[Halting]:
        """Every visit with its day, team and earliest start."""
        times = self.routing.GetDimensionOrDie("time")
        for v, vehicle in enumerate(self.vehicles):
            index = answer.Value(self.routing.NextVar(self.routing.Start(v)))
            while not self.routing.IsEnd(index):
                job = self.problem.jobs[self.nodes[self.manager.IndexToNode(index) - 1].job]
                yield Halting(job.key, vehicle.day, vehicle.team.key, answer.Value(times.CumulVar(index)))
                index = answer.Value(self.routing.NextVar(index))
