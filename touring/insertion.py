"""Where a halt fits into a tour, judged by the planning core's own rules for tours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from lotsen.places.models import Address
from touring.models import Deviation, RequestStop, Team, Tour, TourPlan, TourStop
from touring.planning.evaluate.tours import TOUR_RULES
from touring.planning.plan import Route, route_of
from touring.planning.problem import DAY, WEEKLY, Calendar, Job, Problem, Shift, Travel, Window
from touring.planning.problem import Team as PlanningTeam
from touring.translate import Places, seconds_of, shifts_of

ALL_DAY = {weekday: (Window(0, DAY),) for weekday in range(7)}
Halt = tuple[int, Job]
TeamDay = tuple[TourPlan, Team, date, Tour | None]


@dataclass(frozen=True, slots=True)
class DayTour:
    """One team on one date: its tour if it has one, its halts in order of time, and its hours.

    `kept_free` are the usual times of halts that are announced for another one: nobody else gets them, because the
    announcement can be taken back. Key, begin and end in seconds.
    """

    plan: TourPlan
    team: Team
    day: date
    tour: Tour | None
    halts: tuple[Halt, ...]
    shift: Shift
    kept_free: tuple[tuple[str, int, int], ...] = ()

    def without(self, key: str) -> DayTour:
        """The same without one halt."""
        halts = tuple(halt for halt in self.halts if halt[1].key != key)
        return replace(self, halts=halts, kept_free=tuple(one for one in self.kept_free if one[0] != key))


@dataclass(frozen=True, slots=True)
class Ground:
    """Tours with all the ways between their places."""

    problem: Problem
    tours: tuple[DayTour, ...]
    places: Places

    def job(self, key: str, name: str, address: Address, *, minutes: int, setup_minutes: int) -> Job:
        """A halt as a job; its address must be one that the ground was made with."""
        return _job(key, name, self.places.number(address), minutes * 60, setup_minutes * 60)

    def route(self, tour: DayTour) -> Route | None:
        """The tour as it is driven, None where there are no halts."""
        return route_of(self.problem, tour.shift, 0, list(tour.halts)) if tour.halts else None

    def with_halt(self, tour: DayTour, start: int, job: Job) -> Route | None:
        """The tour with one more halt that starts at `start` (seconds), None where a rule would break."""
        if any(start < end and begin < start + job.duration for _key, begin, end in tour.kept_free):
            return None
        halts = sorted([*tour.halts, (start, job)], key=lambda halt: halt[0])
        route = route_of(self.problem, tour.shift, 0, halts)
        broken = chain.from_iterable(rule(self.problem, tour.shift, route) for rule in TOUR_RULES)
        return None if any(violation.hard for violation in broken) else route

    def extra_driving(self, tour: DayTour, route: Route) -> int:
        """Seconds of driving that `route` takes more than the tour as it is."""
        known = self.route(tour)
        return route.drive - (known.drive if known else 0)


def ground_for(team_days: Sequence[TeamDay], addresses: Iterable[Address]) -> Ground:
    """The given team-days with all halts, and ways to `addresses` too. Five queries and the matrix, whatever the size.

    Days on which a team has no duty are left out. Raises `Impossible` where a base has no point.
    """
    places = Places()
    for address in addresses:
        places.number(address)
    teams = {team.key: team for _plan, team, _day, _tour in team_days}
    shifts = {(shift.team, shift.weekday): shift for team in teams.values() for shift in shifts_of(team, places)}
    made = [tour for *_others, tour in team_days if tour is not None]
    moved = _moved(made)
    halts = _halts(made, moved, places)
    tours = tuple(
        DayTour(
            plan,
            team,
            day,
            tour,
            halts.get(tour.pk, ()) if tour else (),
            shifts[team.key, day.weekday()],
            _kept_free(tour, moved) if tour else (),
        )
        for plan, team, day, tour in team_days
        if (team.key, day.weekday()) in shifts
    )
    return Ground(_problem(teams.values(), tuple(shifts.values()), places.travel()), tours, places)


def _moved(tours: list[Tour]) -> dict[int, Deviation]:
    """Announcements of another time of the day, by halt."""
    rows = Deviation.objects.filter(halt__tour__in=tours, moved_to__isnull=False, revoked_at=None)
    return {row.halt_id: row for row in rows.select_related("halt")}


def _kept_free(tour: Tour, moved: dict[int, Deviation]) -> tuple[tuple[str, int, int], ...]:
    return tuple(
        (str(pk), seconds_of(row.halt.starts_at), seconds_of(row.halt.ends_at))
        for pk, row in moved.items()
        if row.halt.tour_id == tour.pk
    )


def _halts(tours: list[Tour], moved: dict[int, Deviation], places: Places) -> dict[int, tuple[Halt, ...]]:
    """Halts by tour in order of time; one that is announced for another time of its day counts at that."""
    found: dict[int, list[Halt]] = {}
    rows = TourStop.objects.filter(tour__in=tours).order_by("starts_at")
    for halt in rows.select_related("stop__address", "request_stop__address"):
        at = moved[halt.pk].moved_to if halt.pk in moved else halt.starts_at
        assert at is not None
        found.setdefault(halt.tour_id, []).append((seconds_of(at), _halt_job(halt, places)))
    return {pk: tuple(sorted(halts, key=lambda halt: halt[0])) for pk, halts in found.items()}


def _halt_job(halt: TourStop, places: Places) -> Job:
    where = halt.stop or halt.request_stop
    assert where is not None
    setup = where.setup_minutes * 60 if isinstance(where, RequestStop) else 0
    name = where.short_name if not isinstance(where, RequestStop) else where.title
    seconds = int((halt.ends_at - halt.starts_at) / timedelta(seconds=1))
    return _job(str(halt.pk), name, places.number(where.address), seconds, setup)


def _job(key: str, name: str, place: int, duration: int, setup: int) -> Job:
    return Job(key=key, name=name, place=place, pattern=WEEKLY, opening=ALL_DAY, duration=duration, setup=setup)


def _problem(teams: Iterable[Team], shifts: tuple[Shift, ...], travel: Travel) -> Problem:
    monday = date(2026, 1, 5)
    return Problem(
        jobs=(),
        teams=tuple(PlanningTeam(team.key, team.name) for team in teams),
        shifts=shifts,
        travel=travel,
        calendar=Calendar(first=monday, last=monday, anchor=monday),
    )
