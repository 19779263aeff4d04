"""A whole day of one team is different (ice, a breakdown, illness), and dates that stand for cancelled ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, local_date
from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from touring import day_notices
from touring.deviations import LATEST_MINUTES, Announced, HasReplacement, TooLate, announce, replacement_of, revoke
from touring.models import ClosingDay, Deviation, SchoolHoliday, Stop, Tour, TourPlan, TourStop
from touring.request_stops import FreePlace, PlaceGone, day_tour, enter_halt, free_places, lock_plans, refuse_past
from touring.rules import is_over
from touring.words import date_words

REPLACED_WITHIN = timedelta(weeks=3)
MOST_PLACES = 12
MANY = 200


class NothingToAnnounce(Refused):
    """Every halt of the tour is over or cancelled already."""


class NotCancelled(Refused):
    """Only a cancelled date gets a replacement."""


@transaction.atomic
def cancel_day(tour: Tour, *, reason: str = "", by: User | None, at: datetime) -> list[Deviation]:
    """The team drives no more on this day: every halt that is to come drops out, request stops too.

    Those who wait at request stops are told, and a human finds them another time. Refuses a day on which nothing is
    left to cancel (`NothingToAnnounce`), and a plan that is not published (`deviations.NotPublished`).
    """
    return _announce_all(tour, Announced(Deviation.Kind.CANCELLED, reason=reason), by=by, at=at)


@transaction.atomic
def delay_day(tour: Tour, *, minutes: int, reason: str = "", by: User | None, at: datetime) -> list[Deviation]:
    """Every halt that is to come begins `minutes` (1 to 240) later. Refuses as `cancel_day` does."""
    if not 1 <= minutes <= LATEST_MINUTES:
        raise TooLate(
            _("Bitte geben Sie 1 bis %(most)d Minuten an, oder lassen Sie den Tag ausfallen.")
            % {"most": LATEST_MINUTES}
        )
    return _announce_all(tour, Announced(Deviation.Kind.LATE, minutes=minutes, reason=reason), by=by, at=at)


@transaction.atomic
def revoke_day(tour: Tour, *, by: User | None, at: datetime) -> int:
    """The team drives after all: whatever was announced for halts that are still to come is taken back; returns how
    many. Refuses where another date stands for one of them already (`deviations.HasReplacement`)."""
    active = Deviation.objects.filter(halt__tour=tour, halt__ends_at__gt=at, revoked_at=None)
    rows = list(
        active.select_related("halt__tour__team", "halt__stop", "halt__request_stop").order_by("halt__starts_at")
    )
    for deviation in rows:
        revoke(deviation, by=by, at=at)
    return len(rows)


def halts_to_come(tour: Tour, *, at: datetime) -> list[TourStop]:
    """Halts of a tour that are neither over nor cancelled, in order of time."""
    off = Deviation.objects.filter(kind=Deviation.Kind.CANCELLED, revoked_at=None)
    rows = tour.halts.exclude(deviations__in=off).order_by("starts_at")
    rows = rows.select_related("stop__address", "request_stop__address", "tour__team", "tour__plan")
    return [halt for halt in rows if not is_over(halt, at)]


def _announce_all(tour: Tour, announced: Announced, *, by: User | None, at: datetime) -> list[Deviation]:
    """All halts, or none; the plan's row keeps a second announcement of the same day waiting."""
    list(TourPlan.objects.filter(pk=tour.plan_id).select_for_update(no_key=True))
    halts = halts_to_come(tour, at=at)
    if not halts:
        raise NothingToAnnounce(_("An diesem Tag steht kein Halt mehr aus."))
    made = [announce(halt, announced, by=by, at=at, tells_team=False) for halt in halts]
    day_notices.tell_team_of_day(made, by=by, at=at)
    return made


# --- another date instead ---------------------------------------------------------------------------


def replacement_places(halt: TourStop, *, at: datetime, limit: int = MOST_PLACES) -> list[FreePlace]:
    """Free places for a cancelled date: another team the same day, or a day within three weeks, in order of time.

    Left out: days on which the stop is served anyway or rests, the cancelled team on the cancelled day, and that whole
    day where it was the stop that was closed. One place for each team and day.
    """
    stop = halt.stop
    assert stop is not None
    deviation = halt.deviations.filter(revoked_at=None).first()
    first, today = halt.tour.date, local_date(at)
    period = Period(max(min(first, today + timedelta(days=1)), today), max(first, today) + REPLACED_WITHIN)
    closed = _closed_days(stop, period) | _served_days(stop, period, but=first)
    if deviation is not None and deviation.reason == Deviation.Reason.CLOSED:
        closed.add(first)
    places = free_places(
        stop.address,
        minutes=stop.duration_minutes,
        setup_minutes=stop.setup_minutes,
        earliest=period.start,
        latest=period.end,
        hours=stop.opening_hours,
        limit=MANY,
    )
    team = halt.tour.team_id
    fit = [
        place
        for place in places
        if place.starts_at > at
        and local_date(place.starts_at) not in closed
        and not (place.team.pk == team and local_date(place.starts_at) == first)
    ]
    return _one_a_day(fit)[:limit]


def _one_a_day(places: Iterable[FreePlace]) -> list[FreePlace]:
    """The place with the least extra driving for each team and day."""
    best: dict[tuple[int, date], FreePlace] = {}
    for place in places:
        key = place.team.pk, local_date(place.starts_at)
        if key not in best or place.extra_driving_seconds < best[key].extra_driving_seconds:
            best[key] = place
    return sorted(best.values(), key=lambda place: (place.starts_at, place.team.order))


def _closed_days(stop: Stop, period: Period) -> set[date]:
    """Days on which the stop must not be served, but for its opening hours."""
    closed = set(
        ClosingDay.objects.filter(stop=stop, date__range=(period.start, period.end)).values_list("date", flat=True)
    )
    if stop.rests_in_school_holidays:
        holidays = SchoolHoliday.objects.filter(starts_on__lte=period.end, ends_on__gte=period.start)
        closed |= {day for row in holidays for day in Period(row.starts_on, row.ends_on).days()}
    for day in period.days():
        if day.weekday() in stop.forbidden_weekdays or (stop.permit_until and day > stop.permit_until):
            closed.add(day)
    return closed


def _served_days(stop: Stop, period: Period, *, but: date) -> set[date]:
    rows = TourStop.objects.filter(stop=stop, tour__plan__state=TourPlan.State.PUBLISHED)
    rows = rows.filter(tour__date__range=(period.start, period.end))
    off = Deviation.objects.filter(kind=Deviation.Kind.CANCELLED, revoked_at=None)
    return set(rows.exclude(deviations__in=off).values_list("tour__date", flat=True)) - {but}


@transaction.atomic
def replace_date(halt: TourStop, *, place: FreePlace, by: User | None, at: datetime) -> TourStop:
    """Let the team come to the stop at another time instead: an extra halt, public at once as the replacement.

    Refuses a halt that is not cancelled (`NotCancelled`), a second replacement (`HasReplacement`), and a place that is
    over or gone.
    """
    refuse_past(place, at)
    lock_plans(halt.tour.date, local_date(place.starts_at))
    stop = halt.stop
    if stop is None or not halt.deviations.filter(kind=Deviation.Kind.CANCELLED, revoked_at=None).exists():
        raise NotCancelled(_("Einen Ersatztermin gibt es nur für einen Halt, der ausfällt."))
    if known := replacement_of(halt):
        sentence = _("Es gibt schon einen Ersatztermin: %(date)s.")
        raise HasReplacement(sentence % {"date": date_words(known.tour.date)})
    team_day = day_tour(place)
    try:
        with transaction.atomic():
            extra = enter_halt(
                team_day,
                stop.address,
                starts_at=place.starts_at,
                minutes=stop.duration_minutes,
                setup_minutes=stop.setup_minutes,
                stop=stop,
                replaces=halt,
                replaces_date=halt.tour.date,
            )
    except IntegrityError as error:
        raise PlaceGone from error
    plans = {halt.tour.plan_id, team_day[0].pk}
    TourPlan.objects.filter(pk__in=plans).update(changed_at=at)
    day_notices.tell_replaced(extra, by=by, at=at)
    return extra
