"""One request taken down whole: the person, what they agreed to, the visit, and the date with those who are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bookings import clients, offers, visits
from bookings.models import Client, HomeVisit, HotlineDraft
from lotsen.kernel.calendar import add_working_hours
from lotsen.kernel.locks import one_at_a_time
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress, address_for
from volunteers.models import Topic
from volunteers.queries import volunteers_by_id

ANSWER_WORKING_HOURS = 9


@dataclass(frozen=True)
class Chosen:
    """A date that the caller took, with the volunteers to ask: primary keys in order, reasons and metres by key."""

    starts_at: datetime
    volunteers: tuple[int, ...]
    reasons: Mapping[int, Sequence[str]] = field(default_factory=dict)
    distances: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Intake:
    """What was said. `person` and `visit` are columns of Client and HomeVisit; `known` is somebody we know already."""

    person: Mapping[str, Any]
    visit: Mapping[str, Any]
    topics: tuple[Topic, ...]
    entrance: str
    is_agreed: bool
    address: TypedAddress | None = None
    known: Client | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)
    chosen: Chosen | None = None
    idempotency_key: UUID | None = None


@transaction.atomic
def take_request(intake: Intake, *, by: User | None, at: datetime) -> HomeVisit:
    """Take a request down in one transaction: nothing is half written. The same idempotency key again returns the
    first visit. Refuses what `fix_slot` and `send_offers` refuse, and then nothing is kept."""
    if intake.idempotency_key:
        one_at_a_time(f"request:{intake.idempotency_key}")
        if known := _taken(intake.idempotency_key):
            return known
    visit = visits.request_visit(
        _client(intake, by=by, at=at),
        entrance=intake.entrance,
        topics=intake.topics,
        is_agreed=intake.is_agreed,
        idempotency_key=intake.idempotency_key,
        by=by,
        at=at,
        **intake.visit,
    )
    if intake.is_agreed and by is not None:
        clients.confirm_phone(visit.client, by=by, at=at)
    if intake.consents:
        clients.record_consents(visit.client, answers=dict(intake.consents), channel=intake.entrance, by=by, at=at)
    if intake.chosen is not None and by is not None:
        ask_for(visit, intake.chosen, by=by, at=at)
    HotlineDraft.objects.filter(agent=by).delete()
    return visit


def _taken(key: UUID) -> HomeVisit | None:
    return HomeVisit.objects.filter(idempotency_key=key).first()


def _client(intake: Intake, *, by: User | None, at: datetime) -> Client:
    person = dict(intake.person)
    if intake.address is not None:
        address = address_for(intake.address)
        address.save()
        person["address"] = address
    if intake.known is not None:
        said = {column: value for column, value in person.items() if value}  # what was not said now stays as it was
        return clients.change_client(intake.known, by=by, at=at, **said)
    return clients.register_client(by=by, at=at, **person)


@transaction.atomic
def ask_for(visit: HomeVisit, chosen: Chosen, *, by: User, at: datetime) -> HomeVisit:
    """Fix the date (unless it is fixed) and ask the chosen volunteers; they answer within a working day."""
    if visit.state != HomeVisit.State.SCHEDULED:
        visits.fix_slot(visit, starts_at=chosen.starts_at, by=by, at=at)
    people = volunteers_by_id(chosen.volunteers)
    offers.send_offers(
        visit,
        volunteers=[people[key] for key in chosen.volunteers if key in people],
        answer_by=min(add_working_hours(at, ANSWER_WORKING_HOURS), chosen.starts_at),
        reasons=chosen.reasons,
        distances=chosen.distances,
        by=by,
        at=at,
    )
    return visit


def keep_draft(agent: User, *, data: Mapping[str, Any], at: datetime) -> None:
    """Keep what the agent has typed so far, one draft an agent."""
    HotlineDraft.objects.update_or_create(agent=agent, defaults={"data": dict(data), "changed_at": at})


def drop_draft(agent: User) -> None:
    """Throw the agent's draft away."""
    HotlineDraft.objects.filter(agent=agent).delete()
