"""Everything that happens to a training. Its date is a halt of a tour: taken at once, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import training_notices
from bookings.models import Facility, Training
from bookings.rules import can_book_for, can_change_online, first_online_day
from bookings.training_places import HOURS, SETUP_MINUTES, usual_minutes
from bookings.visits import free_reference
from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.locks import one_at_a_time
from lotsen.kernel.moves import begin, move
from lotsen.kernel.windows import TimeWindow
from lotsen.messages.outbox import drop_messages
from lotsen.people.models import User
from touring import request_stops
from touring.request_stops import FreePlace, PlaceGone
from volunteers.models import Topic


class NotYourFacility(Refused):
    """Only contacts of a facility book for it."""


class RoomTooSmall(Refused):
    """More people than the room holds."""


class TooLate(Refused):
    """So short before, a human must know."""


@transaction.atomic
def request_training(
    facility: Facility,
    *,
    topics: Iterable[Topic],
    people: int,
    level: str,
    place: FreePlace,
    by: User,
    at: datetime,
    room: str = "",
    note: str = "",
    idempotency_key: UUID | None = None,
) -> Training:
    """Ask for a training and take its place on a tour in the same breath: booked when this returns.

    Refuses another's facility, a room that is too small, a place so soon that a human must know (`TooLate`), and one
    that is over or gone (`PlaceGone`). The same `idempotency_key` again returns the first training.
    """
    if idempotency_key and (known := _booked(idempotency_key, by)):
        return known
    if not can_book_for(by, facility):
        raise NotYourFacility(_("Für diese Einrichtung können Sie nicht buchen."))
    if facility.seats and people > facility.seats:
        sentence = _("In den Raum passen %(seats)d Menschen. Ihre Gruppe hat %(group)d.")
        raise RoomTooSmall(sentence % {"seats": facility.seats, "group": people})
    training = Training(
        reference=free_reference(),
        facility=facility,
        people=people,
        level=level,
        room=room,
        note=note,
        booked_by=by,
        requested_at=at,
        idempotency_key=idempotency_key,
    )
    training.save(force_insert=True)
    training.topics.set(topics)
    begin(training, by=by, at=at)
    _take(training, place, by=by, at=at)
    training_notices.tell_booked(training, by=by, at=at)
    return training


def _booked(key: UUID, by: User) -> Training | None:
    one_at_a_time(f"training:{key}")
    return Training.objects.filter(idempotency_key=key, booked_by=by).first()


def _take(training: Training, place: FreePlace, *, by: User, at: datetime) -> None:
    day = local_date(place.starts_at)
    if at < place.starts_at and day < first_online_day(at):
        raise TooLate(_("So kurz vorher geht das nur noch am Telefon. Bitte rufen Sie uns an."))
    if not HOURS.contains_moments(TimeWindow(place.starts_at, place.ends_at)):
        raise PlaceGone
    request_stop = request_stops.take_place(
        title=_("Schulung: %(facility)s") % {"facility": training.facility.name[:100]},
        address=training.facility.address,
        minutes=usual_minutes(training.topics.all()),
        setup_minutes=SETUP_MINUTES,
        place=place,
        earliest=day,
        latest=day,
        hours=HOURS,
        told=[by],
        by=by,
        at=at,
    )
    move(training, Training.State.BOOKED, by=by, at=at, request_stop=request_stop)


@transaction.atomic
def cancel_training(training: Training, *, by: User, at: datetime) -> Training:
    """Call a booked training off; its place is free again at once. Online until three days before (`TooLate`)."""
    if training.state == Training.State.BOOKED and not can_change_online(training, at=at):
        raise TooLate(_("So kurz vorher geht das nur noch am Telefon. Bitte rufen Sie uns an."))
    move(training, Training.State.CANCELLED, by=by, at=at)
    drop_messages(about=training, by=by, at=at)
    if training.request_stop is not None:
        training_notices.tell_cancelled(training, by=by, at=at)
        request_stops.drop_place(training.request_stop, by=by, at=at)
    return training
