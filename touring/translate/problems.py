"""Rows into a planning problem: `problem_for`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, at_minute, holiday_name, local_date, monday_of
from lotsen.kernel.windows import OpeningHours
from touring.models import (
    ClosingDay,
    RequestStop,
    Rhythm,
    SchoolHoliday,
    Stop,
    Team,
    TourPlan,
)
from touring.planning import problem as words
from touring.planning.plan import Plan
from touring.planning.problem import (
    DatedPlacement,
    Job,
    OneOff,
    Pattern,
    Placement,
    Problem,
    Window,
)
from touring.translate.places import Places
from touring.translate.rows import plan_of, seconds_of
from touring.translate.shifts import LAW, shifts_of

CYCLE_WEEKS = 4
CHANGE_PRICE = 15 * 60
"""Seconds of driving per cycle that it is worth to keep one stop where people know it."""
PATTERNS: Mapping[str, Pattern] = {
    Rhythm.TWICE_A_WEEK: words.TWICE_A_WEEK,
    Rhythm.WEEKLY: words.WEEKLY,
    Rhythm.EVERY_2_WEEKS: words.EVERY_2_WEEKS,
    Rhythm.EVERY_4_WEEKS: words.EVERY_4_WEEKS,
}


def anchor_for(period: Period) -> date:
    """Week 0 of the cycle: the one people know already, else the period's first week."""
    known = plan_before(period)
    return known.cycle_anchor if known else monday_of(period.start)


def plan_before(period: Period) -> TourPlan | None:
    """The published plan that a plan for this period takes over from."""
    return (
        TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, starts_on__lte=period.end).order_by("starts_on").last()
    )


def problem_for(
    period: Period, *, anchor: date, tolerance_minutes: int = 0, with_request_stops: bool = False
) -> Problem:
    """Everything that a plan of this period is made from; about twelve queries whatever the size.

    Stops that cannot be planned at all (`misfits`) are left out. `tolerance_minutes`: so much may the start times of a
    stop differ from week to week. `with_request_stops`: halts that people were promised in this period keep their room.
    Raises `Impossible` with a German sentence for what makes every plan impossible, such as a team without a base on
    the map.
    """
    places = Places()
    teams, stops = active_teams(), active_stops()
    wrong = misfits(stops)
    known = plan_before(period)
    closed = _Closed.of(period)
    shifts = tuple(shift for team in teams for shift in shifts_of(team, places))
    jobs = tuple(_job(stop, places, closed) for stop in stops if stop.key not in wrong)
    one_offs = tuple(_one_off(row, places) for row in _promised(period, teams)) if with_request_stops else ()
    return Problem(
        jobs=jobs,
        teams=tuple(_team(team) for team in teams),
        shifts=shifts,
        travel=places.travel(),
        calendar=_calendar(period, anchor, closed, teams),
        published=_in_cycle(plan_of(known), known.cycle_anchor, anchor) if known else {},
        change_price=CHANGE_PRICE if known else None,
        one_offs=one_offs,
        time_tolerance=tolerance_minutes * 60,
        working_time=LAW,
    )


def _team(team: Team) -> words.Team:
    vehicle = team.vehicle if team.shares_vehicle else ""
    return words.Team(team.key, team.name, frozenset(team.serves), vehicle, reserve=10 * team.reserve_percent)


@dataclass(frozen=True, slots=True)
class _Closed:
    """Closing days of the period, and the days on which the schools rest."""

    days: Sequence[ClosingDay]
    school_holidays: frozenset[date]

    @classmethod
    def of(cls, period: Period) -> _Closed:
        holidays = SchoolHoliday.objects.filter(starts_on__lte=period.end, ends_on__gte=period.start)
        spans = [Period(max(one.starts_on, period.start), min(one.ends_on, period.end)) for one in holidays]
        days = ClosingDay.objects.filter(date__range=(period.start, period.end))
        return cls(list(days), frozenset(day for span in spans for day in span.days()))


def _promised(period: Period, teams: Sequence[Team]) -> list[RequestStop]:
    """Request stops that have a time in this period with a team that drives."""
    first, after = at_minute(period.start, 0), at_minute(period.end + timedelta(days=1), 0)
    rows = RequestStop.objects.filter(state=RequestStop.State.PLANNED, starts_at__gte=first, starts_at__lt=after)
    return list(rows.filter(team__in=teams).select_related("address", "team").order_by("pk"))


def _one_off(row: RequestStop, places: Places) -> OneOff:
    """Where it was promised and nowhere else; its words stay with the request stop."""
    assert row.starts_at is not None
    assert row.team is not None
    day, start, duration = local_date(row.starts_at), seconds_of(row.starts_at), row.minutes * 60
    return OneOff(
        key=f"request:{row.pk}",
        name=row.title,
        place=places.number(row.address),
        dates=(day,),
        opening={day.weekday(): (Window(start, start + duration),)},
        duration=duration,
        setup=row.setup_minutes * 60,
        promised=DatedPlacement(row.team.key, day, start),
    )


def _in_cycle(plan: Plan, old_anchor: date, anchor: date) -> dict[str, Placement]:
    """Placements with their phases counted from another anchor."""
    weeks = (old_anchor - anchor).days // 7
    rhythms = (
        dict(Stop.objects.filter(key__in=plan.placements).values_list("key", "rhythm")) if weeks % CYCLE_WEEKS else {}
    )
    return {
        key: _moved_on(placed, weeks, PATTERNS[rhythms[key]].every_weeks) if rhythms else placed
        for key, placed in plan.placements.items()
    }


def _moved_on(placed: Placement, weeks: int, every_weeks: int) -> Placement:
    others = (replace(halt, day=(halt.day + 7 * weeks) % (7 * CYCLE_WEEKS)) for halt in placed.others)
    return replace(placed, phase=(placed.phase + weeks) % every_weeks, others=tuple(sorted(others)))


def active_stops() -> list[Stop]:
    """Stops that are to be planned, in the order of their keys."""
    rows = Stop.objects.filter(is_active=True).select_related("address").order_by("key")
    return list(rows.prefetch_related("wish_teams", "forbidden_teams"))


def active_teams() -> list[Team]:
    """Teams that drive, in the order of the board."""
    return list(Team.objects.filter(is_active=True).select_related("base", "end_base").order_by("order", "key"))


def misfits(stops: Iterable[Stop]) -> dict[str, str]:
    """Stops that no plan can serve, by key, with the reason for the coordinator."""
    return {stop.key: reason for stop in stops if (reason := _misfit(stop))}


def _misfit(stop: Stop) -> str:
    longest = max((window.minutes for day in stop.opening_hours.days for window in day), default=0)
    if stop.address.point is None:
        return _("%(stop)s steht noch nicht auf der Karte. Bitte prüfen Sie die Adresse.") % {"stop": stop.name}
    if longest == 0:
        return _("%(stop)s hat keine Öffnungszeit. Bitte tragen Sie eine ein.") % {"stop": stop.name}
    if longest < stop.duration_minutes:
        sentence = _("%(stop)s braucht %(need)d Minuten, offen sind %(open)d.")
        return sentence % {"stop": stop.name, "need": stop.duration_minutes, "open": longest}
    return ""


def _job(stop: Stop, places: Places, closed: _Closed) -> Job:
    days = frozenset(day.date for day in closed.days if day.stop_id == stop.pk)
    return Job(
        key=stop.key,
        name=stop.name,
        place=places.number(stop.address),
        pattern=replace(PATTERNS[stop.rhythm], min_gap_days=stop.min_gap_days),
        opening=opening_of(stop.opening_hours),
        duration=stop.duration_minutes * 60,
        setup=stop.setup_minutes * 60,
        packing=stop.packing_minutes * 60,
        wished_weekdays=frozenset(stop.wish_weekdays),
        forbidden_weekdays=frozenset(stop.forbidden_weekdays),
        wished_teams=frozenset(team.key for team in stop.wish_teams.all() if team.is_active),
        forbidden_teams=frozenset(team.key for team in stop.forbidden_teams.all() if team.is_active),
        needs=frozenset(stop.needs),
        priority=stop.priority,
        closed=days | closed.school_holidays if stop.rests_in_school_holidays else days,
        permit_until=stop.permit_until,
    )


def opening_of(hours: OpeningHours) -> dict[int, tuple[Window, ...]]:
    """Opening hours in seconds, by weekday."""
    return {
        weekday: tuple(Window(window.start * 60, window.end * 60) for window in hours.on(weekday))
        for weekday in hours.weekdays
    }


def _calendar(period: Period, anchor: date, closed: _Closed, teams: Sequence[Team]) -> words.Calendar:
    keys = {team.pk: team.key for team in teams}
    team_closed: dict[str, frozenset[date]] = {}
    for day in closed.days:
        if day.team_id in keys and day.stop_id is None:
            key = keys[day.team_id]
            team_closed[key] = team_closed.get(key, frozenset()) | {day.date}
    everywhere = {day.date for day in closed.days if day.stop_id is None and day.team_id is None}
    return words.Calendar(
        first=period.start,
        last=period.end,
        anchor=anchor,
        cycle_weeks=CYCLE_WEEKS,
        closed=frozenset(everywhere | {day for day in period.days() if holiday_name(day)}),
        team_closed=team_closed,
    )
