"""What a new plan takes over from the old one: request stops and replacements that people were promised, and
what was announced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, local_date, spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import move
from lotsen.kernel.windows import OpeningHours
from lotsen.people.models import User
from touring import notices
from touring.insertion import TeamDay
from touring.models import Deviation, RequestStop, TourPlan, TourStop
from touring.request_stops import PlaceGone, enter, enter_halt, free_places, team_days
from touring.words import date_words

Occasion = tuple[int | None, int | None, date, date | None]
"""Stop or request stop, date, and which date it stands for."""


class HaltWithoutPlace(Refused):
    """A promised halt fits nowhere into the new plan."""


def carry_over(plan: TourPlan, others: Sequence[TourPlan], *, by: User | None, at: datetime) -> None:
    """Take promised halts and announced deviations of the days of `plan` from `others` into it.

    A halt keeps its time where any team can keep it; else it gets another time of that day within its hours, and the
    people named on it are told; else the whole is refused with `HaltWithoutPlace`.
    """
    period = Period(plan.starts_on, plan.ends_on)
    old = TourStop.objects.filter(tour__plan__in=others, tour__date__range=(period.start, period.end))
    promised = list(
        RequestStop.objects.filter(state=RequestStop.State.PLANNED, halt__in=old)
        .select_related("address", "team")
        .order_by("starts_at")
    )
    extras = list(old.filter(stop__isnull=False, replaces_date__isnull=False).select_related("stop__address", "tour"))
    announced = _announced(old)
    TourStop.objects.filter(request_stop__in=promised).delete()
    without = [request_stop for request_stop in promised if not _kept(plan, request_stop)]
    for request_stop in without:
        _carry_elsewhen(plan, request_stop, by=by, at=at)
    _carry_replacements(plan, extras)
    _carry_deviations(plan, announced)


def _carry_replacements(plan: TourPlan, extras: Sequence[TourStop]) -> None:
    """A date that stands for a cancelled one was promised, too: it keeps its time, by whichever team can come."""
    for extra in extras:
        assert extra.stop is not None
        is_same_day = extra.tour.date == extra.replaces_date
        there = TourStop.objects.filter(tour__plan=plan, stop=extra.stop, tour__date=extra.tour.date)
        if not is_same_day and there.exists():
            continue  # the new plan comes on that day anyway
        replaced = TourStop.objects.filter(tour__plan=plan, stop=extra.stop, tour__date=extra.replaces_date).first()
        rows = team_days(Period(extra.tour.date, extra.tour.date), [plan])
        if not any(
            _enters(extra, row, replaced) for row in sorted(rows, key=lambda row: row[1].pk != extra.tour.team_id)
        ):
            sentence = _("Der Ersatztermin für %(stop)s am %(date)s findet im neuen Plan keinen Platz.")
            raise HaltWithoutPlace(sentence % {"stop": extra.stop.name, "date": date_words(extra.tour.date)})


def _enters(extra: TourStop, row: TeamDay, replaced: TourStop | None) -> bool:
    assert extra.stop is not None
    try:
        enter_halt(
            row,
            extra.stop.address,
            starts_at=extra.starts_at,
            minutes=int((extra.ends_at - extra.starts_at) / timedelta(minutes=1)),
            setup_minutes=extra.stop.setup_minutes,
            stop=extra.stop,
            replaces=replaced,
            replaces_date=extra.replaces_date,
        )
    except PlaceGone:
        return False
    return True


def _kept(plan: TourPlan, request_stop: RequestStop) -> bool:
    """At the promised time, by the promised team if it can, else by another one."""
    assert request_stop.starts_at is not None
    day = local_date(request_stop.starts_at)
    rows = sorted(team_days(Period(day, day), [plan]), key=lambda row: row[1].pk != request_stop.team_id)
    for row in rows:
        try:
            enter(request_stop, row)
        except PlaceGone:
            continue
        RequestStop.objects.filter(pk=request_stop.pk).update(team=row[1])
        return True
    return False


def _carry_elsewhen(plan: TourPlan, request_stop: RequestStop, *, by: User | None, at: datetime) -> None:
    """Another time on the same day, the nearest to the promised one."""
    old = request_stop.starts_at
    assert old is not None
    day = local_date(old)
    places = free_places(
        request_stop.address,
        minutes=request_stop.minutes,
        setup_minutes=request_stop.setup_minutes,
        earliest=day,
        latest=day,
        hours=OpeningHours.parse(request_stop.hours),
        limit=100,
    )
    nearest = min(places, key=lambda place: abs(place.starts_at - old), default=None)
    if nearest is None:
        sentence = _("„%(title)s“ am %(date)s, %(time)s Uhr, findet im neuen Plan keinen Platz. Bitte zuerst verlegen.")
        words = {"title": request_stop.title, "date": date_words(day), "time": spoken_clock(old)}
        raise HaltWithoutPlace(sentence % words)
    ends_at = nearest.starts_at + timedelta(minutes=request_stop.minutes)
    move(request_stop, RequestStop.State.HELD, by=by, at=at)
    new = {"team": nearest.team, "starts_at": nearest.starts_at, "ends_at": ends_at}
    move(request_stop, RequestStop.State.PLANNED, by=by, at=at, **new)
    enter(request_stop, next(row for row in team_days(Period(day, day), [plan]) if row[1].pk == nearest.team.pk))
    notices.tell_halt_moved(request_stop, old_starts_at=old, by=by, at=at)


def _announced(old: QuerySet[TourStop]) -> dict[Occasion, Deviation]:
    """What is announced, by what it is about; read before halts go, and their announcements with them."""
    active = Deviation.objects.filter(halt__in=old, revoked_at=None).select_related("halt__tour")
    return {_occasion(row.halt): row for row in active}


def _occasion(halt: TourStop) -> Occasion:
    return halt.stop_id, halt.request_stop_id, halt.tour.date, halt.replaces_date


def _carry_deviations(plan: TourPlan, known: Mapping[Occasion, Deviation]) -> None:
    """What was announced for a stop, a request stop or a replacement on a date stays announced."""
    if not known:
        return
    days = {day for _stop, _request_stop, day, _replaces in known}
    new = TourStop.objects.filter(tour__plan=plan, tour__date__in=days).select_related("tour")
    Deviation.objects.bulk_create(
        Deviation(
            halt=halt,
            kind=announced.kind,
            minutes=announced.minutes,
            reason=announced.reason,
            moved_to=announced.moved_to,
            created_at=announced.created_at,
            created_by_id=announced.created_by_id,
        )
        for halt in new
        if (announced := known.get(_occasion(halt)))
    )
