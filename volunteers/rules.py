"""What a volunteer must have for what they do, and on which days it holds."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from volunteers.models import Activity, Evidence, FirstVisit, Requirement, Volunteer
from volunteers.needed import PAIR, VISIT_ALONE, VISIT_IN_PAIR

Paper = tuple[str, date | None, date | None]


@dataclass(frozen=True)
class Needs:
    """The requirements of each activity, in order; read once for any number of people."""

    of: dict[str, tuple[Requirement, ...]]

    def for_activity(self, key: str) -> tuple[Requirement, ...]:
        """Refuses (KeyError) an activity that is not there: better nobody goes than somebody unchecked."""
        return self.of[key]


def all_needs() -> Needs:
    """As the rows say now; two queries."""
    activities = Activity.objects.prefetch_related("needs")
    return Needs({activity.key: tuple(activity.needs.all()) for activity in activities})


def valid_until(evidence: Evidence, requirement: Requirement) -> date | None:
    """The last day on which it holds, counted from its own date; None: without end."""
    months = requirement.valid_months
    return None if months is None else months_later(evidence.issued_on, months)


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later; the month's last day where it has fewer (29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def spells(evidence: Iterable[Evidence], requirement: Requirement) -> list[tuple[date, date | None]]:
    """The days on which a requirement is met, first and last both inclusive, in order; what joins is one spell."""
    mine = sorted((one for one in evidence if one.requirement_id == requirement.pk), key=lambda one: one.issued_on)
    joined: list[tuple[date, date | None]] = []
    for one in mine:
        last = valid_until(one, requirement)
        if joined and (joined[-1][1] is None or one.issued_on <= joined[-1][1] + timedelta(days=1)):
            joined[-1] = (joined[-1][0], _later(joined[-1][1], last))
        else:
            joined.append((one.issued_on, last))
    return joined


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def holds_on(evidence: Iterable[Evidence], requirement: Requirement, *, on: date) -> bool:
    """Whether a requirement is met on that day."""
    return any(first <= on and (last is None or on <= last) for first, last in spells(evidence, requirement))


def activity_of(volunteer: Volunteer, *, reference: str = "") -> str:
    """What a visit is to this volunteer: in pair until the first one is done, and for that one alone.

    Whose first visit is promised already goes on no other before it is over; `reference` names the one asked about.
    """
    if any(one.requirement.key == PAIR for one in volunteer.evidence.all()):
        return VISIT_ALONE
    first = first_visit_of(volunteer)
    return VISIT_IN_PAIR if first is None or first.reference == reference else VISIT_ALONE


def first_visit_of(volunteer: Volunteer) -> FirstVisit | None:
    """The first visit that is promised and not over."""
    found: FirstVisit | None = getattr(volunteer, "first_visit", None)
    return found


def required_papers(
    volunteer: Volunteer, *, activity: str = "", reference: str = "", needs: Needs | None = None
) -> tuple[Paper, ...]:
    """Name, first and last day of each requirement of `activity`; without one, of a visit (`activity_of`).

    No first day: never shown. No last day: without end. Of several spells the one that ends last.
    """
    needs = needs or all_needs()
    evidence = list(volunteer.evidence.all())
    papers: list[Paper] = []
    for requirement in needs.for_activity(activity or activity_of(volunteer, reference=reference)):
        found = spells(evidence, requirement)
        papers.append((requirement.name, *(found[-1] if found else (None, None))))
    return tuple(papers)


def missing_requirements(
    volunteer: Volunteer, *, activity: str, on: date, needs: Needs | None = None
) -> list[Requirement]:
    """Which requirements of an activity are not met on that day; empty: nothing stands against it."""
    needs = needs or all_needs()
    evidence = list(volunteer.evidence.all())
    return [one for one in needs.for_activity(activity) if not holds_on(evidence, one, on=on)]
