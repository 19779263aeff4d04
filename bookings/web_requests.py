"""A request on the web's question pages: begun, answered page by page, sent once."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings import notices, visits
from bookings.emergency import emergency_words
from bookings.intake import Intake, take_request
from bookings.models import Caller, Entrance, HomeVisit, Referral, WebRequest
from bookings.questions import Answers, first_open, is_for_another, relevant
from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.moves import move
from lotsen.kernel.windows import OpeningHours, parse_wish
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress
from lotsen.suspicion import FASTEST, SIGNS, why_held
from volunteers.models import Topic

__all__ = ["FASTEST"]
ANY_TIME = "egal"


class AlreadySent(Refused):
    """Answers cannot change any more: the request is with us."""


class NotComplete(Refused):
    """A question is still open."""


class NotHeld(Refused):
    """Only a held request is released or rejected, and only one of an organisation that we know."""


def start(
    *,
    question: str,
    values: Mapping[str, Any],
    by: User | None,
    at: datetime,
    signs: Collection[str] = (),
    token: str = "",
) -> WebRequest:
    """Begin a request with its first answer; from now on it has a number and a link that nobody can guess.

    `token` is that of the page it was sent from: the same page sent twice, or sent again after "Zurück", is one
    request. `signs` are those of `suspicion`.
    """
    if token and (known := WebRequest.objects.filter(token=token).first()):
        return known if known.visit_id else answer(known, question=question, values=values, signs=signs, by=by, at=at)
    web_request = WebRequest(
        reference=visits.free_reference(),
        token=token or secrets.token_urlsafe(32),
        answers={question: dict(values), **{sign: {} for sign in signs}},
        started_at=at,
        changed_at=at,
    )
    try:
        with transaction.atomic():
            web_request.save(force_insert=True)
    except IntegrityError:  # the same page at the same instant, or another's number
        return start(question=question, values=values, by=by, at=at, signs=signs, token=token)
    return web_request


@transaction.atomic
def answer(
    web_request: WebRequest,
    *,
    question: str,
    values: Mapping[str, Any],
    by: User | None,
    at: datetime,
    signs: Collection[str] = (),
) -> WebRequest:
    """Keep one more answer. Two windows at once lose nothing of each other. Refuses after sending."""
    row = WebRequest.objects.select_for_update().get(pk=web_request.pk)
    if row.visit_id is not None:
        raise AlreadySent(_("Diese Anfrage haben wir schon. Sie müssen nichts tun."))
    row.answers = {**row.answers, question: dict(values), **{sign: {} for sign in signs}}
    row.changed_at = at
    row.save(update_fields=["answers", "changed_at"])
    return row


@transaction.atomic
def send(web_request: WebRequest, *, by: User | None, at: datetime, language: str = "de") -> HomeVisit:
    """Turn the answers into a request; however often it is sent, it becomes one. Refuses while a question is open.

    What looks like a machine is held until a human has looked at it, and never dropped.
    """
    row = WebRequest.objects.select_for_update().get(pk=web_request.pk)
    if row.visit_id is not None:
        return HomeVisit.objects.select_related("client").get(pk=row.visit_id)
    if first_open(row.answers) is not None:
        raise NotComplete(_("Eine Frage ist noch offen."))
    visit = take_request(intake_of(row, at=at, language=language), by=by, at=at)
    row.visit = visit
    row.save(update_fields=["visit"])
    return visit


def intake_of(row: WebRequest, *, at: datetime, language: str) -> Intake:
    """The answers as the desk's words; topics that are gone meanwhile are left out."""
    answers = relevant(row.answers)
    address = answers["address"]
    has_consent = answers.get("consent", {}).get("consent") == "yes"
    return Intake(
        person=_person(answers, language, has_consent),
        visit={
            "reference": row.reference,
            "held_because": _held_because(row, at=at),
            "caller": answers["for"]["caller"],
            **answers.get("caller", {}),
            "goal": answers["goal"]["goal"],
            "note": _note(answers),
            **times_of(answers["times"]),
        },
        topics=tuple(Topic.objects.filter(key__in=answers["topics"]["topics"])),
        entrance=Entrance.WEB,
        is_agreed=False,
        address=TypedAddress(address["street"], address["postal_code"], city=address.get("city", "")),
        consents={"needs": has_consent} if "consent" in answers else {},
    )


def _person(answers: Answers, language: str, has_consent: bool) -> dict[str, Any]:
    wish = answers["wish"]
    return {
        "name": answers["name"]["name"],
        "salutation": answers["name"]["salutation"],
        "phone": answers["phone"]["phone"],
        "email": answers.get("email", {}).get("email", ""),
        "reach_by": list(answers["reach"]["reach_by"]),
        "needs": list(answers["needs"]["needs"]) if has_consent else [],
        "wish": wish["wish"],
        "speaks": [wish["speaks"]] if wish["speaks"] else [],
        "language": language,
    }


def times_of(answer: Mapping[str, Any]) -> dict[str, str]:
    """The wished times as columns of a visit: opening hours, and the words as they were said."""
    wished = [words for words in (*answer["times"], answer["words"]) if words]
    if ANY_TIME in wished:
        return {"times": "", "times_words": ""}
    hours = OpeningHours()
    for words in wished:
        hours = hours.union(parse_wish(words))
    return {"times": str(hours), "times_words": ", ".join(wished)[:120]}


def _note(answers: Answers) -> str:
    """In German: the desk reads it, whatever language the page was in."""
    is_known = not is_for_another(answers) or answers["known"]["known"] == "yes"
    return note_of(is_known=is_known, text=answers["goal"]["goal"])


def note_of(*, is_known: bool, text: str = "") -> str:
    """What the desk must know before it calls, in German: whether the person knows, and words of danger."""
    with override("de"):
        parts = [] if is_known else [_("Die Person weiß noch nichts von der Anfrage.")]
        if words := emergency_words(text):
            parts.append(_("Achtung: Im Text steht „%(words)s“.") % {"words": ", ".join(words)})
    return " ".join(parts)


def _held_because(row: WebRequest, *, at: datetime) -> str:
    answers = relevant(row.answers)
    names = (answers["name"]["name"], answers["address"]["street"], answers.get("caller", {}).get("caller_name", ""))
    return why_held(
        signs=[sign for sign in SIGNS if sign in row.answers],
        started_at=row.started_at,
        at=at,
        names=" ".join(names),
        text=answers["goal"]["goal"],
    )


@transaction.atomic
def release(visit: HomeVisit, *, by: User, at: datetime) -> HomeVisit:
    """A human has looked at a held request and found it real: it goes on as if it had not been held.

    Nobody has spoken with the person yet, so nothing is offered. Refuses what is not held, and a request of an
    organisation that nobody has called yet.
    """
    if not visit.held_because:
        raise NotHeld(_("Diese Anfrage ist nicht zurückgehalten."))
    if visit.referral is not None and visit.referral.state != Referral.State.CONFIRMED:
        raise NotHeld(_("Bitte rufen Sie erst die Fachstelle an und bestätigen Sie sie."))
    _change_held(visit, held_because="")
    visits.answer_request(visit, by=by, at=at)
    return visit


@transaction.atomic
def reject(visit: HomeVisit, *, because: str, by: User, at: datetime) -> HomeVisit:
    """A human has looked at a held request and found it to be nonsense. It stays for 30 days; nobody is written to.

    Refuses what is not held: a real request is called off instead.
    """
    if not visit.held_because:
        raise NotHeld(_("Diese Anfrage ist nicht zurückgehalten."))
    move(visit, HomeVisit.State.CANCELLED, by=by, at=at, cancelled_because=because[:120])
    notices.drop_waiting(visit, by=by, at=at)
    return visit


def _change_held(visit: HomeVisit, **columns: str) -> None:
    held = HomeVisit.objects.filter(pk=visit.pk, state=HomeVisit.State.REQUESTED).exclude(held_because="")
    if held.update(**columns) != 1:
        raise AlreadyMoved(_("Jemand anderes war schneller. Bitte laden Sie die Seite neu."))
    for name, value in columns.items():
        setattr(visit, name, value)


def is_asked_by_another(visit: HomeVisit) -> bool:
    """Whether somebody else asked for the person visited."""
    return visit.caller != Caller.SELF
