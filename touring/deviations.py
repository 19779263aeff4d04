"""What is different on one date: a halt is cancelled or late. The tour itself stays as published."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from touring.models import Deviation, TourPlan, TourStop
from touring.rules import is_over

LATEST_MINUTES = 240


class HaltIsOver(Refused):
    """Nothing can be announced for a halt that has ended."""


class NotPublished(Refused):
    """Nobody knows a halt of this plan."""


class OnlyForStops(Refused):
    """A request stop is called off by whoever booked it."""


class TooLate(Refused):
    """So many minutes late is as good as cancelled."""


@transaction.atomic
def announce_cancelled(halt: TourStop, *, by: User | None, at: datetime) -> Deviation:
    """Nobody comes to this halt. Replaces what was announced for it before; twice is harmless.

    Refuses a halt that is over, one of a plan that is not published, and a request stop.
    """
    if halt.stop_id is None:
        raise OnlyForStops(_("Bitte sagen Sie den Termin selbst ab. Dann erfahren es alle, die er betrifft."))
    return _announce(halt, Deviation.Kind.CANCELLED, 0, by=by, at=at)


@transaction.atomic
def announce_late(halt: TourStop, *, minutes: int, by: User | None, at: datetime) -> Deviation:
    """The halt begins `minutes` (1 to 240) later. Replaces what was announced for it before."""
    if not 1 <= minutes <= LATEST_MINUTES:
        raise TooLate(
            _("Bitte geben Sie 1 bis %(most)d Minuten an, oder lassen Sie den Halt ausfallen.")
            % {"most": LATEST_MINUTES}
        )
    return _announce(halt, Deviation.Kind.LATE, minutes, by=by, at=at)


@transaction.atomic
def revoke(deviation: Deviation, *, by: User | None, at: datetime) -> Deviation:
    """The halt is as planned after all. Twice is harmless: the first time counts."""
    still = Deviation.objects.filter(pk=deviation.pk, revoked_at=None)
    if still.update(revoked_at=at):
        deviation.revoked_at = at
        _touch(deviation.halt, at)
    return deviation


def _announce(halt: TourStop, kind: str, minutes: int, *, by: User | None, at: datetime) -> Deviation:
    halt = TourStop.objects.select_for_update(of=("self",)).select_related("tour__plan").get(pk=halt.pk)
    if is_over(halt, at):
        raise HaltIsOver(_("Dieser Halt ist schon vorbei."))
    if halt.tour.plan.state != TourPlan.State.PUBLISHED:
        raise NotPublished(_("Diesen Halt kennt noch niemand: Der Plan ist nicht veröffentlicht."))
    known = halt.deviations.filter(revoked_at=None).first()
    if known and (known.kind, known.minutes) == (kind, minutes):
        return known
    halt.deviations.filter(revoked_at=None).update(revoked_at=at)
    deviation = Deviation(halt=halt, kind=kind, minutes=minutes, created_at=at, created_by=by)
    deviation.save(force_insert=True)
    _touch(halt, at)
    return deviation


def _touch(halt: TourStop, at: datetime) -> None:
    """The public timetable is kept until its plan changes."""
    TourPlan.objects.filter(tours=halt.tour_id).update(changed_at=at)
