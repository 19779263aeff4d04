"""A person and a volunteer who must not meet: from then on neither a list nor a link brings them together."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import first_visits, notices, offer_notices, visits, waves
from bookings.models import BlockedPair, Client, HomeVisit, Offer
from lotsen.kernel import references
from lotsen.kernel.calendar import add_working_hours
from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import move
from lotsen.messages.call_tasks import open_call_task
from lotsen.people.models import User
from volunteers.models import Volunteer


class NoReason(Refused):
    """Why two people must not meet is written down, for the next coordinator."""


class NotKnown(Refused):
    """No volunteer, or more than one, has this name."""


def volunteer_named(text: str) -> Volunteer:
    """The volunteer with this name or key. Refuses what names nobody or several (`NotKnown`)."""
    everybody = Volunteer.objects.exclude(state=Volunteer.State.LEFT).select_related("user")
    if (keyed := everybody.filter(key=text.strip()).first()) is not None:
        return keyed
    named = list(everybody.filter(user__name__iexact=text.strip())[:2]) if text.strip() else []
    if len(named) != 1:
        several = _("So heißen mehrere. Bitte schreiben Sie den Schlüssel aus der Liste der Lotsinnen und Lotsen.")
        raise NotKnown(several if named else _("So heißt niemand von unseren Lotsinnen und Lotsen."))
    return named[0]


class NotOverYet(Refused):
    """Whom somebody has not been to, they give back; afterwards they can say that they will not go again."""


APART = "k_apart"
APART_WITHIN_HOURS = 16
VISITED = (HomeVisit.State.DONE, HomeVisit.State.MISSED)


def wish_apart(visit: HomeVisit, *, by: User, at: datetime) -> None:
    """The volunteer would rather not go to this person again: a coordinator calls them and decides (`block_pair`).

    The person learns nothing of it. Asked twice it is one task. Refuses what is not over yet (`NotOverYet`).
    """
    if visit.state not in VISITED or visit.guide_id != by.pk:
        raise NotOverYet(_("Dieser Besuch ist noch nicht vorbei. Sie können ihn zurückgeben."))
    open_call_task(
        kind=APART,
        phone=by.phone,
        variables={"visitor_name": by.name, "reference": references.grouped(visit.reference)},
        about=visit,
        deadline_at=add_working_hours(at, APART_WITHIN_HOURS),
        key=f"apart:{visit.client_id}:{by.pk}",
        by=by,
        at=at,
    )


@transaction.atomic
def block_pair(client: Client, *, volunteer: Volunteer, because: str, by: User, at: datetime) -> BlockedPair:
    """Keep the two apart. What is asked between them is taken back, a promised visit is given to somebody else, and
    both learn only that somebody else comes. Twice is harmless; without a reason it is refused (`NoReason`)."""
    if not because.strip():
        raise NoReason(_("Bitte schreiben Sie in einem Satz, warum. Das liest nur die Koordination."))
    fields = {"because": because.strip(), "by": by, "at": at}
    pair, _is_new = BlockedPair.objects.get_or_create(client=client, volunteer=volunteer, defaults=fields)
    open_visits = client.visits.filter(state__in=[HomeVisit.State.SCHEDULED, HomeVisit.State.ASSIGNED])
    for visit in open_visits.select_for_update(of=("self",)).order_by("pk"):
        if visit.guide_id == volunteer.user_id:
            _give_to_another(visit, volunteer, by=by, at=at)
        elif visit.companion_id == volunteer.user_id and visit.checked_in_at is None:
            first_visits.take_out_companion(visit, by=by, at=at)
        for offer in visit.offers.filter(volunteer=volunteer, state=Offer.State.OPEN).select_for_update():
            move(offer, Offer.State.WITHDRAWN, by=by, at=at)
            offer_notices.drop_offer(offer, by=by, at=at)
    return pair


def _give_to_another(visit: HomeVisit, volunteer: Volunteer, *, by: User, at: datetime) -> None:
    if visit.checked_in_at is not None or (visit.slot_starts_at is not None and visit.slot_starts_at <= at):
        return
    accepted = visit.offers.filter(state=Offer.State.ACCEPTED).first()
    code = accepted.code if accepted is not None else visit.reference
    visits.release_guide(visit, because=_("anders vergeben"), by=by, at=at)
    key = f"visit:{visit.reference}:apart:{volunteer.pk}"
    notices.tell_volunteer(volunteer, "v_reassigned", visit=visit, code=code, by=by, at=at, key=key)
    notices.tell_client(visit, "senior_visitor_changed", by=by, at=at, channels=("sms", "call"), occasion=key)
    waves.begin_wave(visit, by=by, at=at)
