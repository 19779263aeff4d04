"""Halts that somebody asked for: where there is room on the published tours, and taking, moving and giving it up.

Whoever books here (a training, a visit) reads its date from the `RequestStop`. All that changes tours of one plan waits
for that plan's row, so that two bookers at once can never get the same gap, nor two gaps that only one drive allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import FIRST_YEAR, LAST_YEAR, Period, at_minute, holiday_name, local, local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import begin, move
from lotsen.kernel.windows import OpeningHours
from lotsen.people.models import User
from lotsen.places.models import Address
from touring.insertion import DayTour, Ground, TeamDay, ground_for
from touring.models import ClosingDay, RequestStop, Team, Tour, TourPlan, TourStop
from touring.planning.plan import Route
from touring.planning.problem import Job
from touring.translate import active_teams, moment, tour_times

STEP = 15 * 60
"""Free places begin on the quarter hour."""

NEW = "new"


class PlaceGone(Refused):
    """Somebody else was faster, or the tour has changed."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("Diese Zeit ist gerade vergeben worden. Bitte wählen Sie eine andere."))


class PlaceInThePast(Refused):
    """The time is over."""


class NotOnTheMap(Refused):
    """Without a point there is no way there."""


class NotServedYet(Refused):
    """A halt cannot be over before it has begun."""


@dataclass(frozen=True, slots=True)
class FreePlace:
    """A time at which a team could halt. `extra_driving_seconds` is an estimate; `near_stop` the halt before or after
    that is nearest, "" on a day without any."""

    team: Team
    starts_at: datetime
    ends_at: datetime
    extra_driving_seconds: int = 0
    near_stop: str = ""

    @property
    def value(self) -> str:
        """For a form or a link; `place_from` reads it back."""
        return f"{self.team.key}|{local(self.starts_at).isoformat(timespec='minutes')}"


def place_from(value: str, *, minutes: int) -> FreePlace:
    """Reads `FreePlace.value` back; whether it is still free, `take_place` finds out. Refuses nonsense as gone."""
    key, _bar, text = value.partition("|")
    team = Team.objects.filter(key=key, is_active=True).first()
    try:
        starts_at = datetime.fromisoformat(text)
    except ValueError:
        raise PlaceGone from None
    if team is None or starts_at.tzinfo is None or not FIRST_YEAR <= starts_at.year <= LAST_YEAR:
        raise PlaceGone
    return FreePlace(team, starts_at, starts_at + timedelta(minutes=minutes))


def free_places(
    address: Address,
    *,
    minutes: int,
    setup_minutes: int = 15,
    earliest: date,
    latest: date,
    hours: OpeningHours,
    limit: int = 20,
) -> list[FreePlace]:
    """Times between two dates (both within) at which a team has room for a halt, in order of time.

    Room means: in `hours` and in the team's hours, with set-up, with the planned drive there and on, and with the
    team's break kept, as the planning core judges it. Days of published plans only; days on which a team has duty but
    no tour count as free. At most one place for each gap of each tour. About ten queries whatever the size.
    """
    if address.point is None:
        raise NotOnTheMap(_("Diese Adresse steht noch nicht auf der Karte. Bitte prüfen Sie Straße und Hausnummer."))
    days = team_days(Period(earliest, latest))
    if not days:
        return []
    ground = ground_for(days, [address])
    job = ground.job(NEW, "", address, minutes=minutes, setup_minutes=setup_minutes)
    found: list[FreePlace] = []
    for tour in sorted(ground.tours, key=lambda tour: (tour.day, tour.team.order)):
        if len(found) >= limit and tour.day > local_date(found[-1].starts_at):
            break
        found.extend(_places_of(ground, tour, job, hours))
    return sorted(found, key=lambda place: (place.starts_at, place.extra_driving_seconds))[:limit]


def team_days(period: Period, plans: Iterable[TourPlan] | None = None) -> list[TeamDay]:
    """Every team on every day of published plans on which it could drive, with its tour if it has one."""
    published = TourPlan.objects.filter(
        state=TourPlan.State.PUBLISHED, starts_on__lte=period.end, ends_on__gte=period.start
    )
    plans = list(published) if plans is None else list(plans)
    teams = [team for team in active_teams() if team.base.point]
    tours = Tour.objects.filter(plan__in=plans, date__range=(period.start, period.end))
    known = {(tour.plan_id, tour.team_id, tour.date): tour for tour in tours}
    closed = set(
        ClosingDay.objects.filter(stop=None, date__range=(period.start, period.end)).values_list("date", "team_id")
    )
    return [
        (plan, team, day, known.get((plan.pk, team.pk, day)))
        for plan in plans
        for team in teams
        for day in Period(max(period.start, plan.starts_on), min(period.end, plan.ends_on)).days()
        if not holiday_name(day) and (day, None) not in closed and (day, team.pk) not in closed
    ]


def _places_of(ground: Ground, tour: DayTour, job: Job, hours: OpeningHours) -> Iterator[FreePlace]:
    """The first place in each gap of one tour."""
    gaps: set[int] = set()
    for start in _starts(tour, hours, job.duration):
        gap = sum(begin < start for begin, _job in tour.halts)
        if gap in gaps:
            continue
        route = ground.with_halt(tour, start, job)
        if route is not None:
            gaps.add(gap)
            yield _place(ground, tour, route, start, job.duration)


def _starts(tour: DayTour, hours: OpeningHours, duration: int) -> Iterator[int]:
    for window in hours.on(tour.day.weekday()):
        first = -(-max(window.start * 60, tour.shift.start) // STEP) * STEP
        yield from range(first, min(window.end * 60, tour.shift.end) - duration + 1, STEP)


def _place(ground: Ground, tour: DayTour, route: Route, start: int, duration: int) -> FreePlace:
    keys = [visit.job for visit in route.visits]
    at = keys.index(NEW)
    names = {job.key: job.name for _start, job in tour.halts}
    beside = [(route.visits[at].drive, keys[at - 1])] if at else []
    if at + 1 < len(keys):
        beside.append((route.visits[at + 1].drive, keys[at + 1]))
    return FreePlace(
        team=tour.team,
        starts_at=moment(tour.day, start),
        ends_at=moment(tour.day, start + duration),
        extra_driving_seconds=ground.extra_driving(tour, route),
        near_stop=names[min(beside)[1]] if beside else "",
    )


# --- verbs ------------------------------------------------------------------------------------------


@transaction.atomic
def take_place(
    *,
    title: str,
    address: Address,
    minutes: int,
    place: FreePlace,
    earliest: date,
    latest: date,
    hours: OpeningHours,
    told: Iterable[User] = (),
    setup_minutes: int = 15,
    by: User | None,
    at: datetime,
) -> RequestStop:
    """Take a free place at once: the halt stands in the tour when this returns.

    `title` stands on the route sheet and names no person; `told` are told when a later plan moves the halt;
    `earliest`, `latest` and `hours` say when else it could be. Refuses what is over (`PlaceInThePast`) or no longer
    free (`PlaceGone`).
    """
    request_stop = RequestStop(
        state=RequestStop.State.PLANNED,
        title=title,
        address=address,
        minutes=minutes,
        setup_minutes=setup_minutes,
        earliest_on=earliest,
        latest_on=latest,
        hours=str(hours),
        team=place.team,
        starts_at=place.starts_at,
        ends_at=place.starts_at + timedelta(minutes=minutes),
        created_at=at,
    )
    refuse_past(place, at)
    lock_plans(local_date(place.starts_at))
    try:
        with transaction.atomic():
            request_stop.save(force_insert=True)
            enter(request_stop, day_tour(place))
    except IntegrityError as error:
        raise PlaceGone from error
    request_stop.told.set(told)
    begin(request_stop, by=by, at=at)
    return request_stop


@transaction.atomic
def move_place(request_stop: RequestStop, *, place: FreePlace, by: User | None, at: datetime) -> RequestStop:
    """Give the old time up and take another one, both or neither. Who must learn of it, the caller tells."""
    assert request_stop.starts_at is not None
    refuse_past(place, at)
    lock_plans(local_date(request_stop.starts_at), local_date(place.starts_at))
    move(request_stop, RequestStop.State.HELD, by=by, at=at)
    leave(request_stop)
    ends_at = place.starts_at + timedelta(minutes=request_stop.minutes)
    try:
        with transaction.atomic():
            new = {"team": place.team, "starts_at": place.starts_at, "ends_at": ends_at}
            move(request_stop, RequestStop.State.PLANNED, by=by, at=at, **new)
            enter(request_stop, day_tour(place))
    except IntegrityError as error:
        raise PlaceGone from error
    return request_stop


@transaction.atomic
def drop_place(request_stop: RequestStop, *, by: User | None, at: datetime) -> RequestStop:
    """Give the time up: the gap is free again at once."""
    if request_stop.starts_at is not None:
        lock_plans(local_date(request_stop.starts_at))
    move(request_stop, RequestStop.State.DROPPED, by=by, at=at)
    leave(request_stop)
    return request_stop


@transaction.atomic
def serve(request_stop: RequestStop, *, by: User | None, at: datetime) -> RequestStop:
    """The halt took place. Refuses one that has not begun."""
    if request_stop.starts_at is not None and request_stop.starts_at > at:
        raise NotServedYet(_("Dieser Halt war noch nicht."))
    move(request_stop, RequestStop.State.SERVED, by=by, at=at)
    return request_stop


def refuse_past(place: FreePlace, at: datetime) -> None:
    """Nobody can come to a time that is over."""
    if place.starts_at <= at:
        raise PlaceInThePast(_("Diese Zeit ist schon vorbei. Bitte wählen Sie neu."))


def lock_plans(*days: date) -> None:
    """Wait for whoever else changes tours of the plans that count on these days."""
    for day in sorted(set(days)):
        plans = TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, starts_on__lte=day, ends_on__gte=day)
        list(plans.select_for_update(no_key=True))


def day_tour(place: FreePlace) -> TeamDay:
    """The team's day of a place, as it is now. Refuses with `PlaceGone` where the team does not drive."""
    day = local_date(place.starts_at)
    found = [row for row in team_days(Period(day, day)) if row[1].pk == place.team.pk]
    if not found:
        raise PlaceGone
    return found[0]


def enter(request_stop: RequestStop, team_day: TeamDay) -> TourStop:
    """Put a request stop that has its time into a team's day, and rewrite the tour. Refuses with `PlaceGone`."""
    assert request_stop.starts_at is not None
    assert request_stop.ends_at is not None
    return enter_halt(
        team_day,
        request_stop.address,
        starts_at=request_stop.starts_at,
        minutes=request_stop.minutes,
        setup_minutes=request_stop.setup_minutes,
        request_stop=request_stop,
    )


def enter_halt(
    team_day: TeamDay, address: Address, *, starts_at: datetime, minutes: int, setup_minutes: int, **columns: Any
) -> TourStop:
    """Put a halt into a team's day, and rewrite the tour; `columns` say at what it halts. Refuses with `PlaceGone`."""
    plan, team, day, tour = team_day
    ground = ground_for([team_day], [address])
    job = ground.job(NEW, "", address, minutes=minutes, setup_minutes=setup_minutes)
    start = int((starts_at - at_minute(day, 0)).total_seconds())
    route = ground.with_halt(ground.tours[0], start, job) if ground.tours else None
    if route is None:
        raise PlaceGone
    if tour is None:
        tour = Tour.objects.create(plan=plan, team=team, date=day, **tour_times(day, route))
    ends_at = starts_at + timedelta(minutes=minutes)
    halt = TourStop.objects.create(tour=tour, starts_at=starts_at, ends_at=ends_at, **columns)
    _rewrite(tour, route, {NEW: halt.pk})
    return halt


def leave(request_stop: RequestStop) -> None:
    """Take a request stop out of its tour, and rewrite the tour; a tour without halts goes."""
    halt = TourStop.objects.filter(request_stop=request_stop).select_related("tour__plan", "tour__team__base").first()
    if halt is None:
        return
    tour = halt.tour
    halt.delete()
    ground = ground_for([(tour.plan, tour.team, tour.date, tour)], [])
    route = ground.route(ground.tours[0]) if ground.tours else None
    if route is None:
        Tour.objects.filter(pk=tour.pk, halts=None).delete()
        return
    _rewrite(tour, route, {})


def _rewrite(tour: Tour, route: Route, pks: dict[str, int]) -> None:
    """Store what the route says: times and driving of the tour, the drive to each halt."""
    Tour.objects.filter(pk=tour.pk).update(**tour_times(tour.date, route))
    drives = {pks.get(visit.job) or int(visit.job): visit.drive for visit in route.visits}
    halts = list(TourStop.objects.filter(pk__in=drives))
    for halt in halts:
        halt.drive_seconds = drives[halt.pk]
    TourStop.objects.bulk_update(halts, ["drive_seconds"])
