""" "Kommt wirklich jemand?": what may be said on the phone, to whom, and whether a word that somebody says is the right
one. The word itself never leaves the database for the hotline."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.models import CaseNote, HomeVisit
from bookings.proofs import is_proven
from bookings.rules import is_due_now
from lotsen.kernel import references
from lotsen.kernel.errors import Refused
from lotsen.kernel.limits import minutes_left, within_limit
from lotsen.messages.call_tasks import CALL_WITHIN, open_call_task
from lotsen.people.models import User
from lotsen.places.normalise import fold

SPAN = timedelta(hours=1)
TRIES = 3


class NobodyDue(Refused):
    """No guide is due at this door now: there is no word to check."""


class TooManyTries(Refused):
    """Three words an hour for one visit, and no more: a fourth could be guessing."""


@dataclass(frozen=True)
class Answer:
    """What the desk may say. `kind` names a sentence of the call guide: yes, wait, nobody."""

    kind: str
    is_due: bool
    has_word: bool


def answer_for(visit: HomeVisit, *, at: datetime) -> Answer:
    """What may be said about a visit to somebody who has proven who they are."""
    is_coming = visit.state == HomeVisit.State.ASSIGNED and visit.slot_ends_at is not None and visit.slot_ends_at > at
    is_open = visit.state in (HomeVisit.State.REQUESTED, HomeVisit.State.SCHEDULED, HomeVisit.State.MISSED)
    kind = "yes" if is_coming else "wait" if is_open else "nobody"
    return Answer(kind, is_due_now(visit, at=at), bool(visit.code_word))


@transaction.atomic
def prove(visit: HomeVisit, *, said: str, by: User, at: datetime, has_called: bool = False) -> bool:
    """Whether the caller has proven who they are, written down either way. Who has not is called back within a quarter
    of an hour, on the number that we have. `has_called`: the agent has dialled that number, which is proof."""
    if has_called and visit.client.phone:
        CaseNote.objects.create(
            visit=visit, kind=CaseNote.Kind.CALL_OUT, text=_("unter der gespeicherten Nummer"), by=by, at=at
        )
        return True
    if is_proven(visit, said):
        CaseNote.objects.create(visit=visit, kind=CaseNote.Kind.PROVEN, by=by, at=at)
        return True
    CaseNote.objects.create(visit=visit, kind=CaseNote.Kind.NOT_PROVEN, by=by, at=at)
    open_call_task(
        kind="senior_asks_who",
        phone=visit.client.phone,
        variables={"reference": references.grouped(visit.reference)},
        about=visit,
        deadline_at=at + CALL_WITHIN,
        key=f"visit:{visit.reference}:asks_who:{at:%Y%m%d%H}",
        by=by,
        at=at,
        language=visit.client.language,
    )
    return False


def check_word(visit: HomeVisit, *, word: str, by: User, at: datetime) -> bool:
    """Whether this is the word of the visit that is due now; three tries an hour for each visit, all of them counted.

    Call it outside a transaction. Refuses where nobody is due (`NobodyDue`), and a fourth try (`TooManyTries`).
    """
    if not is_due_now(visit, at=at) or not visit.code_word:
        raise NobodyDue(_("Von uns ist jetzt niemand angemeldet."))
    if not within_limit("code word", visit.reference, cap=TRIES, span=SPAN, at=at):
        minutes = minutes_left(at, SPAN)
        raise TooManyTries(_("Drei Versuche sind verbraucht. Der nächste geht in %(n)d Minuten.") % {"n": minutes})
    is_right = hmac.compare_digest(fold(word.strip()).encode(), fold(visit.code_word).encode())
    kind = CaseNote.Kind.WORD_RIGHT if is_right else CaseNote.Kind.WORD_WRONG
    CaseNote.objects.create(visit=visit, kind=kind, by=by, at=at)
    return is_right
