"""Limits that are exact however many try at once: the database counts, in one statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from lotsen.kernel.models import Tally

COUNT_ONE_MORE = """
    INSERT INTO kernel_tally (key, starts_at, count) VALUES (%s, %s, 1)
    ON CONFLICT (key, starts_at) DO UPDATE SET count = kernel_tally.count + 1
    RETURNING count
"""


def within_limit(what: str, who: str, *, cap: int, span: timedelta, at: datetime) -> bool:
    """Count one try of `what` by `who`; true for the first `cap` of each span, false for every further one.

    Spans stand side by side from midnight UTC of 1970 on. Only a keyed hash of `who` is kept. Call it outside a
    transaction: what counts must stay counted when the rest is rolled back.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ONE_MORE, [_key(what, who), span_start(at, span)])
        (count,) = cursor.fetchone()
    return count <= cap


def span_start(at: datetime, span: timedelta) -> datetime:
    """When the span around this moment began."""
    seconds = int(span.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)


def minutes_left(at: datetime, span: timedelta) -> int:
    """Whole minutes until the next span, at least one: for "Bitte versuchen Sie es in 7 Minuten"."""
    left = span_start(at, span) + span - at
    return max(1, -(-int(left.total_seconds()) // 60))


def forget_tallies(*, before: datetime) -> int:
    """Delete the counts of spans that began before this moment; returns how many."""
    deleted, _by_model = Tally.objects.filter(starts_at__lt=before).delete()
    return deleted


def _key(what: str, who: str) -> str:
    return salted_hmac(f"lotsen.limits.{what}", who, algorithm="sha256").hexdigest()
