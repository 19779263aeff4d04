"""Reads of one case and of the queue of calls: what happened, what a human must say to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.models import Client, HomeVisit, Offer
from lotsen.kernel.models import Transition
from lotsen.messages.models import CallTask, InboundSms, Message
from lotsen.messages.states import OPEN_CALLS
from lotsen.messages.wording.catalogue import audience
from lotsen.messages.wording.filling import call_sentence
from lotsen.people.models import User


@dataclass(frozen=True)
class Happening:
    """One line of a case's timeline."""

    at: datetime
    what: str
    who: str = ""
    state: str = ""
    said: str = ""


def history_of(visit: HomeVisit) -> list[Happening]:
    """Everything of one case on one timeline, the newest first: moves, messages with their true state, calls."""
    about = {"about_type": visit._meta.label_lower, "about_id": str(visit.pk)}
    moves = Transition.objects.filter(subject_type=visit._meta.label_lower, subject_id=str(visit.pk))
    lines = [
        Happening(move.at, str(HomeVisit.State(move.target).label), move.by.name if move.by else "")
        for move in moves.select_related("by")
    ]
    lines += [_told(message) for message in Message.objects.filter(**about).select_related("recipient_user")]
    lines += [_called(call) for call in CallTask.objects.filter(**about).select_related("owner")]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _told(message: Message) -> Happening:
    """ "SMS an Bernd Kluge: angekommen", with the first words of what it said."""
    what = str(message.get_channel_display())
    if message.recipient_user:
        what = _("%(channel)s an %(name)s") % {"channel": what, "name": message.recipient_user.name}
    said = message.subject or message.text[:LONGEST_QUOTE]
    return Happening(message.sent_at or message.created_at, what, state=str(message.get_state_display()), said=said)


def _called(call: CallTask) -> Happening:
    return Happening(
        call.finished_at or call.created_at,
        str(_("Rückruf")),
        call.owner.name if call.owner else "",
        str(call.get_state_display()),
        call_sentence(call.kind, get_language() or "de", call.variables),
    )


def open_calls() -> QuerySet[CallTask]:
    """Everything that a human must do by phone, the oldest promise first."""
    return (
        CallTask.objects.filter(state__in=OPEN_CALLS)
        .select_related("owner", "message__recipient_user")
        .order_by("deadline_at", "pk")
    )


WRITTEN_LATELY = timedelta(days=2)
LONGEST_QUOTE = 80


@dataclass(frozen=True)
class CallRow:
    """A call task with whom to call and what to say; `text` is the message that did not arrive, `written` what the
    person wrote last by SMS."""

    task: CallTask
    person: str
    sentence: str
    is_late: bool
    visit: HomeVisit | None
    client: Client | None
    text: str = ""
    written: str = ""


def call_rows(tasks: Sequence[CallTask], *, now: datetime) -> list[CallRow]:
    """Call tasks with their people and cases, in four queries for any number of rows."""
    phones = {task.phone for task in tasks if task.phone}
    recent = InboundSms.objects.filter(from_number__in=phones, received_at__gte=now - WRITTEN_LATELY)
    written = dict(recent.order_by("received_at").values_list("from_number", "body"))
    users = dict(User.objects.filter(phone__in=phones).values_list("phone", "name"))
    ids = [task.about_id for task in tasks if task.about_type == HomeVisit._meta.label_lower]
    cases = HomeVisit.objects.filter(pk__in=ids).select_related("client").in_bulk()
    return [_call_row(task, cases, users, written, now) for task in tasks]


def _call_row(
    task: CallTask, cases: Mapping[int, HomeVisit], users: Mapping[str, str], written: Mapping[str, str], now: datetime
) -> CallRow:
    is_case = task.about_type == HomeVisit._meta.label_lower
    visit = cases.get(int(task.about_id)) if is_case else None
    client = visit.client if visit and audience(task.kind) == "senior" else None
    message = task.message
    recipient = message.recipient_user.name if message and message.recipient_user else users.get(task.phone, "")
    return CallRow(
        task=task,
        person=client.salutation_name if client else recipient,
        sentence=call_sentence(task.kind, get_language() or "de", task.variables),
        is_late=task.deadline_at < now,
        visit=visit,
        client=client,
        text=message.text if message else "",
        written=written.get(task.phone, ""),
    )


def board_counts(*, now: datetime) -> dict[str, int]:
    """What waits, in one query each for visits, offers and calls."""
    state = HomeVisit.State
    open_states = [state.REQUESTED, state.SCHEDULED, state.MISSED]
    visits = HomeVisit.objects.filter(state__in=[*open_states, state.ASSIGNED]).aggregate(
        open=Count("pk", filter=Q(state__in=open_states)),
        late=Count("pk", filter=Q(state__in=open_states, answer_by__lt=now)),
        held=Count("pk", filter=Q(state=state.REQUESTED) & ~Q(held_because="")),
        to_confirm=Count("pk", filter=Q(state=state.REQUESTED, agreed_at__isnull=True, held_because="")),
        assigned=Count("pk", filter=Q(state=state.ASSIGNED)),
        unreported=Count("pk", filter=Q(state=state.ASSIGNED, slot_ends_at__lt=now)),
    )
    offers = Offer.objects.filter(state=Offer.State.OPEN).count()
    calls = CallTask.objects.filter(state__in=OPEN_CALLS).aggregate(
        calls=Count("pk"), late_calls=Count("pk", filter=Q(deadline_at__lt=now))
    )
    return {**visits, "offers": offers, **calls}
