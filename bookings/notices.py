"""What people must learn about a visit, put into the outbox by the verbs, in their transaction.

SMS, e-mail and push carry no address, surname or need; the code word goes by letter only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from bookings.models import Caller, Client, HomeVisit, ReachBy
from bookings.models.clients import Salutation
from bookings.proofs import proof_of
from bookings.rules import CALLS_FOR_HELP
from bookings.words import word_mark
from lotsen.kernel import references
from lotsen.kernel.calendar import (
    add_working_hours,
    at_minute,
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
from lotsen.messages.deadlines import human_by
from lotsen.messages.outbox import drop_messages
from lotsen.messages.rungs import WAKING
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint, ladder, with_announcement
from lotsen.people.models import User
from lotsen.people.push import push_points
from volunteers.models import Volunteer

LETTER_NEEDS_WORKING_DAYS = 3
URGENT = timedelta(hours=24)
URGENT_ANSWER = timedelta(minutes=15)
WORKING_DAY_HOURS = 8
MORNING, EVENING = (hour * 60 for hour in WAKING)
"""Minutes of a Dresden clock between which volunteers are asked."""
OFFERS = ("v_offer", "v_offer_urgent")
REMINDERS = ("senior_reminder_7d", "senior_reminder_1d", "senior_reminder_today")
SAID_ONLY = "senior_comes"
"""Where the post is too slow for the letter a human says what would stand in it but for the word: also the name."""
KINDS_ABOUT_THE_DATE = (
    "senior_booked",
    SAID_ONLY,
    "senior_confirm",
    "senior_moved",
    "senior_reminder_1d",
    "senior_reminder_7d",
    "senior_reminder_today",
    "senior_visitor_changed",
    "senior_second",
    "v_accepted",
    "v_along",
    "v_pair",
    *OFFERS,
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
        "proof": str(proof_of(visit).label),
        "visitor_name": visit.guide.name if visit.guide else "",
        "second_name": visit.companion.name if visit.companion else "",
        "_large": "1" if getattr(visit.client, "large_print", False) else "",
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
    points: Sequence[ContactPoint] = (),
    not_before_at: datetime | None = None,
    **more: Any,
) -> None:
    """Tell the person visited by the first way that reaches them in time (of `channels`, or by these `points`), else a
    human calls. `occasion` tells two messages of the same kind about one visit apart. `not_before_at` is for what is
    said later, and only if it still holds then.
    """
    client = visit.client
    points = points or [point for point in contact_points(client) if not channels or point.channel in channels]
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
        deadline_at=_deadline_of(visit, kind, at, not_before_at, points),
        letter_by=visit.slot_starts_at,
        not_before_at=not_before_at,
    )


def _deadline_of(
    visit: HomeVisit, kind: str, at: datetime, not_before_at: datetime | None, points: Sequence[ContactPoint]
) -> datetime | None:
    """A reminder has the time of its kind and never longer than until the date; the rest as `told_by` says."""
    if not_before_at is None or visit.slot_starts_at is None:
        return told_by(visit, at, by_letter=any(point.channel == "letter" for point in points))
    return min(human_by(kind, start=not_before_at, deadline_at=None), visit.slot_starts_at)


def told_by(visit: HomeVisit, at: datetime, *, by_letter: bool = False) -> datetime | None:
    """When somebody must know: without a date as we promised; less than a day ahead within a quarter of an hour;
    else within a working day, a letter by the date itself (without a date a letter takes its time)."""
    slot = visit.slot_starts_at
    if slot is None:
        return None if by_letter else visit.answer_by
    if slot - at < URGENT:
        return at + URGENT_ANSWER
    return slot if by_letter else min(slot, add_working_hours(at, WORKING_DAY_HOURS))


FORGOTTEN_AFTER = timedelta(days=30)


def tell_named(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """Somebody else named the person: a letter says who, and that nobody comes without their yes."""
    if not postal_block(visit.client):
        return
    with override(visit.client.language):
        roles = {
            Caller.FAMILY: _("jemand aus Ihrer Familie"),
            Caller.NEIGHBOUR: _("jemand aus Ihrem Bekanntenkreis"),
            Caller.CARE: _("Ihr Pflege- oder Beratungsdienst"),
            Caller.PRACTICE: _("Ihre Praxis oder Klinik"),
        }
        role = visit.referral.organisation if visit.referral else roles.get(visit.caller, visit.caller_name)
    last_day = long_date(local_date(at + FORGOTTEN_AFTER), language=visit.client.language)
    words = {"contact_role": role, "date_long": last_day}
    tell_client(visit, "senior_third_first", by=by, at=at, channels=("letter",), **words)


def tell_booked(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """The date is fixed: the letter with name and code word, and at once the way that the person asked for.

    Where the post is too slow for the letter, a human calls.
    """
    drop_messages(about=visit, kinds=["senior_received", "senior_waiting"], by=by, at=at)
    mark = word_mark(visit.code_word, reference=visit.reference)
    occasion = f"{visit.slot_starts_at:%Y%m%d%H%M}-{visit.guide_id}-{mark}"
    ways = {point.channel for point in contact_points(visit.client)}
    by_letter = can_be_posted(visit, at)
    if by_letter:
        tell_client(visit, "senior_booked", by=by, at=at, occasion=occasion, channels=("letter",))
    wished = [way for way in visit.client.reach_by if way in ways and way != ReachBy.LETTER]
    for way in dict.fromkeys([*wished[:1], *([] if by_letter else ["call"])]):
        kind = SAID_ONLY if way == "call" and not by_letter else "senior_booked"
        tell_client(visit, kind, by=by, at=at, occasion=occasion, channels=(way,))


def can_be_posted(visit: HomeVisit, at: datetime) -> bool:
    """Whether there is an address, and the post is there before the date."""
    return bool(postal_block(visit.client)) and not _post_is_too_slow(visit, at)


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
    is_soon = visit.slot_starts_at - at < URGENT
    points = with_announcement(contact_points(visit.client), phone=visit.client.phone) if is_soon else ()
    tell_client(visit, kind, by=by, at=at, points=points, occasion=f"{at:%Y%m%d%H%M}", **more)


def drop_waiting(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """Nothing more is to be said about this visit; only a call for help waits until a human ends it."""
    drop_messages(about=visit, by=by, at=at)
    drop_call_tasks(about=visit, keep=CALLS_FOR_HELP, by=by, at=at)


def drop_booked(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """Who was to come does not: a name and a word that are no longer right must not go out."""
    kinds = ("senior_booked", SAID_ONLY, "v_accepted", "v_along", "v_pair", "senior_second", *REMINDERS)
    drop_kinds(visit, kinds, by=by, at=at)


def drop_kinds(visit: HomeVisit, kinds: Sequence[str], *, by: User | None, at: datetime) -> None:
    """What waits of these kinds about a visit is said no more, by no way."""
    drop_messages(about=visit, kinds=list(kinds), by=by, at=at)
    drop_call_tasks(about=visit, kinds=list(kinds), by=by, at=at)


def drop_date(visit: HomeVisit, *, by: User | None, at: datetime) -> None:
    """The date is given up: that somebody else comes then must not go out."""
    drop_messages(about=visit, kinds=["senior_visitor_changed"], by=by, at=at)
    drop_call_tasks(about=visit, kinds=["senior_visitor_changed"], by=by, at=at)


def tell_volunteer(
    volunteer: Volunteer,
    kind: str,
    *,
    visit: HomeVisit,
    code: str,
    by: User | None,
    at: datetime,
    key: str,
    deadline_at: datetime | None = None,
    not_before_at: datetime | None = None,
    **more: Any,
) -> None:
    """Tell a volunteer: by SMS, else by e-mail, else a human calls, by `deadline_at` at the latest."""
    user = volunteer.user
    with override(user.language):
        variables = words_of(visit, code=code, district=district_words(visit), **more)
    tell(
        points=volunteer_points(user),
        kind=kind,
        language=user.language,
        variables=variables,
        about=visit,
        key=key,
        by=by,
        at=at,
        deadline_at=deadline_at or told_by(visit, at),
        not_before_at=not_before_at,
        recipient_user=user,
    )


def volunteer_points(user: User) -> list[ContactPoint]:
    """Ways to reach a volunteer, the quickest first: notices only where they have switched them on."""
    points = [*push_points(user), *([ContactPoint("sms", user.phone)] if user.phone else [])]
    return [*points, ContactPoint("email", user.email)] if user.email else points


def next_daytime(moment: datetime) -> datetime:
    """The same moment by day; at night the next morning: nobody is asked then."""
    day, minute = local_date(moment), local(moment).hour * 60 + local(moment).minute
    if minute < MORNING:
        return at_minute(day, MORNING)
    return at_minute(day + timedelta(days=1), MORNING) if minute >= EVENING else moment


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
