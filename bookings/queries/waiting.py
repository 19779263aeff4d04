"""How long callers waited, and whether what was promised was done in time: measured from what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DateTimeField, DurationField, ExpressionWrapper, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.queue_words import percent_words, span_words
from lotsen.kernel.calendar import at_minute, local_date
from lotsen.messages.models import CallTask, PhoneCall
from lotsen.messages.states import CallState

A_WEEK = timedelta(days=7)
MEDIAN, P95 = 0.5, 0.95
WITHOUT = frozenset({"k_overdue", "k_no_deputy"})


class Percentile(Aggregate):
    """percentile_cont of PostgreSQL: the value that `share` of the rows do not exceed, interpolated."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, *, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


@dataclass(frozen=True, slots=True)
class Waited:
    """How long people waited in one span of days. `given_up` is in whole percent; None where nobody waited."""

    span: str | Promise
    count: int
    median: timedelta | None
    p95: timedelta | None
    longest: timedelta | None
    given_up: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Tasks that were done in one span of days; `in_time` of the promise in whole percent, None where none was."""

    span: str | Promise
    count: int
    median: timedelta | None
    p95: timedelta | None
    in_time: int | None


def spans(at: datetime) -> Sequence[tuple[str, str | Promise, datetime]]:
    """Today and the last seven days: a short name, the words on screen, the beginning."""
    return (("day", _("heute"), at_minute(local_date(at), 0)), ("week", _("7 Tage"), at - A_WEEK))


def waits(calls: QuerySet[PhoneCall]) -> QuerySet[PhoneCall]:
    """Calls that waited for a human, with how long: until somebody picked up, or they hung up or took a call back."""
    until = Coalesce("answered_at", "ended_at", output_field=DateTimeField())
    over = calls.filter(queued_at__isnull=False).exclude(answered_at=None, ended_at=None)
    return over.annotate(waited=ExpressionWrapper(until - F("queued_at"), output_field=DurationField()))


def waiting_times(*, at: datetime) -> list[Waited]:
    """Of the callers of today and of seven days, in one query."""
    named = spans(at)
    calls = waits(PhoneCall.objects.filter(arrived_at__gte=min(start for _n, _w, start in named), arrived_at__lte=at))
    found = calls.aggregate(**{k: v for name, _w, start in named for k, v in _of_calls(name, start).items()})
    return [
        Waited(
            words,
            found[f"{name}_count"],
            found[f"{name}_median"],
            found[f"{name}_p95"],
            found[f"{name}_longest"],
            percent(found[f"{name}_gone"], found[f"{name}_count"]),
        )
        for name, words, _start in named
    ]


def _of_calls(name: str, start: datetime) -> dict[str, Any]:
    here = Q(arrived_at__gte=start)
    return {
        f"{name}_count": Count("pk", filter=here),
        f"{name}_gone": Count("pk", filter=here & Q(outcome=PhoneCall.Outcome.ABANDONED)),
        f"{name}_median": Percentile("waited", share=MEDIAN, filter=here),
        f"{name}_p95": Percentile("waited", share=P95, filter=here),
        f"{name}_longest": Max("waited", filter=here),
    }


def done_tasks(*, start: datetime, end: datetime) -> QuerySet[CallTask]:
    """Tasks that a human finished, with how long they waited from being opened to being done."""
    done = CallTask.objects.filter(state=CallState.DONE, finished_at__gte=start, finished_at__lt=end)
    lasted = ExpressionWrapper(F("finished_at") - F("created_at"), output_field=DurationField())
    return done.exclude(kind__in=WITHOUT).annotate(lasted=lasted)


def kept_promises(*, at: datetime) -> list[Kept]:
    """Of the tasks done today and in seven days, in one query. A later try does not move what was promised."""
    named = spans(at)
    tasks = done_tasks(start=min(start for _n, _w, start in named), end=at + timedelta(seconds=1))
    found = tasks.aggregate(**{k: v for name, _w, start in named for k, v in _of_tasks(name, start).items()})
    return [
        Kept(
            words,
            found[f"{name}_count"],
            found[f"{name}_median"],
            found[f"{name}_p95"],
            percent(found[f"{name}_in_time"], found[f"{name}_count"]),
        )
        for name, words, _start in named
    ]


def _of_tasks(name: str, start: datetime) -> dict[str, Any]:
    here = Q(finished_at__gte=start)
    return {
        f"{name}_count": Count("pk", filter=here),
        f"{name}_in_time": Count("pk", filter=here & Q(finished_at__lte=F("deadline_at"))),
        f"{name}_median": Percentile("lasted", share=MEDIAN, filter=here),
        f"{name}_p95": Percentile("lasted", share=P95, filter=here),
    }


def percent(part: int, whole: int) -> int | None:
    """Whole percent, rounded half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


Table = list[tuple[str | Promise, list[str]]]


def waited_table(found: Sequence[Waited]) -> Table:
    """Rows with one cell for each span."""
    return [
        (_("Anrufe, die warteten"), [str(one.count) for one in found]),
        (_("die Hälfte bis"), [span_words(one.median) for one in found]),
        (_("95 von 100 bis"), [span_words(one.p95) for one in found]),
        (_("am längsten"), [span_words(one.longest) for one in found]),
        (_("aufgelegt"), [percent_words(one.given_up) for one in found]),
    ]


def kept_table(found: Sequence[Kept]) -> Table:
    """Rows with one cell for each span."""
    return [
        (_("Aufgaben erledigt"), [str(one.count) for one in found]),
        (_("davon rechtzeitig"), [percent_words(one.in_time) for one in found]),
        (_("die Hälfte nach"), [span_words(one.median) for one in found]),
        (_("95 von 100 nach"), [span_words(one.p95) for one in found]),
    ]
