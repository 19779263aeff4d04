"""Asking volunteers about a visit: each once, by the way and at the time that suits them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import offer_notices
from bookings.going import check_volunteer
from bookings.models import HomeVisit, Offer
from bookings.queries.offers import codes_in_use
from bookings.visits import CHANCE
from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import begin
from lotsen.kernel.references import new_offer_code
from lotsen.kernel.sentences import as_data
from lotsen.people.models import User
from volunteers.models import Volunteer


class NothingToOffer(Refused):
    """Only a visit with a date is offered."""


@transaction.atomic
def send_offers(
    visit: HomeVisit,
    *,
    volunteers: Sequence[Volunteer],
    answer_by: datetime,
    by: User | None,
    at: datetime,
    reasons: Mapping[int, Iterable[str]] | None = None,
    distances: Mapping[int, int] | None = None,
) -> list[Offer]:
    """Ask each of `volunteers`, once. `reasons` and `distances` (metres) by the volunteer's primary key.

    Whoever has an open offer of this visit is not asked twice. Refuses a visit without a date, and anybody who may not
    go (`MayNotGo`): then nobody is asked. The visit waits meanwhile: who accepts or calls off at this moment would
    leave offers behind that nobody takes back.
    """
    is_waiting = HomeVisit.objects.select_for_update().filter(pk=visit.pk, state=HomeVisit.State.SCHEDULED)
    if visit.state != HomeVisit.State.SCHEDULED or not list(is_waiting.values_list("pk")):
        raise NothingToOffer(_("Bitte wählen Sie erst einen Termin."))
    asked = set(visit.offers.filter(state=Offer.State.OPEN).values_list("volunteer_id", flat=True))
    offers = []
    for volunteer in volunteers:
        if volunteer.pk in asked:
            continue
        check_volunteer(volunteer, visit)
        offer = Offer(
            visit=visit,
            volunteer=volunteer,
            code=_free_code(volunteer),
            token=secrets.token_urlsafe(32),
            reasons=[as_data(reason) for reason in (reasons or {}).get(volunteer.pk, ())],
            answer_by=answer_by,
            created_at=at,
        )
        offer.save(force_insert=True)
        begin(offer, by=by, at=at)
        offer_notices.tell_offer(offer, distance_metres=(distances or {}).get(volunteer.pk), by=by, at=at)
        offers.append(offer)
    return offers


def note_agreed(visit: HomeVisit, *, volunteer: Volunteer, by: User, at: datetime) -> Offer:
    """An offer, told to nobody, for a date that both agreed on: the volunteer gives it back like any other. It is open
    until the visit is theirs."""
    assert visit.slot_starts_at is not None
    offer = Offer(
        visit=visit,
        volunteer=volunteer,
        code=_free_code(volunteer),
        token=secrets.token_urlsafe(32),
        answer_by=visit.slot_starts_at,
        created_at=at,
    )
    offer.save(force_insert=True)
    begin(offer, by=by, at=at)
    return offer


def _free_code(volunteer: Volunteer) -> str:
    taken = codes_in_use(volunteer)
    while (code := new_offer_code(CHANCE)) in taken:
        continue
    return code
