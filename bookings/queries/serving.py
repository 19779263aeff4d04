"""What the desk sees of a volunteer's visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bookings.models import HomeVisit
from volunteers.models import FirstVisit, Volunteer

COMING_SHOWN = 5


@dataclass(frozen=True)
class VolunteerVisits:
    """How many are done, and the next ones that are promised."""

    done: int
    coming: list[HomeVisit]


def visits_of(volunteer: Volunteer, *, at: datetime) -> VolunteerVisits:
    """In two queries."""
    mine = HomeVisit.objects.filter(guide=volunteer.user_id)
    theirs = HomeVisit.objects.filter(Q(guide=volunteer.user_id) | Q(companion=volunteer.user_id))
    coming = theirs.filter(state=HomeVisit.State.ASSIGNED, slot_ends_at__gte=at).order_by("slot_starts_at", "pk")
    return VolunteerVisits(mine.filter(state=HomeVisit.State.DONE).count(), list(coming[:COMING_SHOWN]))


def visit_in_pair(first: FirstVisit) -> HomeVisit | None:
    """The visit of this first one, with who goes along."""
    return HomeVisit.objects.select_related("companion").filter(reference=first.reference).first()
