"""What runs out: said to each volunteer once, as many weeks ahead as the requirement names; shown to coordinators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from lotsen.kernel.calendar import add_working_hours, local_date, long_date
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint
from volunteers.models import Evidence, Requirement, Volunteer
from volunteers.rules import spells, valid_until

KIND = "v_paper_due"
SERVING = (Volunteer.State.ACTIVE, Volunteer.State.PAUSED)


@dataclass(frozen=True)
class Due:
    """A requirement of somebody who serves that ends soon or has ended. `evidence` is the one that holds longest."""

    volunteer: Volunteer
    requirement: Requirement
    evidence: Evidence
    last: date


def what_is_due(*, on: date, volunteers: Iterable[int] | None = None) -> list[Due]:
    """Of everybody active or in a pause (or of these, by primary key), what ends within the weeks of its warning, and
    what is over; the soonest first. A constant number of queries."""
    requirements = {one.pk: one for one in Requirement.objects.filter(valid_months__isnull=False)}
    rows = Evidence.objects.filter(requirement__in=requirements, volunteer__state__in=SERVING)
    if volunteers is not None:
        rows = rows.filter(volunteer__in=list(volunteers))
    by_pair: dict[tuple[int, int], list[Evidence]] = {}
    for row in rows.select_related("volunteer__user").order_by("pk"):
        by_pair.setdefault((row.volunteer_id, row.requirement_id), []).append(row)
    found = []
    for (_volunteer, key), mine in by_pair.items():
        requirement = requirements[key]
        last = spells(mine, requirement)[-1][1]
        assert last is not None
        if last - timedelta(weeks=requirement.warn_weeks) <= on:
            newest = max(mine, key=lambda one: (valid_until(one, requirement) or date.max, one.pk))
            found.append(Due(newest.volunteer, requirement, newest, last))
    return sorted(found, key=lambda one: (one.last, one.volunteer.pk))


def announce_due(*, at: datetime) -> int:
    """Tell each whose paper ends soon, once for each paper however many workers try; returns how many were told."""
    return sum(_announce(one, at=at) for one in what_is_due(on=local_date(at)) if one.evidence.announced_at is None)


@transaction.atomic
def _announce(due: Due, *, at: datetime) -> bool:
    if not Evidence.objects.filter(pk=due.evidence.pk, announced_at=None).update(announced_at=at):
        return False
    user = due.volunteer.user
    points = [ContactPoint("sms", user.phone)] if user.phone else []
    points += [ContactPoint("email", user.email)] if user.email else []
    tell(
        points=points,
        kind=KIND,
        language=user.language,
        variables={"date_long": long_date(due.last, language=user.language)},
        about=due.volunteer,
        key=f"evidence:{due.evidence.pk}:due",
        by=None,
        at=at,
        deadline_at=add_working_hours(at, 40),
        recipient_user=user,
    )
    return True
