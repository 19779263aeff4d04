"""A home visit by the mobile team: a place on a tour, taken while the caller waits."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bookings import visits
from bookings.models import HomeVisit
from bookings.visits import GuideBusy
from lotsen.kernel import references
from lotsen.kernel.calendar import local, local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.windows import OpeningHours
from lotsen.people.models import User
from touring import request_stops
from touring.request_stops import FreePlace

SETUP_MINUTES = 5
"""So long before the visit the team is there: it unpacks nothing."""
DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")


class NotOnTheTeam(Refused):
    """Only who drives with the team can come with it."""


@transaction.atomic
def take_team_place(visit: HomeVisit, place: FreePlace, *, guide: User, by: User, at: datetime) -> HomeVisit:
    """Promise a visit by the team at a free place of its tour: the halt stands in the tour and the person is told when
    this returns. A later plan keeps the time or is refused.

    Refuses what `take_place`, `fix_slot` and `assign_guide` refuse, and a guide of another team (`NotOnTheTeam`).
    """
    if visit.client.address is None or not place.team.members.filter(pk=guide.pk, is_active=True).exists():
        raise NotOnTheTeam(_("Dieser Vorschlag gilt nicht mehr. Bitte wählen Sie neu."))
    day = local_date(place.starts_at)
    stop = request_stops.take_place(
        title=_("Hausbesuch %(reference)s") % {"reference": references.grouped(visit.reference)},
        address=visit.client.address,
        minutes=visit.minutes,
        setup_minutes=SETUP_MINUTES,
        place=place,
        earliest=day,
        latest=day,
        hours=_exactly(place),
        told=[guide],
        by=by,
        at=at,
    )
    HomeVisit.objects.filter(pk=visit.pk).update(request_stop=stop)
    visit.request_stop = stop
    if visit.state != HomeVisit.State.SCHEDULED:
        visits.fix_slot(visit, starts_at=place.starts_at, by=by, at=at)
    elif visit.slot_starts_at != place.starts_at:
        raise GuideBusy(_("Der Termin liegt schon anders. Bitte geben Sie ihn zuerst frei."))
    visits.withdraw_offers(visit, by=by, at=at)
    return visits.assign_guide(visit, guide=guide, by=by, at=at)


def _exactly(place: FreePlace) -> OpeningHours:
    """What was promised is one time: a new plan must keep it."""
    begins, ends = local(place.starts_at), local(place.ends_at)
    return OpeningHours.parse(f"{DAYS[begins.weekday()]} {begins:%H:%M}-{ends:%H:%M}")
