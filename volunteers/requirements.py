"""What somebody has shown us: talk, training, secrecy, certificate of good conduct, first visit in pair."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.people.models import User
from volunteers.models import Evidence, Requirement, Volunteer
from volunteers.needed import CERTIFICATE, PAIR, SECRECY, TALK, TRAINING
from volunteers.rules import months_later

LISTED = (TRAINING, CERTIFICATE, SECRECY)
"""Those that a city's list of volunteers has columns for."""


class NotYet(Refused):
    """A day in the future, or seen before it was issued."""


class TooOld(Refused):
    """A certificate that was too old already when it was shown."""


class ShownBefore(Refused):
    """The same evidence twice."""


@transaction.atomic
def show_evidence(
    volunteer: Volunteer, *, requirement: Requirement, issued_on: date, seen_on: date, by: User, at: datetime
) -> Evidence:
    """Write down that somebody has shown it: dated `issued_on`, seen by `by` on `seen_on`. A copy is never kept.

    Refuses days in the future and a sight before the date (`NotYet`), what was older than the requirement's
    `fresh_months` when seen (`TooOld`; a certificate of good conduct: three months), and the same day twice.
    """
    if issued_on > seen_on or seen_on > local_date(at):
        raise NotYet(_("Das Datum liegt in der Zukunft oder nach dem Tag, an dem Sie es gesehen haben."))
    fresh = requirement.fresh_months
    latest = months_later(issued_on, fresh) if fresh is not None else None
    if latest is not None and seen_on > latest:
        sentence = _("Das war beim Vorlegen schon zu alt: Es durfte höchstens %(months)d Monate alt sein.")
        raise TooOld(sentence % {"months": fresh})
    fields = {"issued_on": issued_on, "seen_on": seen_on, "seen_by": by, "to_be_seen_by": latest}
    try:
        with transaction.atomic():
            evidence = Evidence.objects.create(volunteer=volunteer, requirement=requirement, **fields)
    except IntegrityError as error:
        raise ShownBefore(_("Das ist mit diesem Datum schon eingetragen.")) from error
    record_changes(volunteer, fields=[requirement.key], by=by, at=at)
    return evidence


@transaction.atomic
def strike_evidence(evidence: Evidence, *, by: User, at: datetime) -> None:
    """It was written down by mistake, or no longer counts. Who struck what stays in the journal."""
    record_changes(evidence.volunteer, fields=[evidence.requirement.key], by=by, at=at)
    evidence.delete()


@transaction.atomic
def note_first_visit_done(volunteer: Volunteer, *, on: date, seen_by: User, at: datetime) -> None:
    """The first visit in pair took place. Twice is harmless."""
    requirement = Requirement.objects.get(key=PAIR)
    Evidence.objects.get_or_create(
        volunteer=volunteer,
        requirement=requirement,
        issued_on=on,
        defaults={"seen_on": max(on, local_date(at)), "seen_by": seen_by},
    )


def keep_list(wanted: Mapping[int, Mapping[str, Any]], *, new: Collection[int], on: date) -> set[int]:
    """Make true what a city's list says of each volunteer (by primary key), and return whose evidence changed.

    A day in the list stands in place of the list's day before; what somebody of us has seen stays. Who is new in the
    list goes to people already, so the talk and the first visit in pair lie behind them.
    """
    numbers = dict(Requirement.objects.values_list("key", "pk"))
    asked = {
        (volunteer, numbers[key]): values[key]
        for volunteer, values in wanted.items()
        for key in LISTED
        if key in values
    }
    behind = [numbers[key] for key in (TALK, PAIR) if key in numbers]
    asked |= {(who, what): min(wanted[who].get(TRAINING) or on, on) for who in new for what in behind}
    rows = list(Evidence.objects.filter(volunteer__in=list(wanted), requirement__in=numbers.values()))
    known = {(row.volunteer_id, row.requirement_id, row.issued_on) for row in rows}
    fresh = [
        Evidence(volunteer_id=who, requirement_id=what, issued_on=day, seen_on=day)
        for (who, what), day in asked.items()
        if day is not None and (who, what, day) not in known
    ]
    gone = [row for row in rows if row.seen_by_id is None and _is_replaced(row, asked)]
    Evidence.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Evidence.objects.bulk_create(fresh, batch_size=1000)
    return {row.volunteer_id for row in [*gone, *fresh]}


def _is_replaced(row: Evidence, asked: Mapping[tuple[int, int], Any]) -> bool:
    key = (row.volunteer_id, row.requirement_id)
    return key in asked and asked[key] != row.issued_on
