"""One request taken down whole: the person, what they agreed to, the visit, and the date with those who are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import clients, team_visits, visits, waves
from bookings.models import Client, HomeVisit, HotlineDraft, PhoneShare
from bookings.queries import likely_known
from lotsen.kernel.errors import Refused
from lotsen.kernel.locks import one_at_a_time
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress, address_for
from lotsen.places.models import Address
from lotsen.places.normalise import house_number_key, street_key
from touring.request_stops import FreePlace
from volunteers.models import Topic
from volunteers.queries import volunteers_by_id


class MaybeKnown(Refused):
    """Somebody has this number already: a human must say whether it is the same person."""

    def __init__(self) -> None:
        super().__init__(_("Diese Nummer kennen wir schon. Bitte wählen Sie rechts: dieselbe Person oder eine andere?"))


@dataclass(frozen=True)
class Chosen:
    """A date that the caller took: with the volunteers to ask (primary keys in order, reasons and metres by key), or
    with the place on a tour and who comes."""

    starts_at: datetime
    volunteers: tuple[int, ...] = ()
    reasons: Mapping[int, Sequence[str]] = field(default_factory=dict)
    distances: Mapping[int, int] = field(default_factory=dict)
    place: FreePlace | None = None
    guide: User | None = None


@dataclass(frozen=True)
class Intake:
    """What was said. `person` and `visit` are columns of Client and HomeVisit; `known` is somebody we know already,
    `others` (primary keys) are those with the same number who are not meant; None where nobody was asked about that."""

    person: Mapping[str, Any]
    visit: Mapping[str, Any]
    topics: tuple[Topic, ...]
    entrance: str
    is_agreed: bool
    address: TypedAddress | None = None
    known: Client | None = None
    others: tuple[int, ...] | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)
    chosen: Chosen | None = None
    idempotency_key: UUID | None = None


@transaction.atomic
def take_request(intake: Intake, *, by: User | None, at: datetime) -> HomeVisit:
    """Take a request down in one transaction: nothing is half written. The same idempotency key again returns the
    first visit. Refuses what `fix_slot`, `send_offers` and `take_team_place` refuse, and a number that somebody has of
    whom the agent has not said who it is (`MaybeKnown`); then nothing is kept."""
    if intake.idempotency_key:
        one_at_a_time(f"request:{intake.idempotency_key}")
        if known := _taken(intake.idempotency_key):
            return known
    _refuse_twins(intake)
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


def _refuse_twins(intake: Intake) -> None:
    """Two agents may be taking down the same caller: whoever is second learns of the first."""
    phone = intake.person.get("phone")
    if not phone or intake.known is not None or intake.others is None:
        return
    one_at_a_time(f"number:{phone}")
    if likely_known(phone=phone, name="", others=intake.others):
        raise MaybeKnown


def _taken(key: UUID) -> HomeVisit | None:
    return HomeVisit.objects.filter(idempotency_key=key).first()


def _client(intake: Intake, *, by: User | None, at: datetime) -> Client:
    person = dict(intake.person)
    if intake.address is not None:
        person["address"] = _address(intake)
    if intake.known is not None:
        said = {column: value for column, value in person.items() if value}  # what was not said now stays as it was
        return clients.change_client(intake.known, by=by, at=at, **said)
    return clients.register_client(by=by, at=at, **person)


def _address(intake: Intake) -> Address:
    """The known person's address where it is the same, else a new row."""
    assert intake.address is not None
    address = address_for(intake.address)
    known = intake.known.address if intake.known is not None else None
    if known is not None and _line(known) == _line(address):
        return known
    address.save()
    return address


def _line(address: Address) -> tuple[str, str, str]:
    return street_key(address.street), house_number_key(address.house_number), address.postal_code


@transaction.atomic
def ask_for(visit: HomeVisit, chosen: Chosen, *, by: User, at: datetime) -> HomeVisit:
    """Fix the date (unless it is fixed) and ask the chosen volunteers; more are asked if these do not. A place on a
    tour is taken at once."""
    if chosen.place is not None and chosen.guide is not None:
        return team_visits.take_team_place(visit, chosen.place, guide=chosen.guide, by=by, at=at)
    if visit.state != HomeVisit.State.SCHEDULED:
        visits.fix_slot(visit, starts_at=chosen.starts_at, by=by, at=at)
    people = volunteers_by_id(chosen.volunteers)
    waves.ask_first(
        visit,
        volunteers=[people[key] for key in chosen.volunteers if key in people],
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


def keep_phone_share(percent: int, *, by: User, at: datetime) -> PhoneShare:
    """Keep so many percent of the coming two weeks back for the telephone; 0 keeps nothing back."""
    share, _is_new = PhoneShare.objects.update_or_create(only=True, defaults={"percent": percent, "by": by, "at": at})
    return share
