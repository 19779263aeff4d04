"""What is different on one date: a halt is cancelled, late, or at another time. The tour itself stays as published.

Each verb writes the notice, wakes the public pages and feeds, and tells those concerned, in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from touring import day_notices
from touring.insertion import ground_for
from touring.models import Deviation, TourPlan, TourStop
from touring.rules import is_over
from touring.translate import seconds_of
from touring.words import date_words

LATEST_MINUTES = 240


class HaltIsOver(Refused):
    """Nothing can be announced for a halt that has ended."""


class NotPublished(Refused):
    """Nobody knows a halt of this plan."""


class OnlyForStops(Refused):
    """A request stop is called off by whoever booked it."""


class TooLate(Refused):
    """So many minutes late is as good as cancelled."""


class AnotherDay(Refused):
    """A halt is moved within its day; another day is a replacement."""


class DoesNotFit(Refused):
    """The tour cannot be driven with the halt at that time."""


class HasReplacement(Refused):
    """The date that stands for this one would come on top of it."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What is to be said of a halt; columns of a deviation."""

    kind: str
    minutes: int = 0
    moved_to: datetime | None = None
    reason: str = ""

    def is_known(self, deviation: Deviation) -> bool:
        """The same has been said already."""
        known = (deviation.kind, deviation.minutes, deviation.moved_to, deviation.reason)
        return known == (self.kind, self.minutes, self.moved_to, self.reason)


@transaction.atomic
def announce_cancelled(
    halt: TourStop, *, reason: str = "", by: User | None, at: datetime, tells_team: bool = True
) -> Deviation:
    """Nobody comes to this halt. Replaces what was announced for it before; twice is harmless.

    Refuses a halt that is over, one of a plan that is not published, and a request stop. `tells_team`: its members
    get a message each.
    """
    _refuse_request_stop(halt)
    announced = Announced(Deviation.Kind.CANCELLED, reason=reason)
    return announce(halt, announced, by=by, at=at, tells_team=tells_team)


@transaction.atomic
def announce_late(
    halt: TourStop, *, minutes: int, reason: str = "", by: User | None, at: datetime, tells_team: bool = True
) -> Deviation:
    """The halt begins `minutes` (1 to 240) later. Replaces what was announced for it before."""
    if not 1 <= minutes <= LATEST_MINUTES:
        raise TooLate(
            _("Bitte geben Sie 1 bis %(most)d Minuten an, oder lassen Sie den Halt ausfallen.")
            % {"most": LATEST_MINUTES}
        )
    announced = Announced(Deviation.Kind.LATE, minutes=minutes, reason=reason)
    return announce(halt, announced, by=by, at=at, tells_team=tells_team)


@transaction.atomic
def announce_moved(
    halt: TourStop, *, starts_at: datetime, reason: str = "", by: User | None, at: datetime
) -> Deviation:
    """The halt begins at another time of its day and is as long as planned.

    Refuses what `announce_cancelled` refuses, another day (`AnotherDay`), a time that is over, and one at which the
    tour cannot be driven (`DoesNotFit`).
    """
    _refuse_request_stop(halt)
    if local_date(starts_at) != halt.tour.date:
        raise AnotherDay(
            _("Verlegen geht nur am selben Tag. Für einen anderen Tag: Halt absagen, Ersatztermin wählen.")
        )
    if starts_at <= at:
        raise HaltIsOver(_("Diese Zeit ist schon vorbei. Bitte wählen Sie neu."))
    announced = Announced(Deviation.Kind.MOVED, moved_to=starts_at, reason=reason)
    _lock_plan(halt)
    _refuse_misfit(halt, starts_at)
    return announce(halt, announced, by=by, at=at)


@transaction.atomic
def revoke(deviation: Deviation, *, by: User | None, at: datetime) -> Deviation:
    """The halt is as planned after all. Twice is harmless: the first time counts.

    Messages that have not gone out are dropped; whoever was told already is told again. Refuses while another date
    stands for this one (`HasReplacement`).
    """
    _lock_plan(deviation.halt)
    if deviation.kind == Deviation.Kind.CANCELLED and (extra := replacement_of(deviation.halt)):
        sentence = _("Es gibt schon einen Ersatztermin: %(date)s. Lassen Sie ihn zuerst ausfallen.")
        raise HasReplacement(sentence % {"date": date_words(extra.tour.date)})
    still = Deviation.objects.filter(pk=deviation.pk, revoked_at=None)
    if still.update(revoked_at=at):
        deviation.revoked_at = at
        _touch(deviation.halt, at)
        day_notices.tell_as_planned(deviation, by=by, at=at)
    return deviation


def announce(
    halt: TourStop, announced: Announced, *, by: User | None, at: datetime, tells_team: bool = True
) -> Deviation:
    """Write what is said of any halt, a request stop too, and tell those concerned. For the verbs of this room."""
    _lock_plan(halt)
    halt = TourStop.objects.select_for_update(of=("self",)).select_related("tour__plan", "tour__team").get(pk=halt.pk)
    if is_over(halt, at):
        raise HaltIsOver(_("Dieser Halt ist schon vorbei."))
    if halt.tour.plan.state != TourPlan.State.PUBLISHED:
        raise NotPublished(_("Diesen Halt kennt noch niemand: Der Plan ist nicht veröffentlicht."))
    known = halt.deviations.filter(revoked_at=None).first()
    if known and announced.is_known(known):
        return known
    if known:
        day_notices.drop_unsent(known, by=by, at=at)
    halt.deviations.filter(revoked_at=None).update(revoked_at=at)
    deviation = Deviation(
        halt=halt,
        kind=announced.kind,
        minutes=announced.minutes,
        moved_to=announced.moved_to,
        reason=announced.reason,
        created_at=at,
        created_by=by,
    )
    deviation.save(force_insert=True)
    _touch(halt, at)
    day_notices.tell_different(deviation, tells_team=tells_team, by=by, at=at)
    return deviation


def replacement_of(halt: TourStop) -> TourStop | None:
    """The date that stands for a cancelled halt, if there is one that is not cancelled itself."""
    off = Deviation.objects.filter(kind=Deviation.Kind.CANCELLED, revoked_at=None)
    rows = TourStop.objects.filter(replaces=halt, tour__plan__state=TourPlan.State.PUBLISHED)
    return rows.exclude(deviations__in=off).select_related("tour").first()


def _refuse_request_stop(halt: TourStop) -> None:
    if halt.stop_id is None:
        raise OnlyForStops(_("Bitte sagen Sie den Termin selbst ab. Dann erfahren es alle, die er betrifft."))


def _refuse_misfit(halt: TourStop, starts_at: datetime) -> None:
    """By the rules of the planning core: hours, drive, break, other halts as they are announced."""
    tour = halt.tour
    ground = ground_for([(tour.plan, tour.team, tour.date, tour)], [])
    if not ground.tours:
        return
    day = ground.tours[0]
    job = next((job for _start, job in day.halts if job.key == str(halt.pk)), None)
    if job is None or ground.with_halt(day.without(job.key), seconds_of(starts_at), job) is None:
        raise DoesNotFit(_("Um diese Zeit passt der Halt nicht in die Tour. Bitte wählen Sie eine andere."))


def _lock_plan(halt: TourStop) -> None:
    """The plan's row first, then the halt's, as all do who change tours: the other order could wait for ever."""
    list(TourPlan.objects.filter(tours__halts=halt.pk).select_for_update(no_key=True))


def _touch(halt: TourStop, at: datetime) -> None:
    """The public timetable is kept until its plan changes."""
    TourPlan.objects.filter(tours=halt.tour_id).update(changed_at=at)
