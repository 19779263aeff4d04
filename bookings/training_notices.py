"""What a facility must learn about its training, put into the outbox by the verbs, in their transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bookings.models import Training
from bookings.rules import last_online_day
from lotsen.kernel import references
from lotsen.kernel.calendar import local_date, long_date, spoken_clock
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import User


def words_of(training: Training, language: str) -> dict[str, Any]:
    """Ready words about a training that has its date."""
    stop = training.request_stop
    assert stop is not None
    assert stop.starts_at is not None
    assert stop.ends_at is not None
    last = last_online_day(training)
    return {
        "reference": references.grouped(training.reference),
        "training_topic": ", ".join(topic.name for topic in training.topics.all()),
        "date_long": long_date(local_date(stop.starts_at), language=language),
        "time": spoken_clock(stop.starts_at),
        "time_end": spoken_clock(stop.ends_at),
        "deadline_long": long_date(last, language=language) if last else "",
    }


def contact_points(training: Training) -> Sequence[ContactPoint]:
    """Who booked, by e-mail; else a human calls the facility."""
    who = training.booked_by
    points = [ContactPoint("email", who.email)] if who is not None and who.email else []
    return [*points, ContactPoint("call", training.facility.phone)] if training.facility.phone else points


def tell_booked(training: Training, *, by: User, at: datetime) -> None:
    """The confirmation."""
    _tell(training, "f_booked", by=by, at=at)


def tell_cancelled(training: Training, *, by: User, at: datetime) -> None:
    """What the facility itself called off, in writing."""
    _tell(training, "f_cancelled_own", by=by, at=at)


def _tell(training: Training, kind: str, *, by: User, at: datetime) -> None:
    language = training.booked_by.language if training.booked_by else "de"
    tell(
        points=contact_points(training),
        kind=kind,
        language=language,
        variables=words_of(training, language),
        about=training,
        key=f"training:{training.reference}:{kind}",
        by=by,
        at=at,
        recipient_user=training.booked_by,
    )
