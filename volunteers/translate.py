"""Rows of this room into the words of matching."""

from __future__ import annotations

from lotsen.kernel.calendar import Period
from volunteers.matching.case import Busy, Candidate, Evidence, Place
from volunteers.models import Volunteer
from volunteers.rules import required_papers


def candidate_for(
    volunteer: Volunteer, *, place: Place, busy: tuple[Busy, ...] = (), recent_visits: int = 0
) -> Candidate:
    """One volunteer as matching sees them; the key is the primary key.

    `place` is whatever the caller's ways understand; `busy` and `recent_visits` are known to the room above.
    """
    return Candidate(
        key=volunteer.pk,
        name=volunteer.user.name,
        place=place,
        mode=volunteer.travel_mode,
        radius_metres=volunteer.radius_metres,
        hours=volunteer.opening_hours,
        visits_a_week=volunteer.visits_a_week,
        levels={skill.topic.name: skill.level for skill in volunteer.skills.all()},
        languages=frozenset(volunteer.languages),
        gender=volunteer.gender,
        dogs=volunteer.dogs,
        stairs=volunteer.stairs,
        evidence=tuple(Evidence(*paper) for paper in required_papers(volunteer)),
        paused_until=volunteer.paused_until,
        absences=tuple(Period(absence.first_on, absence.last_on) for absence in volunteer.absences.all()),
        busy=busy,
        recent_visits=recent_visits,
    )
