"""Reminders of a visit: a week before, the day before, the morning. Planned with the booking, gone with its date.

When: on a Dresden clock, a week and a day before at 10, in the morning two hours before but never before 7:30 and never
less than an hour before. On Sundays and public holidays nothing comes before 10, for a text says "morgen" and must be
true; what is spoken (by a human, or by the announcement, behind which a human stands) goes to the last working day
before. Nothing is planned that would come less than three hours after the booking itself.

How: SMS, else e-mail. Where neither reaches: for the week a letter if the post is fast enough, for the day before a
call of our announcement (1 confirms, 2 asks for a call), then a human. The morning has no letter and no call: who
cannot be reached by SMS or e-mail has heard of it the day before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from bookings import notices
from bookings.models import HomeVisit
from lotsen.kernel.calendar import at_minute, holiday_name, is_working_day, local_date
from lotsen.messages.call_tasks import drop_call_tasks
from lotsen.messages.models import Message
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.outbox import drop_messages
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import User

WEEK, DAY, MORNING = KINDS = notices.REMINDERS
AT_TEN, EARLIEST, AT_NINE = 10 * 60, 7 * 60 + 30, 9 * 60
AHEAD, AT_LEAST_AHEAD = timedelta(hours=2), timedelta(hours=1)
AFTER_BOOKING = timedelta(hours=3)
SLOT = "%Y%m%d%H%M"
SUNDAY = 6


@transaction.atomic
def plan_reminders(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """Queue the reminders of the visit's present date, once each; those of any other date are dropped."""
    drop_reminders(visit, by=by, at=at)
    for kind, moment in reminder_times(visit):
        points = _points(visit, kind)
        is_spoken = bool(points) and points[0].channel in {"voice", "call"}
        due = _working_moment(moment) if is_spoken else moment
        if points and due - at >= AFTER_BOOKING:
            occasion = _occasion(visit)
            notices.tell_client(visit, kind, by=by, at=at, occasion=occasion, points=points, not_before_at=due)


def drop_reminders(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """The date is no longer right: its reminders go, also those that a human was to say."""
    drop_messages(about=visit, kinds=KINDS, by=by, at=at)
    drop_call_tasks(about=visit, kinds=KINDS, by=by, at=at)


def reminder_times(visit: HomeVisit) -> Iterator[tuple[str, datetime]]:
    """When each reminder of the visit's date is due; one that has no decent time is left out."""
    slot = visit.slot_starts_at
    if slot is None:
        return
    day = local_date(slot)
    yield WEEK, at_minute(day - timedelta(days=7), AT_TEN)
    yield DAY, at_minute(day - timedelta(days=1), AT_TEN)
    morning = max(min(slot - AHEAD, at_minute(day, AT_NINE)), at_minute(day, _first_minute(day)))
    if slot - morning >= AT_LEAST_AHEAD:
        yield MORNING, morning


def _first_minute(day: date) -> int:
    """Sundays and holidays begin later."""
    return AT_TEN if day.weekday() == SUNDAY or holiday_name(day) else EARLIEST


def _working_moment(moment: datetime) -> datetime:
    """The same hour on this day, or on the last working day before it."""
    day = local_date(moment)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return at_minute(day, AT_TEN)


def _points(visit: HomeVisit, kind: str) -> Sequence[ContactPoint]:
    """The ladder of this reminder."""
    every = notices.contact_points(visit.client)
    written = [point for point in every if point.channel in {"sms", "email"}]
    if kind == MORNING:
        return written
    letter = [point for point in every if point.channel == "letter"] if kind == WEEK else []
    human = [point for point in every if point.channel == "call"]
    spoken = [ContactPoint("voice", point.to) for point in human if kind == DAY and may_be_dialled(point.to)]
    return [*written, *letter, *spoken, *human]


def _occasion(visit: HomeVisit) -> str:
    """The date, by UTC whatever zone the row was read in, and who comes: another guide is another occasion."""
    assert visit.slot_starts_at is not None
    return f"{visit.slot_starts_at.astimezone(UTC):{SLOT}}-{visit.guide_id}"


def is_still_planned(message: Message) -> bool:
    """Whether the visit of a reminder still stands on the very date, with the very guide, for which it was planned.

    Asked in the transaction that takes the message, with the visit's row held: whoever cancels at this moment waits,
    or has been waited for.
    """
    if message.about_type != HomeVisit._meta.label_lower:
        return True
    visit = HomeVisit.objects.select_for_update().filter(pk=message.about_id, state=HomeVisit.State.ASSIGNED).first()
    if visit is None or visit.slot_starts_at is None:
        return False
    return message.key.partition(">")[0].endswith(f":{_occasion(visit)}")
