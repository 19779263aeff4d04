"""The whole problem; building it checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from touring.planning.problem.refusals import refuse_nonsense
from touring.planning.problem.words import (
    DAY,
    MINUTE,
    Calendar,
    Job,
    OneOff,
    Placement,
    Shift,
    Team,
    Travel,
    WorkingTime,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """All that a plan is made from; building it checks it (`Impossible`).

    `step`: start times are whole multiples of it. `wish_price`: seconds of driving per cycle that
    a wished weekday or team is worth. `published`: what people know, by job key; every difference
    is a change. `max_changes`: at most so many of them (`None`: any number). `change_price`: seconds
    of driving per cycle that keeping one stop is worth (`None`: more than all driving).

    `time_tolerance`: so many seconds may the start times of one stop differ between its visits
    (`None`: any number). `same_team`: one team makes all visits of a stop. `working_time`: the law
    that tours keep (`None`: none). `day`: length of a day in the unit of the problem, which for
    published benchmarks is not the second.
    """

    jobs: tuple[Job, ...]
    teams: tuple[Team, ...]
    shifts: tuple[Shift, ...]
    travel: Travel
    calendar: Calendar
    step: int = 5 * MINUTE
    wish_price: int = 20 * MINUTE
    published: Mapping[str, Placement] = field(default_factory=dict)
    max_changes: int | None = None
    change_price: int | None = None
    one_offs: tuple[OneOff, ...] = ()
    time_tolerance: int | None = 0
    same_team: bool = True
    working_time: WorkingTime | None = None
    day: int = DAY
    _jobs: Mapping[str, Job] = field(init=False, repr=False, compare=False)
    _one_offs: Mapping[str, OneOff] = field(init=False, repr=False, compare=False)
    _teams: Mapping[str, Team] = field(init=False, repr=False, compare=False)
    _shifts: Mapping[tuple[str, int], Shift] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_jobs", {job.key: job for job in self.jobs})
        object.__setattr__(self, "_one_offs", {one.key: one for one in self.one_offs})
        object.__setattr__(self, "_teams", {team.key: team for team in self.teams})
        object.__setattr__(self, "_shifts", {(shift.team, shift.weekday): shift for shift in self.shifts})
        refuse_nonsense(self)

    def job(self, key: str) -> Job | None:
        """The job with this key."""
        return self._jobs.get(key)

    def one_off(self, key: str) -> OneOff | None:
        """The one-off job with this key."""
        return self._one_offs.get(key)

    def team(self, key: str) -> Team | None:
        """The team with this key."""
        return self._teams.get(key)

    def shift(self, team: str, weekday: int) -> Shift | None:
        """The hours of a team on a weekday."""
        return self._shifts.get((team, weekday))
