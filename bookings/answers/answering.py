"""Who wrote, what we answer, and what a human must do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.models import Client, HomeVisit, Offer
from bookings.queries import open_offers, visits_along
from lotsen.kernel.calendar import add_working_hours, local_date, long_date, spoken_clock
from lotsen.messages.call_tasks import open_call_task
from lotsen.messages.models import CallTask, InboundSms, Message, SilencedNumber
from lotsen.messages.numbers import may_be_dialled, takes_sms
from lotsen.messages.outbox import queue_message
from lotsen.messages.replies import Reply
from lotsen.people.models import Role, User
from volunteers.models import Volunteer

ANSWER_PREFIX = "sms-answer:"
MOST_ANSWERS, ANSWERS_SPAN = 2, timedelta(hours=1)
CALL_BACK_HOURS = 4
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sender:
    """Whose number this is, as far as we know. At most one of the three; two volunteers on one number are nobody."""

    number: str
    volunteer: Volunteer | None = None
    client: Client | None = None
    facility: User | None = None

    @property
    def audience(self) -> str:
        """Which words they get."""
        if self.volunteer is not None:
            return "v"
        if self.facility is not None:
            return "f"
        return "senior" if self.client is not None else "unknown"

    @property
    def language(self) -> str:
        """In which language."""
        person = self.volunteer.user if self.volunteer else self.client or self.facility
        return person.language if person else "de"


@dataclass(frozen=True)
class Answering:
    """One SMS that is being answered."""

    sms: InboundSms
    sender: Sender
    reply: Reply
    is_open: bool
    at: datetime


def who_writes(number: str) -> Sender:
    """The volunteer, person or facility with this number."""
    if not number.startswith("+"):
        return Sender(number)
    volunteers = list(
        Volunteer.objects.filter(user__phone=number, user__is_active=True).select_related("user", "home")[:2]
    )
    if volunteers:
        return Sender(number, volunteer=volunteers[0]) if len(volunteers) == 1 else Sender(number)
    client = Client.objects.filter(phone=number).order_by("-pk").first()
    if client is not None:
        return Sender(number, client=client)
    contacts = User.objects.filter(phone=number, is_active=True, roles__contains=[Role.FACILITY])
    return Sender(number, facility=contacts.first())


def unclear(one: Answering) -> str:
    """Nothing happens, and a human reads it."""
    if one.sender.audience == "unknown":
        to_a_human(one, "senior_unclear")
        if not Message.objects.filter(
            kind="unknown_number", to=one.sender.number, created_at__gt=one.at - A_DAY
        ).exists():
            say(one, "unknown_number")
        return "unknown"
    to_a_human(one, "f_unclear" if one.sender.audience == "f" else "senior_unclear")
    codes = open_codes(one) if one.sender.volunteer else []
    if one.sender.audience == "f":
        say(one, "f_unclear")
    elif len(codes) == 1:
        say(one, "v_unclear", code=codes[0])
    else:
        say(one, "senior_unclear", **call_back_words(one))
    return "unclear"


def open_of(one: Answering) -> list[Offer]:
    """The open offers of the volunteer who wrote, the soonest deadline first."""
    assert one.sender.volunteer is not None
    return list(open_offers(one.sender.volunteer.user, at=one.at))


def open_codes(one: Answering) -> list[str]:
    """The codes of every question that waits for their answer: offers, then first visits to which they are to go
    along, the soonest first."""
    assert one.sender.volunteer is not None
    along = visits_along(one.sender.volunteer.user, at=one.at).filter(companion_confirmed_at=None)
    asked = along.exclude(companion_code="").values_list("companion_code", flat=True)
    return [*(offer.code for offer in open_of(one)), *asked]


def only_one(offers: list[Offer]) -> Offer | None:
    """The offer that is meant where there is just one."""
    return offers[0] if len(offers) == 1 else None


def say(one: Answering, kind: str, *, counts: bool = True, although_silent: bool = False, **words: str) -> None:
    """Queue the answer to a number that takes SMS and has not written STOPP.

    The third answer in an hour that changed nothing (`counts`) is silence and a human: two machines could be talking.
    """
    number = one.sender.number
    if not takes_sms(number):
        return
    if not although_silent and SilencedNumber.objects.filter(number=number).exists():
        return
    if counts and answers_lately(one) >= MOST_ANSWERS:
        to_a_human(one, "senior_unclear")
        return
    queue_message(
        kind=kind,
        channel="sms",
        to=number,
        language=one.sender.language,
        variables=words,
        about=None,
        key=f"{ANSWER_PREFIX if counts else 'sms-done:'}{one.sms.sid}:{kind}",
        by=None,
        at=one.at,
        recipient_user=one.sender.volunteer.user if one.sender.volunteer else one.sender.facility,
        phone=number if may_be_dialled(number) else "",
    )


def answers_lately(one: Answering) -> int:
    """How many answers that changed nothing this number got within the hour."""
    lately = Message.objects.filter(to=one.sender.number, channel="sms", created_at__gt=one.at - ANSWERS_SPAN)
    return lately.filter(key__startswith=ANSWER_PREFIX).count()


def to_a_human(one: Answering, kind: str, *, within: timedelta | None = None) -> None:
    """Open a call task; while one of this kind waits for this number, further SMS join it."""
    phone = one.sender.number if may_be_dialled(one.sender.number) else ""
    if CallTask.objects.filter(kind=kind, phone=phone, state="open", created_at__gt=one.at - A_DAY).exists():
        return
    open_call_task(
        kind=kind,
        phone=phone,
        variables={},
        about=case_of(one.sender),
        deadline_at=one.at + within if within else add_working_hours(one.at, CALL_BACK_HOURS),
        key=f"sms:{one.sms.sid}:{kind}",
        by=None,
        at=one.at,
        language=one.sender.language,
    )


def case_of(sender: Sender) -> HomeVisit | None:
    """The latest case of the person who wrote, so that the queue shows whom to call."""
    if sender.client is None:
        return None
    return HomeVisit.objects.filter(client=sender.client).order_by("-requested_at").first()


def call_back_words(one: Answering) -> dict[str, str]:
    """Until when a human calls."""
    deadline = add_working_hours(one.at, CALL_BACK_HOURS)
    return {
        "date_long": long_date(local_date(deadline), language=one.sender.language),
        "until_time": spoken_clock(deadline),
    }
