"""What can be offered while the caller waits: dates with the people who could come."""

from __future__ import annotations

from datetime import datetime

from bookings.models import HomeVisit
from bookings.translate import candidates, need_for, slots_ahead, slots_for, ways_for
from volunteers.matching.case import Need, Suggestions
from volunteers.matching.rank import rank


def suggest(visit: HomeVisit, *, at: datetime, limit: int = 3) -> Suggestions:
    """At most `limit` slots of the next two weeks with two or three fitting volunteers each, and who near by does not
    fit and why. For a visit with a date: who fits that date."""
    need, people = need_for(visit), candidates(at=at)
    return rank(need, people, slots_for(visit, need, at=at), ways_for(need, people), limit=limit)


def suggest_for(need: Need, *, minutes: int, at: datetime, limit: int = 3) -> Suggestions:
    """The same for a request that is still being typed."""
    people = candidates(at=at)
    return rank(need, people, slots_ahead(need, minutes=minutes, at=at), ways_for(need, people), limit=limit)
