"""Changes of a draft by hand: move, leave out, pin, undo, redo. Each is one step with a sentence.

Every verb is told which edition its reader saw, and refuses with `DraftHasMoved` where somebody changed it since.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, local_date
from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from touring import problems, translate
from touring.editions import DraftHasMoved, NotADraft, lock_draft, step_words, steps_since
from touring.models import DraftStep, PlannedStop, Stop, Team, ToldByPhone, TourPlan, UnplannedStop
from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import DAY, Impossible, Placement, Problem
from touring.problems import clock_at
from touring.proposals import newly_hard
from touring.tours import PeriodIsPast, figures_of, make_draft
from touring.words import placement_words

__all__ = [
    "BreaksRules",
    "DraftHasMoved",
    "NotADraft",
    "NothingChanges",
    "NothingToRedo",
    "NothingToUndo",
    "StepIsStale",
    "StopWithoutPlace",
    "TimesDiffer",
    "draft_from",
    "move_stop",
    "redo",
    "set_pins",
    "step_words",
    "steps_since",
    "undo",
]

Rows = list[PlannedStop]


class BreaksRules(Refused):
    """The place breaks rules that were kept before; `sentences` says which, one a rule."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(" ".join(self.sentences))


class NothingChanges(Refused):
    """The stop stands there already."""


class NothingToUndo(Refused):
    """No step is left."""


class NothingToRedo(Refused):
    """Nothing was undone, or a newer step stands in its place."""


class StepIsStale(Refused):
    """A team or a stop of the step is gone."""


class StopWithoutPlace(Refused):
    """Only a stop with a place can be pinned."""


class TimesDiffer(Refused):
    """A time can be pinned only where it is the same every week."""


@transaction.atomic
def move_stop(
    plan: TourPlan,
    stop: Stop,
    *,
    placed: Placement | None,
    edition: int,
    by: User | None,
    at: datetime,
    force: bool = False,
) -> DraftStep:
    """Put a stop elsewhere, in, or out (`placed` None) of a draft.

    Refuses what breaks a hard rule that was kept before (`BreaksRules`, a pin is such a rule), unless `force`; a place
    that no row can hold is refused always. Times in seconds, weekdays from 0, as in the planning core.
    """
    lock_draft(plan, edition)
    rows = problems.pattern_of(plan)
    here = [row for row in rows if row.stop_id == stop.pk]
    if (translate.placement_of(here) if here else None) == placed:
        raise NothingChanges(_("%(stop)s steht schon so im Plan.") % {"stop": stop.name})
    broken = _newly_broken(plan, rows, stop, placed)
    if broken and not (force and _can_be_kept(placed)):
        raise BreaksRules(broken)
    new = _rows(plan, stop, placed, here) if placed else []
    return _step(plan, stop, _moved_words(stop, here, new), new, _reason(stop, placed, by), by=by, at=at)


@transaction.atomic
def set_pins(
    plan: TourPlan, stop: Stop, *, team: bool, weekday: bool, time: bool, edition: int, by: User | None, at: datetime
) -> DraftStep:
    """Pin what a run must keep of a stop's place, or let it go. Refuses a stop without a place (`StopWithoutPlace`),
    a time that is not the same every week (`TimesDiffer`), and a pin that no plan can keep, such as to a weekday on
    which the stop or the team rests (`BreaksRules`)."""
    lock_draft(plan, edition)
    rows = list(plan.pattern.filter(stop=stop).select_related("team", "stop").order_by("weekday"))
    if not rows:
        raise StopWithoutPlace(_("%(stop)s steht nicht im Plan. Bitte zuerst einplanen.") % {"stop": stop.name})
    if time and any(row.other_starts for row in rows):
        sentence = _("%(stop)s beginnt nicht jede Woche zur selben Zeit. Bitte zuerst auf eine feste Uhrzeit legen.")
        raise TimesDiffer(sentence % {"stop": stop.name})
    pins = {"is_team_pinned": team, "is_weekday_pinned": weekday, "is_time_pinned": time}
    if all(getattr(rows[0], name) == value for name, value in pins.items()):
        raise NothingChanges(_("%(stop)s ist schon so angeheftet.") % {"stop": stop.name})
    new = [_copy(row, plan, **pins) for row in rows]
    _refuse_pins_that_no_plan_keeps(plan, rows, pins)
    return _step(plan, stop, _pinned_words(stop, team=team, weekday=weekday, time=time), new, None, by=by, at=at)


@transaction.atomic
def undo(plan: TourPlan, *, edition: int, by: User | None, at: datetime) -> DraftStep:
    """Take the last step back."""
    lock_draft(plan, edition)
    step = DraftStep.objects.filter(plan=plan, undone_at=None).order_by("number").last()
    if step is None:
        raise NothingToUndo(_("Es gibt nichts rückgängig zu machen."))
    _put(plan, step.before)
    return _touch(plan, step, undone_at=at, by=by, at=at)


@transaction.atomic
def redo(plan: TourPlan, *, edition: int, by: User | None, at: datetime) -> DraftStep:
    """Do again what was undone last."""
    lock_draft(plan, edition)
    step = DraftStep.objects.filter(plan=plan, undone_at__isnull=False, is_overtaken=False).order_by("number").first()
    if step is None:
        raise NothingToRedo(_("Es gibt nichts zu wiederholen."))
    _put(plan, step.after)
    return _touch(plan, step, undone_at=None, by=by, at=at)


@transaction.atomic
def draft_from(version: TourPlan, *, by: User | None, at: datetime, last: date | None = None) -> TourPlan:
    """A new draft like any version, with its pins, for what is left of its days, from tomorrow at the earliest.

    `last` is another last day, for a version that was cut short by the next one. Stops and teams that are gone
    meanwhile are left out. Refuses days that are over (`PeriodIsPast`).
    """
    first, last = max(version.starts_on, local_date(at) + timedelta(days=1)), last or version.ends_on
    if last < first:
        sentence = _("Die Zeit von Fassung %(version)d ist vorbei. Bitte wählen Sie einen neuen Zeitraum.")
        raise PeriodIsPast(sentence % {"version": version.version})
    rows = problems.pattern_of(version)
    try:
        problem = translate.problem_for(
            Period(first, last), anchor=version.cycle_anchor, tolerance_minutes=version.tolerance_minutes
        )
    except Impossible as impossible:
        raise BreaksRules([impossible.sentence]) from impossible
    teams = {team.key for team in problem.teams}
    kept = [row for row in rows if row.team.key in teams]
    why = {row.stop.key: row.why for row in kept if row.why}
    pins = problems.pins_of(kept)
    return make_draft(problem, problems.as_plan(kept, problem), pins=pins, why=why, aim=version.aim, by=by, at=at)


# --- what a place breaks ----------------------------------------------------------------------------


def _newly_broken(plan: TourPlan, rows: Rows, stop: Stop, placed: Placement | None) -> list[str]:
    """Sentences of hard rules that this place breaks and the draft did not break before."""
    if placed is None:
        pinned = _("%(stop)s ist angeheftet. Erst lösen, dann herausnehmen.") % {"stop": stop.name}
        return [pinned] if _is_pinned(rows, stop) else []
    problem = _problem(plan, rows)
    before = problems.as_plan(rows)
    after = Plan({**before.placements, stop.key: placed})
    new = newly_hard(evaluate(problem, before), evaluate(problem, after))
    return [violation.sentence for violation in new]


def _refuse_pins_that_no_plan_keeps(plan: TourPlan, rows: Rows, pins: dict[str, bool]) -> None:
    """A weekday on which the stop is closed or the team has no duty, a time outside of the hours."""
    stop, placed = rows[0].stop, translate.placement_of(rows)
    wanted = [row for row in (copy(row) for row in rows) if any(pins.values())]
    for row in wanted:
        for name, value in pins.items():
            setattr(row, name, value)
    if not wanted:
        return
    problem = _problem(plan, wanted)
    if problem.job(stop.key) is None:
        return
    here = [one for one in evaluate(problem, Plan({stop.key: placed})).hard if one.job == stop.key]
    broken = [one.sentence for one in here if one.code in CLOSED]
    if broken:
        raise BreaksRules([_("So lässt es sich nicht anheften."), *broken])


CLOSED = ("shift_none", "opening_day", "opening_start", "opening_end", "team")
"""Rules that a pinned place breaks whatever the other stops do."""


def _is_pinned(rows: Rows, stop: Stop) -> bool:
    here = [row for row in rows if row.stop_id == stop.pk]
    return any(row.is_team_pinned or row.is_weekday_pinned or row.is_time_pinned for row in here)


def _problem(plan: TourPlan, rows: Rows) -> Problem:
    try:
        return problems.problem_behind(plan, problems.pins_of(rows))
    except Impossible as impossible:
        raise BreaksRules([impossible.sentence]) from impossible


def _can_be_kept(placed: Placement | None) -> bool:
    """Can rows hold this place, whatever the rules say?"""
    if placed is None:
        return True
    days = placed.weekdays
    is_day = bool(days) and len(set(days)) == len(days) and set(days) <= set(range(7))
    return is_day and 0 <= placed.start < DAY and Team.objects.filter(key=placed.team).exists()


# --- rows -------------------------------------------------------------------------------------------


def _rows(plan: TourPlan, stop: Stop, placed: Placement, old: Rows) -> Rows:
    """New rows of a stop; pins go along."""
    team = Team.objects.get(key=placed.team)
    end = placed.start + 60 * stop.duration_minutes
    if end >= DAY:
        raise BreaksRules([_("%(stop)s muss am selben Tag enden.") % {"stop": stop.name}])
    pins = {name: getattr(old[0], name) for name in PINS} if old else {}
    return [
        PlannedStop(
            plan=plan,
            stop=stop,
            team=team,
            weekday=weekday,
            phase=placed.phase,
            starts_at=clock_at(placed.start),
            ends_at=clock_at(end),
            why=_("Von Hand hierher gelegt."),
            **pins,
        )
        for weekday in sorted(placed.weekdays)
    ]


PINS = ("is_team_pinned", "is_weekday_pinned", "is_time_pinned")
KEPT = ("team_id", "weekday", "phase", "starts_at", "ends_at", "other_starts", "why", *PINS)


def _copy(row: PlannedStop, plan: TourPlan, **changes: Any) -> PlannedStop:
    fields = {name: getattr(row, name) for name in KEPT} | changes
    return PlannedStop(plan=plan, stop_id=row.stop_id, **fields)


def _snapshot(stop_id: int, rows: Rows, reason: str | None) -> dict[str, Any]:
    """Rows of one stop as JSON; `reason` where it is left out."""
    return {
        "stop": stop_id,
        "rows": [{name: _plain(getattr(row, name)) for name in KEPT} for row in rows],
        "reason": reason,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _put(plan: TourPlan, snapshot: dict[str, Any]) -> None:
    """Make the rows of one stop what a snapshot says. Refuses one whose stop or teams are gone."""
    stop, teams = snapshot["stop"], {row["team_id"] for row in snapshot["rows"]}
    if not Stop.objects.filter(pk=stop).exists() or Team.objects.filter(pk__in=teams).count() < len(teams):
        raise StepIsStale(_("Die Haltestelle oder das Team gibt es nicht mehr."))
    if _places_of(snapshot["rows"]) != _places_of(
        _snapshot(stop, list(plan.pattern.filter(stop_id=stop)), None)["rows"]
    ):
        ToldByPhone.objects.filter(plan=plan, stop_id=stop).delete()  # they were told of another time
    plan.pattern.filter(stop_id=stop).delete()
    plan.unplanned.filter(stop_id=stop).delete()
    PlannedStop.objects.bulk_create(PlannedStop(plan=plan, stop_id=stop, **row) for row in snapshot["rows"])
    if snapshot["reason"] is not None:
        UnplannedStop.objects.create(plan=plan, stop_id=stop, reason=snapshot["reason"])


def _places_of(rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What the people at a stop were told: days, weeks and times."""
    names = ("weekday", "phase", "starts_at", "ends_at")
    return sorted((*(row.get(name) for name in names), row.get("other_starts") or []) for row in rows)


def _reason(stop: Stop, placed: Placement | None, by: User | None) -> str | None:
    return None if placed else _("%(stop)s wurde von Hand herausgenommen.") % {"stop": stop.name}


# --- steps ------------------------------------------------------------------------------------------


def _step(
    plan: TourPlan, stop: Stop, sentence: str, rows: Rows, reason: str | None, *, by: User | None, at: datetime
) -> DraftStep:
    """Write the change and its step; what was undone before can no longer be redone."""
    old = list(plan.pattern.filter(stop=stop).order_by("weekday"))
    left_out = plan.unplanned.filter(stop=stop).values_list("reason", flat=True).first()
    before, after = _snapshot(stop.pk, old, left_out), _snapshot(stop.pk, rows, reason)
    DraftStep.objects.filter(plan=plan, undone_at__isnull=False).update(is_overtaken=True)
    _put(plan, after)
    step = DraftStep(
        plan=plan, number=plan.edition + 1, sentence=sentence[:300], before=before, after=after, by=by, at=at
    )
    step.save(force_insert=True)
    return _touch(plan, step, undone_at=None, by=by, at=at)


def _touch(plan: TourPlan, step: DraftStep, *, undone_at: datetime | None, by: User | None, at: datetime) -> DraftStep:
    """Count the edition, on the plan and the step that was done, undone or redone; and judge the draft anew."""
    step.undone_at, step.edition, step.touched_by, step.touched_at = undone_at, plan.edition + 1, by, at
    step.save(update_fields=["undone_at", "edition", "touched_by", "touched_at"])
    changes = {"edition": plan.edition + 1, "changed_at": at, **_figures(plan, step)}
    TourPlan.objects.filter(pk=plan.pk).update(**changes)
    for name, value in changes.items():
        setattr(plan, name, value)
    return step


def _figures(plan: TourPlan, step: DraftStep) -> dict[str, Any]:
    """Of the pattern as it is now; nothing where none can be judged. A bound holds for plans that serve the same."""
    rows = problems.pattern_of(plan)
    try:
        verdict = evaluate(problems.problem_behind(plan, problems.pins_of(rows)), problems.as_plan(rows))
    except Impossible:
        return {}
    serves_the_same = bool(step.before["rows"]) == bool(step.after["rows"])
    return figures_of(verdict) | ({} if serves_the_same else {"bound_seconds": None})


def _moved_words(stop: Stop, before: Rows, after: Rows) -> str:
    return f"{stop.name}: {placement_words(before, after)} → {placement_words(after, before)}"


def _pinned_words(stop: Stop, *, team: bool, weekday: bool, time: bool) -> str:
    words = [word for word, is_set in ((_("Team"), team), (_("Wochentag"), weekday), (_("Uhrzeit"), time)) if is_set]
    if not words:
        return _("%(stop)s: nicht mehr angeheftet") % {"stop": stop.name}
    return _("%(stop)s: %(parts)s angeheftet") % {"stop": stop.name, "parts": ", ".join(words)}
