"""A request on the web's question pages: begun, answered page by page, sent once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.emergency import emergency_words
from bookings.intake import Intake, take_request
from bookings.models import Caller, Entrance, HomeVisit, WebRequest
from bookings.questions import Answers, first_open, is_for_another, relevant
from bookings.visits import free_reference
from lotsen.kernel.errors import Refused
from lotsen.kernel.windows import OpeningHours, parse_wish
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress
from volunteers.models import Topic

TRAP = "trap"
CROWD = "crowd"
FASTEST = timedelta(seconds=10)
"""Nobody reads and answers a dozen pages faster; who does is looked at by a human first."""
ANY_TIME = "egal"


class AlreadySent(Refused):
    """Answers cannot change any more: the request is with us."""


class NotComplete(Refused):
    """A question is still open."""


@transaction.atomic
def start(
    *,
    question: str,
    values: Mapping[str, Any],
    by: User | None,
    at: datetime,
    is_trapped: bool = False,
    is_crowded: bool = False,
) -> WebRequest:
    """Begin a request with its first answer; from now on it has a number and a link that nobody can guess."""
    web_request = WebRequest(
        reference=free_reference(),
        token=secrets.token_urlsafe(32),
        answers={question: dict(values)} | ({TRAP: {}} if is_trapped else {}) | ({CROWD: {}} if is_crowded else {}),
        started_at=at,
        changed_at=at,
    )
    web_request.save(force_insert=True)
    return web_request


@transaction.atomic
def answer(
    web_request: WebRequest,
    *,
    question: str,
    values: Mapping[str, Any],
    by: User | None,
    at: datetime,
    is_trapped: bool = False,
) -> WebRequest:
    """Keep one more answer. Two windows at once lose nothing of each other. Refuses after sending."""
    row = WebRequest.objects.select_for_update().get(pk=web_request.pk)
    if row.visit_id is not None:
        raise AlreadySent(_("Diese Anfrage haben wir schon. Sie müssen nichts tun."))
    row.answers = {**row.answers, question: dict(values)} | ({TRAP: {}} if is_trapped else {})
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
            "held_because": held_because(row, at=at),
            "caller": answers["for"]["caller"],
            **answers.get("caller", {}),
            "goal": answers["goal"]["goal"],
            "note": _note(answers),
            **_times(answers["times"]),
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


def _times(answer: Mapping[str, Any]) -> dict[str, str]:
    wished = [words for words in (*answer["times"], answer["words"]) if words]
    if ANY_TIME in wished:
        return {"times": "", "times_words": ""}
    hours = OpeningHours()
    for words in wished:
        hours = hours.union(parse_wish(words))
    return {"times": str(hours), "times_words": ", ".join(wished)[:120]}


def _note(answers: Answers) -> str:
    parts = []
    if is_for_another(answers) and answers["known"]["known"] != "yes":
        parts.append(_("Die Person weiß noch nichts von der Anfrage."))
    if words := emergency_words(answers["goal"]["goal"]):
        parts.append(_("Achtung: Im Text steht „%(words)s“.") % {"words": ", ".join(words)})
    return " ".join(parts)


def held_because(row: WebRequest, *, at: datetime) -> str:
    """Why a human should look at it first, "" where nothing is strange. The moments are the server's own."""
    if TRAP in row.answers:
        return _("Ein verstecktes Feld war gefüllt.")
    if CROWD in row.answers:
        return _("Von diesem Anschluss kamen sehr viele Anfragen.")
    if at - row.started_at < FASTEST:
        seconds = int((at - row.started_at).total_seconds())
        return _("Das Formular war in %(seconds)d Sekunden ausgefüllt.") % {"seconds": seconds}
    return ""


def is_asked_by_another(visit: HomeVisit) -> bool:
    """Whether somebody else asked for the person visited."""
    return visit.caller != Caller.SELF
