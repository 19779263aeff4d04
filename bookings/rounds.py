"""The weekly round: asked for, worked on, watched, ended; and asking those whom it names.

Nobody is assigned by a round. What a coordinator takes over becomes an offer, and whoever is asked may say no. A worker
may die at any moment: then `sweep_rounds` begins the round again, once, or ends it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bookings import waves
from bookings.jobs import defer_round
from bookings.models import HomeVisit, MatchingRound, Offer, RoundWish
from bookings.queries.rounds import round_extra, round_weights, visits_for_round
from bookings.translate import EstimatedWays, candidates, needs_for, round_days
from bookings.visits import fix_slot
from lotsen.kernel.calendar import clock, local
from lotsen.kernel.errors import AlreadyMoved, MoveNotAllowed, Refused
from lotsen.kernel.moves import begin, move
from lotsen.kernel.sentences import as_data, from_data
from lotsen.kernel.windows import Window
from lotsen.people.models import User
from lotsen.spoken import said
from volunteers.matching.case import Candidate, Need, Slot
from volunteers.matching.fit import shortfalls
from volunteers.matching.rank import reasons
from volunteers.models import Volunteer
from volunteers.queries import volunteers_by_id

if TYPE_CHECKING:
    from volunteers.matching.assign import Assignment, Result, Round

SECONDS = (10, 30, 120)
LOOK_EVERY, REPORT_EVERY = 0.5, 0.5
"""Seconds between two looks at the stop button, and between two reports."""
SILENT_FOR = timedelta(seconds=90)
"""So long a worker may be at one step without a word."""
MOST_ATTEMPTS = 2
MARKS_KEPT = 200
State = MatchingRound.State
Clock = Callable[[], datetime]


class RoundUnderWay(Refused):
    """One round at a time; `round` is the one that goes on."""

    def __init__(self, running: MatchingRound | None) -> None:
        self.round = running
        since = clock((running.started_at or running.requested_at) if running else 0)
        super().__init__(_("Eine Runde läuft schon, seit %(time)s Uhr. Zusehen oder abbrechen?") % {"time": since})


class NothingToPlan(Refused):
    """No open request, no volunteer, or no day."""


class RoundIsOver(Refused):
    """There is nothing left to stop."""


class RoundNotReady(Refused):
    """Nothing is taken over from a round that has no result yet."""


class ChangedMeanwhile(Refused):
    """What the round found does not hold any more."""


# --- asked for --------------------------------------------------------------------------------------


def request_round(*, seconds: int, by: User | None, at: datetime) -> MatchingRound:
    """Ask for a round of all open requests; the worker is told in the same transaction.

    Refuses a second round at a time (`RoundUnderWay`, by a constraint) and a round of nothing (`NothingToPlan`).
    `seconds` is 10, 30 or 120; anything else counts as 10.
    """
    days = round_days(at=at)
    if not days or not visits_for_round(at=at).exists():
        raise NothingToPlan(_("Es ist keine Anfrage offen, für die jemand gesucht wird."))
    row = MatchingRound(
        starts_on=days[0],
        ends_on=days[-1],
        seconds=seconds if seconds in SECONDS else SECONDS[0],
        requested_by=by,
        requested_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            begin(row, by=by, at=at)
            defer_round(row.pk)
    except IntegrityError as error:
        if "one_round_at_a_time" not in str(error):
            raise
        running = MatchingRound.objects.filter(state__in=[State.QUEUED, State.RUNNING]).first()
        raise RoundUnderWay(running) from error
    return row


@transaction.atomic
def ask_to_stop(row: MatchingRound, *, by: User, at: datetime) -> MatchingRound:
    """Stop as soon as may be and keep the best plan so far. A round that no worker has begun ends at once."""
    row.refresh_from_db()
    if row.state == State.QUEUED:
        move(row, State.STOPPED, by=by, at=at, stop_asked_at=at, finished_at=at)
    elif row.state == State.RUNNING:
        MatchingRound.objects.filter(pk=row.pk, stop_asked_at=None).update(stop_asked_at=at)
        row.refresh_from_db()
    else:
        raise RoundIsOver(_("Diese Runde ist schon zu Ende."))
    return row


def is_under_way(row: MatchingRound) -> bool:
    """Somebody waits for it."""
    return row.state in (State.QUEUED, State.RUNNING)


# --- worked on --------------------------------------------------------------------------------------


def work_on_round(row: MatchingRound, *, now: Clock, workers: int = 1) -> None:
    """What a worker does: plan until the time is up or somebody stops it, then say why who is left out, and what helps.

    The result is written before the list of what helps is worked out: a worker that dies then leaves it behind.
    """
    if row.state == State.QUEUED:
        try:
            move(row, State.RUNNING, by=None, at=now(), started_at=now(), heartbeat_at=now(), attempts=row.attempts + 1)
        except AlreadyMoved:
            return
    if row.state != State.RUNNING:
        return
    working = Working(row, now, workers)
    try:
        working.go()
        target = State.STOPPED if working.is_stopped else State.SOLVED
        move(row, target, by=None, at=now(), finished_at=now())
    except AlreadyMoved:
        return
    except NothingToPlan as no:
        fail_round(row, no.sentence, at=now())


def fail_round(row: MatchingRound, sentence: str, *, at: datetime) -> None:
    """End without a result; the sentence is for the coordinator."""
    move(row, State.FAILED, by=None, at=at, finished_at=at, problem_sentence=sentence)


class Working:
    """One worker at one round."""

    def __init__(self, row: MatchingRound, now: Clock, workers: int) -> None:
        self.row, self.now, self.workers = row, now, workers
        self.began, self.looked, self.reported = time.monotonic(), 0.0, 0.0
        self.is_stopped = False
        self.curve: list[list[float]] = []

    def go(self) -> None:
        """Plan, write the result, then find out what helps."""
        from volunteers.matching.assign import plan_round  # noqa: PLC0415 - OR-Tools takes seconds to load
        from volunteers.matching.assign.relax import what_helps  # noqa: PLC0415 - as above

        at = self.now()
        asked = round_of(self.row, at=at)
        if not asked.needs or not len(asked.people):
            raise NothingToPlan(_("Es gibt gerade keine offene Anfrage oder niemanden, der gehen könnte."))
        found = plan_round(
            asked,
            seconds=self.row.seconds,
            workers=self.workers,
            on_progress=self._report,
            should_stop=self._should_stop,
        )
        self._write(result=result_json(asked, found), progress=self._progress(found.value, found.bound))
        left = max(0.0, self.row.seconds - found.seconds)
        helps = what_helps(asked, found, seconds=min(left / 8, 3.0), should_stop=self._should_stop)
        told = [[as_data(one.sentence), one.served, one.people] for one in helps]
        self._write(result=self.row.result | {"help": told})

    def _report(self, value: int, bound: int) -> None:
        self.curve = [*self.curve, [round(time.monotonic() - self.began, 2), value]][-MARKS_KEPT:]
        if len(self.curve) == 1 or time.monotonic() - self.reported >= REPORT_EVERY:
            self.reported = time.monotonic()
            self._write(progress=self._progress(value, bound))

    def _progress(self, value: int, bound: int) -> dict[str, Any]:
        seconds = round(time.monotonic() - self.began, 1)
        return {"value": value, "bound": bound, "seconds": seconds, "curve": self.curve}

    def _write(self, **columns: Any) -> None:
        at = self.now()
        for name, value in columns.items():
            setattr(self.row, name, value)
        MatchingRound.objects.filter(pk=self.row.pk, state=State.RUNNING).update(heartbeat_at=at, **columns)

    def _should_stop(self) -> bool:
        if self.is_stopped or time.monotonic() - self.looked < LOOK_EVERY:
            return self.is_stopped
        self.looked = time.monotonic()
        running = MatchingRound.objects.filter(pk=self.row.pk, state=State.RUNNING, stop_asked_at=None)
        self.is_stopped = running.update(heartbeat_at=self.now()) != 1
        return self.is_stopped


def round_of(row: MatchingRound, *, at: datetime) -> Round:
    """The question of a round: all open requests and everybody who could go, in a constant number of queries."""
    from volunteers.matching.assign import Round, RoundWeights  # noqa: PLC0415 - OR-Tools takes seconds to load

    visits = list(visits_for_round(at=at))
    days = [day for day in round_days(at=at) if row.starts_on <= day <= row.ends_on]
    return Round(
        needs=tuple(needs_for(visits)),
        people=candidates(at=at),
        days=tuple(days),
        travel=EstimatedWays(),
        weights=RoundWeights(**round_weights()),
        extra=round_extra(visits, at=at),
    )


def result_json(asked: Round, found: Result) -> dict[str, Any]:
    """What the row keeps: keys, times and sentences with their numbers (`as_data`), nothing personal."""
    from volunteers.matching.assign.others import first_come, one_by_one  # noqa: PLC0415 - as above
    from volunteers.matching.assign.relax import why_left_out  # noqa: PLC0415 - as above

    needs = {need.key: need for need in asked.needs}
    people = {one.key: one for one in asked.people}
    missing = why_left_out(asked, found)
    return {
        "visits": [_visit_json(one, needs[one.need], people[one.candidate]) for one in found.assignments],
        "unserved": [[one.need, as_data(one.reason), as_data(one.change or ""), one.candidate] for one in missing],
        "asked": len(asked.needs),
        "served": len(found.assignments),
        "value": found.value,
        "bound": found.bound,
        "most_served": found.most_served,
        "first_come": len(one_by_one(asked, first_come).assignments),
        "seconds": found.seconds,
    }


def _visit_json(one: Assignment, need: Need, person: Candidate) -> dict[str, Any]:
    ways = EstimatedWays()
    metres = person.metres_to(ways, need.place)
    minutes = ways.minutes(person.mode, person.place, need.place)
    told = reasons(need, person, one.slot, metres=metres, minutes=minutes)
    starts_at = one.slot.start.isoformat()
    kept = [as_data(reason) for reason in told]
    return {"visit": one.need, "volunteer": one.candidate, "at": starts_at, "reasons": kept}


def sweep_rounds(*, at: datetime) -> int:
    """Look after rounds whose worker is dead; returns how many. What has a result is finished; else another worker
    begins once more, and then no other."""
    silent = MatchingRound.objects.filter(state=State.RUNNING, heartbeat_at__lt=at - SILENT_FOR)
    return sum(_sweep(row, at) for row in silent)


@transaction.atomic
def _sweep(row: MatchingRound, at: datetime) -> bool:
    same = MatchingRound.objects.filter(pk=row.pk, state=State.RUNNING, heartbeat_at=row.heartbeat_at)
    if not same.update(heartbeat_at=at):
        return False
    if row.result:
        move(row, State.SOLVED, by=None, at=at, finished_at=at)
    elif row.stop_asked_at is None and row.attempts < MOST_ATTEMPTS:
        MatchingRound.objects.filter(pk=row.pk).update(attempts=row.attempts + 1)
        defer_round(row.pk)
    else:
        fail_round(row, _("Die Runde wurde unterbrochen. Bitte starten Sie neu."), at=at)
    return True


# --- taken over -------------------------------------------------------------------------------------


@dataclass
class TakenOver:
    """How many are asked now, and what was left out: request and sentence."""

    asked: int = 0
    left_out: list[tuple[HomeVisit, str]] = field(default_factory=list)


def take_over(row: MatchingRound, *, chosen: Iterable[int], by: User, at: datetime) -> TakenOver:
    """Fix the date of each chosen request (primary keys) and ask the volunteer whom the round names; each on its own.

    What does not hold any more is left out with a sentence. Whoever is asked already is not asked twice, and counts.
    Refuses a round without a result (`RoundNotReady`).
    """
    if is_under_way(row) or not row.result:
        raise RoundNotReady(_("Diese Runde hat noch kein Ergebnis."))
    wanted = set(chosen)
    entries = {one["visit"]: one for one in row.result["visits"] if one["visit"] in wanted}
    visits = list(HomeVisit.objects.filter(pk__in=entries).select_related("client__address"))
    needs = {need.key: need for need in needs_for(visits)}
    volunteers = volunteers_by_id({one["volunteer"] for one in entries.values()})
    people = {one.key: one for one in candidates(at=at) if one.key in volunteers}
    taken = TakenOver()
    for visit in sorted(visits, key=lambda one: (entries[one.pk]["at"], one.pk)):
        entry = entries[visit.pk]
        key = entry["volunteer"]
        try:
            _ask(visit, needs[visit.pk], people.get(key), volunteers.get(key), entry, by=by, at=at)
            taken.asked += 1
        except Refused as no:
            taken.left_out.append((visit, no.sentence))
    return taken


@transaction.atomic
def _ask(
    visit: HomeVisit,
    need: Need,
    person: Candidate | None,
    volunteer: Volunteer | None,
    entry: dict[str, Any],
    *,
    by: User,
    at: datetime,
) -> None:
    starts_at = datetime.fromisoformat(entry["at"])
    if person is None or volunteer is None:
        raise ChangedMeanwhile(_("Diese Person ist gerade nicht dabei."))
    if _is_asked_already(visit, volunteer, starts_at):
        return
    if told := shortfalls(need, person, _slot(starts_at, visit), EstimatedWays()):
        raise ChangedMeanwhile(said(told[0].sentence))
    try:
        fix_slot(visit, starts_at=starts_at, by=by, at=at)
    except (AlreadyMoved, MoveNotAllowed) as error:
        visit.refresh_from_db()
        if _is_asked_already(visit, volunteer, starts_at):
            return
        raise ChangedMeanwhile(_("Diese Anfrage hat schon einen Termin oder ist erledigt.")) from error
    told_why = [from_data(reason) for reason in entry["reasons"]]
    waves.ask_first(visit, volunteers=[volunteer], reasons={volunteer.pk: told_why}, by=by, at=at)


def _is_asked_already(visit: HomeVisit, volunteer: Volunteer, starts_at: datetime) -> bool:
    is_same = visit.state == HomeVisit.State.SCHEDULED and visit.slot_starts_at == starts_at
    return is_same and visit.offers.filter(volunteer=volunteer, state=Offer.State.OPEN).exists()


def _slot(starts_at: datetime, visit: HomeVisit) -> Slot:
    start = local(starts_at)
    minute = start.hour * 60 + start.minute
    return Slot(start.date(), Window(minute, minute + visit.minutes))


# --- wishes of coordinators -------------------------------------------------------------------------


@transaction.atomic
def wish(visit: HomeVisit, *, volunteer: Volunteer, is_excluded: bool, by: User, at: datetime) -> RoundWish:
    """Not this person, or only this person: for the next round and for every suggestion. A second "only" replaces the
    first; the same twice is one."""
    HomeVisit.objects.select_for_update(no_key=True).get(pk=visit.pk)
    if not is_excluded:
        RoundWish.objects.filter(visit=visit, is_excluded=False).exclude(volunteer=volunteer).delete()
    columns = {"is_excluded": is_excluded, "by": by, "at": at}
    return RoundWish.objects.update_or_create(visit=visit, volunteer=volunteer, defaults=columns)[0]


def drop_wish(row: RoundWish) -> None:
    """Matching decides again."""
    RoundWish.objects.filter(pk=row.pk).delete()
