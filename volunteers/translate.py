"""Rows of this room into the words of matching."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection

from lotsen.kernel.calendar import Period
from lotsen.places.models import Address
from volunteers.matching.case import Busy, Candidate, Evidence, Place
from volunteers.matching.columns import People
from volunteers.models import OffersBy, Volunteer
from volunteers.queries import active_volunteers
from volunteers.rules import Needs, all_needs, required_papers


def candidate_for(
    volunteer: Volunteer,
    *,
    place: Place,
    onward: Place = None,
    rests: tuple[Period, ...] = (),
    busy: tuple[Busy, ...] = (),
    recent_visits: int = 0,
    needs: Needs | None = None,
) -> Candidate:
    """One volunteer as matching sees them; the key is the primary key.

    `place` and `onward` are whatever the caller's ways understand; `rests` are the holidays of the schools; `busy` and
    `recent_visits` are known to the room above. `needs` read once serve many.
    """
    even, odd = volunteer.hours_by_week
    return Candidate(
        key=volunteer.pk,
        name=volunteer.user.name,
        place=place,
        onward=onward,
        mode=volunteer.way,
        radius_metres=volunteer.radius_metres,
        hours=even,
        odd_hours=odd if odd != even else None,
        areas=frozenset(district.pk for district in volunteer.districts.all()),
        other_hours={one.on: one.opening_hours.on(one.on.weekday()) for one in volunteer.other_hours.all()},
        wants_offers=volunteer.offers_by != OffersBy.NONE,
        visits_a_week=volunteer.visits_a_week,
        levels={skill.topic.name: skill.level for skill in volunteer.skills.all()},
        languages=frozenset(volunteer.languages),
        gender=volunteer.gender,
        dogs=volunteer.dogs,
        stairs=volunteer.stairs,
        evidence=tuple(Evidence(*paper) for paper in required_papers(volunteer, needs=needs)),
        paused_until=volunteer.paused_until,
        absences=(
            *(Period(absence.first_on, absence.last_on) for absence in volunteer.absences.all()),
            *(rests if volunteer.rests_in_school_holidays else ()),
        ),
        busy=busy,
        recent_visits=recent_visits,
    )


ROSTER_TABLES = (
    "volunteers_volunteer",
    "volunteers_skill",
    "volunteers_absence",
    "volunteers_otherhours",
    "volunteers_volunteer_districts",
    "volunteers_topic",
    "volunteers_evidence",
    "volunteers_firstvisit",
    "volunteers_requirement",
    "volunteers_activity_needs",
)
STAMP_OF_TABLE = "SELECT count(*), coalesce(sum(hashtext(ctid::text || xmin::text || cmin::text)::bigint), 0) FROM {}"
STAMP_OF_HOMES = """
    SELECT count(*), coalesce(sum(hashtext(a.ctid::text || a.xmin::text || u.ctid::text || u.xmin::text)::bigint), 0)
    FROM volunteers_volunteer v JOIN places_address a ON a.id = v.home_id JOIN people_user u ON u.id = v.user_id
"""
STAMP_OF_OTHER_PLACES = """
    SELECT count(*), coalesce(sum(hashtext(a.ctid::text || a.xmin::text)::bigint), 0) FROM places_address a
    WHERE a.id IN (SELECT start_id FROM volunteers_volunteer WHERE start_id IS NOT NULL
    UNION SELECT onward_id FROM volunteers_volunteer WHERE onward_id IS NOT NULL)
"""


@dataclass(frozen=True)
class Roster:
    """The active volunteers as columns, without visits; their users by the volunteer's key."""

    stamp: tuple[object, ...]
    people: People
    users: Mapping[int, int]


_kept: list[Roster] = []


def roster(point_of: Callable[[Address | None], Place], rests: tuple[Period, ...] = ()) -> Roster:
    """Everybody who could be asked. `rests` are the holidays of the schools, on which some do not go.

    Laid out anew in this process only when a row of theirs has changed. The database numbers each version of a row
    (place and transaction), so that the stamp notices every change, also one by hand, and nobody has to remember to
    announce it.
    """
    stamp = (*_stamp(), rests)
    if not _kept or _kept[0].stamp != stamp:
        volunteers, needs = list(active_volunteers()), all_needs()
        people = People([_candidate(one, point_of, rests, needs) for one in volunteers])
        _kept[:] = [Roster(stamp, people, {one.pk: one.user_id for one in volunteers})]
    return _kept[0]


def _candidate(
    one: Volunteer, point_of: Callable[[Address | None], Place], rests: tuple[Period, ...], needs: Needs
) -> Candidate:
    place, onward = point_of(one.sets_out_from), point_of(one.onward)
    return candidate_for(one, place=place, onward=onward, rests=rests, needs=needs)


def _stamp() -> tuple[int, ...]:
    parts = [*(STAMP_OF_TABLE.format(table) for table in ROSTER_TABLES), STAMP_OF_HOMES, STAMP_OF_OTHER_PLACES]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"({part})" for part in parts))
        return tuple(int(number) for row in cursor.fetchall() for number in row)
