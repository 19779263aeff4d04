"""A care service, a practice or a social service asks for several people at once.

Each becomes a request of its own, held until a human has called the organisation on a number that they looked up
themselves; then each person is asked. Nobody comes because somebody else said so.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings import visits
from bookings.intake import Intake, take_request
from bookings.models import Caller, Entrance, HomeVisit, ReachBy, Referral
from bookings.web_requests import note_of, reject, times_of
from lotsen.kernel import references
from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import begin, move
from lotsen.messages.call_tasks import drop_call_tasks, open_call_task
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress
from lotsen.suspicion import why_held
from volunteers.models import Topic

MOST = 30
KIND = "f_referral"


class ReferralSent(Refused):
    """It is with us and cannot change any more."""

    def __init__(self) -> None:
        super().__init__(_("Diese Anfragen haben wir schon. Sie müssen nichts tun."))


class TooMany(Refused):
    """Thirty people at once are enough to read out on the telephone."""

    def __init__(self) -> None:
        super().__init__(_("Höchstens %(most)d Menschen auf einmal. Bitte senden Sie diese zuerst.") % {"most": MOST})


class NobodyNamed(Refused):
    """A list without people."""

    def __init__(self) -> None:
        super().__init__(_("Bitte tragen Sie mindestens einen Menschen ein."))


def waits_for_the_organisation() -> str:
    """Why a request of an organisation is held, in German for the desk."""
    with override("de"):
        return _("Die Fachstelle ist noch nicht bestätigt.")


def start(
    *,
    organisation: Mapping[str, str],
    by: User | None,
    at: datetime,
    signs: Collection[str] = (),
    token: str = "",
) -> Referral:
    """Begin a list. `organisation` holds the columns organisation, contact, phone and caller.

    `token` is that of the page it was sent from: the same page sent twice begins one list, sent anew it corrects it.
    """
    if token and Referral.objects.filter(token=token).exists():
        return _corrected(token, organisation, signs, at)
    referral = Referral(
        reference=visits.free_reference(),
        token=token or secrets.token_urlsafe(32),
        signs=sorted(signs),
        started_at=at,
        changed_at=at,
        **organisation,
    )
    try:
        with transaction.atomic():
            referral.save(force_insert=True)
            begin(referral, by=by, at=at)
    except IntegrityError:  # the same page at the same instant, or another's number
        return start(organisation=organisation, by=by, at=at, signs=signs, token=token)
    return referral


@transaction.atomic
def _corrected(token: str, organisation: Mapping[str, str], signs: Collection[str], at: datetime) -> Referral:
    row = Referral.objects.select_for_update().get(token=token)
    if row.state == Referral.State.DRAFT:
        for column, value in organisation.items():
            setattr(row, column, value)
        row.signs, row.changed_at = sorted({*row.signs, *signs}), at
        row.save(update_fields=[*organisation, "signs", "changed_at"])
    return row


@transaction.atomic
def put_person(
    referral: Referral,
    *,
    key: str,
    person: Mapping[str, Any],
    by: User | None,
    at: datetime,
    signs: Collection[str] = (),
) -> Referral:
    """Add a person, or change the one with this key: the same line sent twice is one person. Refuses the 31st."""
    row = _open(referral)
    line = {"key": key, **person}
    known = [one["key"] for one in row.people]
    if key in known:
        row.people[known.index(key)] = line
    elif len(known) >= MOST:
        raise TooMany
    else:
        row.people.append(line)
    row.signs = sorted({*row.signs, *signs})
    return _kept(row, at)


@transaction.atomic
def remove_person(referral: Referral, *, key: str, by: User | None, at: datetime) -> Referral:
    """Take the person with this key off the list; twice is harmless."""
    row = _open(referral)
    row.people = [one for one in row.people if one["key"] != key]
    return _kept(row, at)


def _open(referral: Referral) -> Referral:
    row = Referral.objects.select_for_update().get(pk=referral.pk)
    if row.state != Referral.State.DRAFT:
        raise ReferralSent
    return row


def _kept(row: Referral, at: datetime) -> Referral:
    row.changed_at = at
    row.save(update_fields=["people", "signs", "changed_at"])
    return row


@transaction.atomic
def send(referral: Referral, *, by: User | None, at: datetime, language: str = "de") -> list[HomeVisit]:
    """Make each person a request of its own, once however often it is sent. Refuses an empty list.

    One call to the organisation is promised; what looks like a machine is looked at first and calls nobody.
    """
    row = Referral.objects.select_for_update().get(pk=referral.pk)
    if row.state != Referral.State.DRAFT:
        return requests_of(row)
    if not row.people:
        raise NobodyNamed
    people, held = row.people, _held_because(row, at)
    move(row, Referral.State.SENT, by=by, at=at, sent_at=at, people=[])
    sent = [take_request(_intake(row, person, held, language), by=by, at=at) for person in people]
    if held == waits_for_the_organisation():
        _promise_a_call(row, len(sent), sent[0].answer_by, at)
    return sent


def requests_of(referral: Referral) -> list[HomeVisit]:
    """What became of the list, in its order."""
    return list(referral.visits.select_related("client__address", "referral").order_by("pk"))


def _held_because(row: Referral, at: datetime) -> str:
    names = [row.organisation, row.contact, *(f"{one['name']} {one['street']}" for one in row.people)]
    strange = why_held(signs=row.signs, started_at=row.started_at, at=at, names=" ".join(names))
    return strange or waits_for_the_organisation()


def _intake(row: Referral, person: Mapping[str, Any], held: str, language: str) -> Intake:
    """One line of the list in the desk's words. The person is written to in German: what they speak is unknown."""
    return Intake(
        person={
            "name": person["name"],
            "salutation": person["salutation"],
            "phone": person["phone"],
            "reach_by": [ReachBy.CALL if person["phone"] else ReachBy.LETTER],
        },
        visit={
            "held_because": held,
            "referral": row,
            "caller": row.caller,
            "caller_name": f"{row.contact}, {row.organisation}"[:120],
            "caller_phone": row.phone,
            "note": note_of(is_known=person["known"] == "yes"),
            **times_of({"times": person["times"], "words": ""}),
        },
        topics=tuple(Topic.objects.filter(key__in=person["topics"])),
        entrance=Entrance.WEB,
        is_agreed=False,
        address=TypedAddress(person["street"], person["postal_code"]),
    )


def _promise_a_call(row: Referral, count: int, deadline_at: datetime, at: datetime) -> None:
    open_call_task(
        kind=KIND,
        phone=row.phone,
        variables={
            "organisation": row.organisation,
            "contact": row.contact,
            "count": str(count),
            "reference": references.grouped(row.reference),
        },
        about=row,
        deadline_at=deadline_at,
        key=f"referral:{row.reference}",
        by=None,
        at=at,
    )


@transaction.atomic
def confirm_organisation(referral: Referral, *, by: User, at: datetime) -> list[HomeVisit]:
    """A human has called the organisation and it is real: each person is asked now. Returns what goes on.

    What was rejected or confirmed meanwhile stays as it is.
    """
    move(referral, Referral.State.CONFIRMED, by=by, at=at)
    drop_call_tasks(about=referral, by=by, at=at)
    waiting = HomeVisit.objects.filter(referral=referral, state=HomeVisit.State.REQUESTED).exclude(held_because="")
    going_on = list(waiting.select_for_update(of=("self",)).select_related("client__address").order_by("pk"))
    for visit in going_on:
        visit.held_because = ""
        visit.save(update_fields=["held_because"])
        visits.answer_request(visit, by=by, at=at)
    return going_on


@transaction.atomic
def refuse_organisation(referral: Referral, *, because: str, by: User, at: datetime) -> None:
    """The organisation does not exist, or did not ask: all of its requests are off, nobody is written to."""
    move(referral, Referral.State.REFUSED, by=by, at=at)
    drop_call_tasks(about=referral, by=by, at=at)
    for visit in requests_of(referral):
        if visit.held_because and visit.state == HomeVisit.State.REQUESTED:
            reject(visit, because=because, by=by, at=at)


def is_professional(caller: str) -> bool:
    """Whether this kind of caller asks for people they look after by profession."""
    return caller in (Caller.CARE, Caller.PRACTICE)
