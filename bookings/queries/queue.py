"""Reads of the queue: everything that a human must do, in one order, in so many queries for any number of tasks.

Call tasks are rows of their own. What a request itself asks for (to be looked at, to be confirmed, to be answered) is
read from the requests: it needs no second row until somebody takes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import get_language

from bookings.models import Client, HomeVisit
from bookings.queries.stuck import first_visits_alone, is_alone, is_past, is_still, is_unasked
from bookings.queue_words import (
    ALONE,
    DERIVED_KINDS,
    HELD,
    LABELS,
    PAST,
    PLAN_KINDS,
    PROMISED,
    STILL,
    TO_CONFIRM,
    UNASKED,
    WHY,
    Label,
    deadline_words,
    label_of,
    why_and_what,
    words_for_all,
)
from lotsen.kernel import references
from lotsen.kernel.calendar import local_date
from lotsen.kernel.phones import masked
from lotsen.messages.call_tasks import FOR_COORDINATORS, is_for
from lotsen.messages.models import CallTask, InboundSms, Voicemail
from lotsen.messages.states import OPEN_CALLS, CallState
from lotsen.messages.wording.catalogue import audience
from lotsen.messages.wording.filling import call_sentence
from lotsen.people.deputies import stood_for
from lotsen.people.models import Role, User

PAGE = 25
NEAR = timedelta(hours=24)
"""So long before it is due, a promised answer stands in the queue."""
WRITTEN_LATELY = timedelta(days=2)
MOST_OWN = 50
MOST_PLACES = 100
VISIT = HomeVisit._meta.label_lower
ONLY_FREE = "frei"


@dataclass(frozen=True)
class QueueRow:
    """One task as it is shown. Names and numbers are masked until one has it; `phone` is empty until then.

    `why` is the reason in one sentence, `say` what to say; `text` the message that did not arrive, `written` what the
    person wrote last; `hint` who the caller may be, which proves nothing; `place` in the line of those who wait for a
    call back.
    """

    key: str
    label: Label
    why: str
    say: str
    due_at: datetime
    deadline: str
    is_late: bool
    person: str = ""
    phone: str = ""
    hint: str = ""
    place: int = 0
    text: str = ""
    written: str = ""
    task: CallTask | None = None
    visit: HomeVisit | None = None
    client: Client | None = None
    voicemail: Voicemail | None = None
    is_mine: bool = False
    stands_for: str = ""
    can_take: bool = False

    @property
    def has_plan(self) -> bool:
        """Whether an emergency plan belongs to it."""
        return self.task is not None and self.task.kind in PLAN_KINDS


@dataclass(frozen=True)
class Queue:
    """What waits (`page` of it as `rows`), what one has oneself (`own`), and how much there is in all."""

    page: Page[Any]
    rows: list[QueueRow]
    own: list[QueueRow]

    @property
    def count(self) -> int:
        """Everything that is to be done, one's own included."""
        return self.page.paginator.count + len(self.own)


def asked_by_requests(*, at: datetime) -> QuerySet[HomeVisit]:
    """Requests to look at, to confirm, to answer within a day, or that stand still, for which no task stands in the
    queue yet; `asks` is the kind, `due` until when."""
    tasks = CallTask.objects.filter(about_type=VISIT, about_id=Cast(OuterRef("pk"), CharField()))
    return _asking(at).exclude(Exists(tasks.filter(kind__in=DERIVED_KINDS, state__in=OPEN_CALLS)))


def _asking(at: datetime) -> QuerySet[HomeVisit]:
    state = HomeVisit.State
    waits = [state.REQUESTED, state.SCHEDULED]
    promised = Q(state__in=waits, agreed_at__isnull=False, answer_by__lte=at + NEAR)
    asks = Case(
        When(Q(state=state.REQUESTED, held_because__gt=""), then=Value(HELD)),
        When(Q(state=state.REQUESTED, agreed_at=None), then=Value(TO_CONFIRM)),
        When(is_past(at), then=Value(PAST)),
        When(is_unasked(at), then=Value(UNASKED)),
        When(promised, then=Value(PROMISED)),
        When(is_still(at), then=Value(STILL)),
        When(is_alone(at), then=Value(ALONE)),
        default=Value(""),
        output_field=CharField(),
    )
    due = Case(
        When(state=state.ASSIGNED, then=F("slot_starts_at") - NEAR),
        When(state=state.SCHEDULED, slot_starts_at__lt=F("answer_by"), then=F("slot_starts_at")),
        default=F("answer_by"),
        output_field=DateTimeField(),
    )
    rows = HomeVisit.objects.filter(Q(state__in=waits) | Q(reference__in=first_visits_alone()))
    return rows.annotate(asks=asks, due=due).exclude(asks="")


def asked_by(visits: Sequence[HomeVisit], *, at: datetime) -> dict[int, tuple[str, datetime]]:
    """What each of these asks for, and until when, in two queries; "" for nothing. A promise counts also while it is
    not near."""
    rows = _asking(at).filter(pk__in=[visit.pk for visit in visits])
    asks = {pk: (kind, due) for pk, kind, due in rows.values_list("pk", "asks", "due")}
    return {visit.pk: asks.get(visit.pk) or (PROMISED if _waits(visit) else "", visit.answer_by) for visit in visits}


def _waits(visit: HomeVisit) -> bool:
    return visit.state in (HomeVisit.State.REQUESTED, HomeVisit.State.SCHEDULED) and visit.agreed_at is not None


def waiting(acting_for: Iterable[int], *, show: str, at: datetime) -> QuerySet[Any]:
    """What waits but what these people have: call tasks and requests by key and time, the oldest promise first."""
    calls = CallTask.objects.filter(state__in=OPEN_CALLS)
    if show == ONLY_FREE:
        calls = calls.filter(state=CallState.OPEN)
    else:
        calls = calls.exclude(state=CallState.TAKEN, owner__in=list(acting_for))
    tasks = calls.annotate(reference_=Value("", CharField()), due=F("due_at"), asks=Value("", CharField()))
    rows = tasks.values("id", "reference_", "due", "asks")
    asked = asked_by_requests(at=at).annotate(id_=Value(None, CallTask._meta.pk), reference_=F("reference"))
    return rows.union(asked.values("id_", "reference_", "due", "asks"), all=True).order_by("due", "reference_", "id")


def queue_of(user: User, *, show: str = "", number: str | int | None = 1, at: datetime) -> Queue:
    """The page of the queue that this person asked for."""
    acting_for = {user.pk, *stood_for(user, on=local_date(at))}
    page = Paginator(waiting(acting_for, show=show, at=at), PAGE).get_page(number)
    entries = list(page)
    own = list(_tasks().filter(state=CallState.TAKEN, owner__in=acting_for).order_by("due_at", "pk")[:MOST_OWN])
    tasks = _tasks().in_bulk([entry["id"] for entry in entries if entry["id"]])
    asked = [entry["reference_"] for entry in entries if entry["reference_"]]
    about = _About(user, [*own, *tasks.values()], asked, own, at)
    found = [
        about.of_request(e["reference_"], e["asks"], e["due"]) if e["reference_"] else about.of_task(tasks.get(e["id"]))
        for e in entries
    ]
    return Queue(page, [row for row in found if row is not None], [about.of_own(task) for task in own])


def _tasks() -> QuerySet[CallTask]:
    return CallTask.objects.select_related("owner", "message__recipient_user", "phone_call")


@dataclass
class _About:
    """Everything that the rows of one page need beside the tasks, read in one query each."""

    user: User
    tasks: Sequence[CallTask]
    references: Sequence[str]
    own: Sequence[CallTask]
    at: datetime
    language: str = field(default_factory=lambda: get_language() or "de")

    @cached_property
    def visits(self) -> list[HomeVisit]:
        ids = [task.about_id for task in self.tasks if task.about_type == VISIT]
        wanted = Q(pk__in=ids) | Q(reference__in=self.references)
        return list(HomeVisit.objects.filter(wanted).select_related("client__address__district"))

    @cached_property
    def users(self) -> dict[str, str]:
        phones = {task.phone for task in self.tasks if task.phone}
        return dict(User.objects.filter(phone__in=phones).values_list("phone", "name"))

    @cached_property
    def written(self) -> dict[str, str]:
        recent = InboundSms.objects.filter(from_number__in=self._own_phones, received_at__gte=self.at - WRITTEN_LATELY)
        return dict(recent.order_by("received_at").values_list("from_number", "body"))

    @cached_property
    def hints(self) -> dict[str, list[str]]:
        """Masked names of those who have given this number; a household has several."""
        found: dict[str, list[str]] = {}
        for client in Client.objects.filter(phone__in=self._own_phones).order_by("pk"):
            found.setdefault(client.phone, []).append(client.masked_name)
        return found

    @cached_property
    def voicemails(self) -> dict[str, Voicemail]:
        keys = [task.key.partition(":")[2] for task in self.tasks if task.kind == "voicemail"]
        found = Voicemail.objects.filter(pk__in=[key for key in keys if _is_uuid(key)]).defer("audio")
        return {f"voicemail:{voicemail.pk}": voicemail for voicemail in found}

    @cached_property
    def places(self) -> dict[UUID, int]:
        """Who wants to be called back keeps the place that they had in the line."""
        line = CallTask.objects.filter(kind="callback", state__in=OPEN_CALLS)
        since = Coalesce("phone_call__queued_at", "phone_call__arrived_at", "created_at")
        first = line.order_by(since, "pk").values_list("pk", flat=True)[:MOST_PLACES]
        return {pk: place for place, pk in enumerate(first, 1)}

    @property
    def _own_phones(self) -> set[str]:
        return {task.phone for task in self.own if task.phone}

    def of_task(self, task: CallTask | None) -> QueueRow | None:
        """A row for the list; None for a task that was finished meanwhile."""
        return None if task is None else self._row(task, is_mine=False)

    def of_own(self, task: CallTask) -> QueueRow:
        """A row with everything that the call needs."""
        return self._row(task, is_mine=True)

    def _row(self, task: CallTask, *, is_mine: bool) -> QueueRow:
        visit = next((one for one in self.visits if task.about_type == VISIT and str(one.pk) == task.about_id), None)
        client = visit.client if visit and audience(task.kind) == "senior" else None
        words = task.variables if is_mine else words_for_all(task)
        why, say = why_and_what(task, call_sentence(task.kind, self.language, words))
        message, is_another = task.message, is_mine and task.owner_id != self.user.pk
        return QueueRow(
            key=str(task.pk),
            label=label_of(task),
            why=why,
            say=say,
            due_at=task.due_at,
            deadline=deadline_words(task.due_at, at=self.at),
            is_late=task.due_at < self.at,
            person=self._person(task, client, is_mine=is_mine),
            phone=task.phone if is_mine else "",
            hint=", ".join(self.hints.get(task.phone, ())) if is_mine and client is None else "",
            place=self.places.get(task.pk, 0),
            text=message.text if message and is_mine else "",
            written=self.written.get(task.phone, "") if is_mine else "",
            task=task,
            visit=visit,
            client=client,
            voicemail=self.voicemails.get(task.key),
            is_mine=is_mine,
            stands_for=task.owner.name if is_another and task.owner else "",
            can_take=task.state == CallState.OPEN and is_for(task, self.user),
        )

    def _person(self, task: CallTask, client: Client | None, *, is_mine: bool) -> str:
        if client is not None:
            return client.salutation_name if is_mine else client.masked_name
        message = task.message
        if message and message.recipient_user:
            return message.recipient_user.name
        return self.users.get(task.phone) or ("" if is_mine else masked(task.phone) if task.phone else "")

    def of_request(self, reference: str, kind: str, due_at: datetime) -> QueueRow | None:
        """A row for what a request asks for."""
        visit = next((one for one in self.visits if one.reference == reference), None)
        if visit is None:
            return None
        words = {"reference": references.grouped(visit.reference)}
        return QueueRow(
            key=visit.reference,
            label=LABELS[kind],
            why=visit.held_because or str(WHY[kind]),
            say=call_sentence(kind, self.language, words),
            due_at=due_at,
            deadline=deadline_words(due_at, at=self.at),
            is_late=due_at < self.at,
            person=visit.client.masked_name,
            visit=visit,
            client=visit.client,
            can_take=kind not in FOR_COORDINATORS or self.user.has_role(Role.COORDINATOR),
        )


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def count_waiting(*, at: datetime) -> tuple[int, int]:
    """How much is to be done in all, and how much of it is late; three queries."""
    calls = CallTask.objects.filter(state__in=OPEN_CALLS)
    asked = asked_by_requests(at=at)
    first = calls.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at)))
    second = asked.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due__lt=at)))
    return first["all"] + second["all"], first["late"] + second["late"]
