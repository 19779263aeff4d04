"""A volunteer on the hotline's telephone: who is speaking, before anything is changed for them.

The number on the display can be forged, a voice and a name can be copied. What counts is the number on their card, or
that the agent has dialled the number that we have. Then the agent writes down what they say of a visit, with the verbs
of their own pages and in the volunteer's name; who wrote it stands in the journal of the case.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import first_visits, safe_return, visits
from bookings.models import HomeVisit
from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes, record_reads
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


# --- what they say of a visit ---------------------------------------------------------------------------


@transaction.atomic
def note_arrival(visit: HomeVisit, *, volunteer: Volunteer, by: User, at: datetime) -> None:
    """ "Ich bin da", said on the telephone; refuses and repeats as `visits.check_in`."""
    visits.check_in(visit, by=volunteer.user, at=at)
    if visit.checked_in_at == at:
        record_changes(visit, fields=["checked_in_at"], by=by, at=at)


@transaction.atomic
def note_leaving(visit: HomeVisit, *, volunteer: Volunteer, by: User, at: datetime) -> None:
    """ "Ich bin wieder weg", said on the telephone; refuses and repeats as `visits.check_out`."""
    visits.check_out(visit, by=volunteer.user, at=at)
    if visit.checked_out_at == at:
        record_changes(visit, fields=["checked_out_at"], by=by, at=at)


@transaction.atomic
def note_longer(visit: HomeVisit, *, volunteer: Volunteer, by: User, at: datetime) -> None:
    """ "Noch eine halbe Stunde", said on the telephone; refuses as `safe_return.stay_longer`."""
    safe_return.stay_longer(visit, by=volunteer.user, at=at)
    record_changes(visit, fields=["ends_at"], by=by, at=at)


@transaction.atomic
def note_help(visit: HomeVisit, *, volunteer: Volunteer, by: User, at: datetime) -> None:
    """ "Ich brauche Hilfe", said on the telephone: the alarm of this visit, once.

    Nobody has to prove who they are first: it tells the caller nothing, and a false alarm is better than a late one.
    """
    safe_return.ask_for_help(visit, by=volunteer.user, at=at)
    record_changes(visit, fields=["help_at"], by=by, at=at)


def note_along(visit: HomeVisit, *, volunteer: Volunteer, by: User, at: datetime) -> None:
    """Who goes along says that they come; refuses and repeats as `first_visits.confirm_along`."""
    first_visits.confirm_along(visit, whose=volunteer.user, by=by, at=at)


def note_not_along(visit: HomeVisit, *, volunteer: Volunteer, because: str, by: User, at: datetime) -> None:
    """Who was to go along cannot; refuses as `first_visits.leave_pair`."""
    first_visits.leave_pair(visit, because=because, whose=volunteer.user, by=by, at=at)
