"""What people must learn about a visit, put into the outbox by the verbs, in their transaction.

SMS, e-mail and push carry no address, surname or need; the code word goes by letter only.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from bookings.models import Client, HomeVisit, Offer, ReachBy
from bookings.models.clients import Salutation
from bookings.translate import area_metres
from lotsen.kernel import references
from lotsen.kernel.calendar import (
    add_working_hours,
    clock,
    is_working_day,
    local,
    local_date,
    long_date,
    short_date,
    spoken_clock,
)
from lotsen.kernel.phones import is_mobile
from lotsen.messages.call_tasks import drop_call_tasks
from lotsen.messages.outbox import drop_messages
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint, ladder
from lotsen.people.models import User
from volunteers.models import Volunteer

LETTER_NEEDS_WORKING_DAYS = 3
URGENT = timedelta(hours=24)
URGENT_ANSWER = timedelta(minutes=15)
WORKING_DAY_HOURS = 8
KINDS_ABOUT_THE_DATE = (
    "senior_booked",
    "senior_confirm",
    "senior_moved",
    "senior_reminder_1d",
    "senior_reminder_7d",
    "senior_reminder_today",
    "senior_visitor_changed",
    "v_accepted",
    "v_offer",
)
"""What nobody needs to hear any more once the visit is over."""


def postal_block(client: Client) -> str:
    """The address field of a letter, or "" where there is none to write to."""
    address = client.address
    if address is None or not address.street:
        return ""
    name = client.name if not client.salutation else f"{client.get_salutation_display()} {client.name}"
    lines = [name, f"{address.street} {address.house_number}".strip(), f"{address.postal_code} {address.city}".strip()]
    return "\n".join(line for line in lines if line)


def contact_points(client: Client) -> tuple[ContactPoint, ...]:
    """Ways to reach the person, the wished ones first. SMS only to a mobile number that a human has confirmed."""
    mobile = client.phone if client.phone and client.phone_confirmed_at and is_mobile(client.phone) else ""
    return ladder(
        wishes=client.reach_by, mobile=mobile, phone=client.phone, email=client.email, postal=postal_block(client)
    )


def greeting(client: Client) -> str:
    """The first line of a letter."""
    if client.salutation == Salutation.NONE:
        return _("Guten Tag, %(name)s,") % {"name": client.name}
    return _("Guten Tag, %(name)s,") % {"name": client.salutation_name}


def words_of(visit: HomeVisit, **more: Any) -> dict[str, Any]:
    """Ready words about a visit, in the language that is active."""
    words: dict[str, Any] = {
        "reference": references.grouped(visit.reference),
        "salutation": greeting(visit.client),
        "topic": ", ".join(topic.name for topic in visit.topics.all()),
        "duration_words": ngettext("eine Minute", "%(n)d Minuten", visit.minutes) % {"n": visit.minutes},
        "code_word": visit.code_word,
        "visitor_name": visit.guide.name if visit.guide else "",
    }
    if visit.slot_starts_at and visit.slot_ends_at:
        day = local_date(visit.slot_starts_at)
        words |= {
            "date_long": long_date(day, language=visit.client.language),
            "date_short": short_date(day),
            "time": spoken_clock(visit.slot_starts_at),
            "time_end": spoken_clock(visit.slot_ends_at),
        }
    return words | more


def until_words(deadline: datetime, language: str) -> dict[str, str]:
    """A promise in words: "Wir rufen Sie an bis …"."""
    day = local_date(deadline)
    return {
        "date_long": long_date(day, language=language),
        "deadline_long": long_date(day, language=language),
        "until_time": spoken_clock(deadline),
        "until_short": short_date(day),
    }


def tell_client(
    visit: HomeVisit,
    kind: str,
    *,
    by: User | None,
    at: datetime,
    occasion: str = "",
    channels: tuple[str, ...] = (),
    **more: Any,
) -> None:
    """Tell the person visited by the first way that reaches them in time (of `channels`, where given), else a human
    calls. `occasion` tells two messages of the same kind about one visit apart.
    """
    client = visit.client
    points = [point for point in contact_points(client) if not channels or point.channel in channels]
    if not points and (client.phone or visit.caller_phone):
        points = [ContactPoint("call", client.phone or visit.caller_phone)]
    with override(client.language):
        variables = words_of(visit, **more)
    tell(
        points=points,
        kind=kind,
        language=client.language,
        variables=variables,
        about=visit,
        key=":".join(["visit", visit.reference, kind, *channels, occasion]),
        by=by,
        at=at,
        deadline_at=_deadline(visit, at, by_letter=any(point.channel == "letter" for point in points)),
    )


def _deadline(visit: HomeVisit, at: datetime, *, by_letter: bool = False) -> datetime | None:
    """When somebody must know: without a date as we promised; less than a day ahead within a quarter of an hour;
    else within a working day, a letter by the date itself (without a date a letter takes its time)."""
    slot = visit.slot_starts_at
    if slot is None:
        return None if by_letter else visit.answer_by
    if slot - at < URGENT:
        return at + URGENT_ANSWER
    return slot if by_letter else min(slot, add_working_hours(at, WORKING_DAY_HOURS))


def tell_booked(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """The date is fixed: the letter with name and code word, and at once the way that the person asked for.

    Where the post is too slow for the letter, a human calls.
    """
    drop_messages(about=visit, kinds=["senior_received", "senior_waiting"], by=by, at=at)
    occasion = f"{visit.slot_starts_at:%Y%m%d%H%M}-{visit.guide_id}"
    ways = {point.channel for point in contact_points(visit.client)}
    by_letter = "letter" in ways and not _post_is_too_slow(visit, at)
    if by_letter:
        tell_client(visit, "senior_booked", by=by, at=at, occasion=occasion, channels=("letter",))
    wished = [way for way in visit.client.reach_by if way in ways and way != ReachBy.LETTER]
    for way in dict.fromkeys([*wished[:1], *([] if by_letter else ["call"])]):
        tell_client(visit, "senior_booked", by=by, at=at, occasion=occasion, channels=(way,))


def _post_is_too_slow(visit: HomeVisit, at: datetime) -> bool:
    assert visit.slot_starts_at is not None
    day, last, working_days = local_date(at), local_date(visit.slot_starts_at), 0
    while day < last:
        day += timedelta(days=1)
        working_days += is_working_day(day)
    return working_days < LETTER_NEEDS_WORKING_DAYS


def tell_cancelled(visit: HomeVisit, *, own_wish: bool, by: User | None, at: datetime) -> None:
    """Nobody comes: what still waits about the visit is dropped, the person is told."""
    drop_waiting(visit, by=by, at=at)
    if visit.slot_starts_at is None:
        return
    today = local_date(visit.slot_starts_at) == local_date(at)
    kind = "senior_cancelled_own" if own_wish else "senior_cancelled_today" if today else "senior_cancelled"
    deadline = add_working_hours(at, 8)
    more = {"deadline_long": long_date(local_date(deadline), language=visit.client.language)}
    tell_client(
        visit,
        kind,
        by=by,
        at=at,
        channels=("sms", "email", "call") if today else (),
        occasion=f"{at:%Y%m%d%H%M}",
        **more,
    )


def drop_waiting(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """Nothing more is to be said about this visit."""
    drop_messages(about=visit, by=by, at=at)
    drop_call_tasks(about=visit, by=by, at=at)


def drop_booked(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """Who was to come does not: a name and a word that are no longer right must not go out."""
    drop_messages(about=visit, kinds=["senior_booked"], by=by, at=at)
    drop_call_tasks(about=visit, kinds=["senior_booked"], by=by, at=at)


def tell_volunteer(
    volunteer: Volunteer,
    kind: str,
    *,
    visit: HomeVisit,
    code: str,
    by: User | None,
    at: datetime,
    key: str,
    **more: Any,
) -> None:
    """Tell a volunteer: by SMS, else by e-mail, else a human calls."""
    user = volunteer.user
    points = [ContactPoint("sms", user.phone)] if user.phone else []
    with override(user.language):
        variables = words_of(visit, code=code, district=district_words(visit), **more)
    tell(
        points=[*points, ContactPoint("email", user.email)],
        kind=kind,
        language=user.language,
        variables=variables,
        about=visit,
        key=key,
        by=by,
        at=at,
        deadline_at=_deadline(visit, at),
        recipient_user=user,
    )


def tell_offer(offer: Offer, *, distance_metres: int | None, by: User | None, at: datetime) -> None:
    """Ask a volunteer. No name, street, topic or need: only district, time and half kilometres.

    The distance is to the middle of the district where none is given.
    """
    user = offer.volunteer.user
    if distance_metres is None:
        distance_metres = area_metres(offer.volunteer, offer.visit.client)
    tell_volunteer(
        offer.volunteer,
        "v_offer",
        visit=offer.visit,
        code=offer.code,
        by=by,
        at=at,
        key=f"offer:{offer.pk}",
        distance=half_kilometres(distance_metres),
        **until_words(offer.answer_by, user.language)
        | {"date_long": long_date(local_date(offer.visit.slot_starts_at), language=user.language)},
    )


def district_words(visit: HomeVisit) -> str:
    """Short name of the district, else the postal code area; never more."""
    address = visit.client.address
    if address is None:
        return ""
    return address.district.short_name if address.district else address.postal_code


def half_kilometres(metres: int | None) -> str:
    """ "2,5": rounded up to half kilometres, so that a distance does not point to a house."""
    halves = max(1, -(-(metres or 0) // 500))
    return f"{halves // 2},5" if halves % 2 else str(halves // 2)


def clock_words(moment: datetime) -> str:
    """The time of day on a Dresden clock, for pages."""
    return clock(local(moment))


def long_day(moment: datetime) -> str:
    """The day in full in the language that is active, for pages: "Dienstag, 1. Dezember"."""
    return long_date(local_date(moment), language=get_language() or "de")
