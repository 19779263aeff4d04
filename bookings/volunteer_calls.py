"""A volunteer on the hotline's telephone: who is speaking, before anything is changed for them.

The number on the display can be forged, a voice and a name can be copied. What counts is the number on their card, or
that the agent has dialled the number that we have.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.kernel.limits import minutes_left, within_limit
from lotsen.people.cards import current_cards
from lotsen.people.models import User
from volunteers.models import Volunteer

SPAN, TRIES = timedelta(hours=1), 5
HOLDS_FOR = timedelta(minutes=15)
"""So long what was proven holds, within one call, for the agent who heard it."""
BY_CARD, BY_CALL = "volunteer: card", "volunteer: called back"


class NotProven(Refused):
    """It is not their card, or nothing was said."""


class NoNumber(Refused):
    """There is no number to call back."""


class AskWhoSpeaks(Refused):
    """Nothing is changed for somebody who is not proven yet."""

    def __init__(self) -> None:
        super().__init__(_("Bitte prüfen Sie zuerst, wer spricht: Ausweisnummer oder Rückruf."))


def prove(volunteer: Volunteer, *, card: str = "", has_called: bool = False, by: User, at: datetime) -> None:
    """The caller is this volunteer, written into the journal: they know the number of their card, or the agent has
    dialled the stored number and they picked up. Call it outside a transaction.

    Refuses another number (`NotProven`, five tries an hour for one volunteer) and a call back without a stored number
    (`NoNumber`).
    """
    if has_called:
        if not volunteer.user.phone:
            raise NoNumber(_("Wir haben keine Nummer. Bitte fragen Sie nach der Ausweisnummer."))
        record_reads([volunteer], fields=["phone"], why=BY_CALL, by=by, at=at)
        return
    if not within_limit("volunteer card", str(volunteer.pk), cap=TRIES, span=SPAN, at=at):
        words = {"n": minutes_left(at, SPAN)}
        raise NotProven(_("Fünf Versuche sind verbraucht. Rufen Sie zurück, oder warten Sie %(n)d Minuten.") % words)
    known = current_cards([volunteer.user]).filter(valid_until__gte=local_date(at)).first()
    digits = "".join(sign for sign in card if sign in "0123456789")
    if known is None or not hmac.compare_digest(known.number, digits):
        raise NotProven(_("Diese Ausweisnummer passt nicht. Rufen Sie bitte unter der gespeicherten Nummer zurück."))
    record_reads([volunteer], fields=["name"], why=BY_CARD, by=by, at=at)
