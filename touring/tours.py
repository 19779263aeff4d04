"""Tour plans: drafted, published, superseded. Old versions stay readable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import Period, local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.models import Transition
from lotsen.kernel.moves import begin, move
from lotsen.people.models import User
from touring import carrying, plan_notices, translate
from touring.concerned import concerned_by
from touring.editions import DraftHasMoved, NotADraft, lock_draft
from touring.locks import one_publisher_at_a_time
from touring.models import PlannedStop, PlanRun, Tour, TourPlan, TourStop, UnplannedStop
from touring.planning.evaluate import Verdict, evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Impossible, Pin, Problem
from touring.reasons import reasons_for
from touring.words import date_words

__all__ = [
    "DraftHasMoved",
    "DraftIsOutdated",
    "NotADraft",
    "PeriodIsPast",
    "PlanBreaksRules",
    "PlanInTheMiddle",
    "discard_draft",
    "figures_of",
    "make_draft",
    "publish_plan",
]
DISCARDED = "discarded"
"""Last word in the history of a draft that was thrown away."""


class PlanBreaksRules(Refused):
    """The plan cannot be driven as it stands; `sentences` says why, one a rule."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        self.sentences = sentences
        super().__init__(_("So kann der Plan nicht gelten: %(why)s") % {"why": " ".join(sentences[:3])})


class DraftIsOutdated(Refused):
    """Somebody has published another version meanwhile."""


class PlanInTheMiddle(Refused):
    """Another plan goes on before and after it."""


class PeriodIsPast(Refused):
    """The period is over."""


@transaction.atomic
def make_draft(
    problem: Problem,
    plan: Plan,
    *,
    by: User | None,
    at: datetime,
    pins: Mapping[str, Pin] | None = None,
    why: Mapping[str, str] | None = None,
    aim: str = TourPlan.Aim.BEST,
    run: PlanRun | None = None,
    measured: Mapping[str, int | None] | None = None,
) -> TourPlan:
    """Write a plan as the next version: its pattern with the reasons for it, and what is left out and why.

    Dates follow when it is published. `pins` by key of the stop; `why` are known reasons, else they are found here;
    `measured` are columns that a run knows better, such as `bound_seconds`: no plan costs less.
    """
    one_publisher_at_a_time()
    calendar = problem.calendar
    newest = TourPlan.objects.aggregate(newest=Max("version"))["newest"] or 0
    draft = TourPlan(
        version=newest + 1,
        starts_on=calendar.first,
        ends_on=calendar.last,
        cycle_weeks=calendar.cycle_weeks,
        cycle_anchor=calendar.anchor,
        based_on=_published_in(Period(calendar.first, calendar.last)).last(),
        created_at=at,
        created_by=by,
        changed_at=at,
        tolerance_minutes=(problem.time_tolerance or 0) // 60,
        aim=aim,
        run=run,
        **figures_of(evaluate(problem, plan)) | dict(measured or {}),
    )
    draft.save(force_insert=True)
    begin(draft, by=by, at=at)
    _write_rows(draft, problem, plan, pins or {}, why if why is not None else _reasons_there(problem, plan))
    return draft


def figures_of(verdict: Verdict) -> dict[str, int]:
    """What the judge says, as columns of a plan."""
    return {
        "driving_seconds": verdict.driving_seconds,
        "idle_seconds": verdict.idle_seconds,
        "violations": len(verdict.hard),
        "missed_wishes": verdict.missed_wishes,
        "unfairness": verdict.objective.unfairness,
        "cost_seconds": verdict.objective.cost,
    }


def _reasons_there(problem: Problem, plan: Plan) -> dict[str, str]:
    """Why each served stop stands there and then."""
    from touring.planning.explain import why_there  # noqa: PLC0415 - loads the search, which only a new plan needs

    return {key: why_there(problem, plan, key) for key in plan.placements}


def _write_rows(draft: TourPlan, problem: Problem, plan: Plan, pins: Mapping[str, Pin], why: Mapping[str, str]) -> None:
    reasons = translate.misfits(translate.active_stops()) | reasons_for(problem, plan)
    rows = translate.rows_of(draft, problem, plan, reasons, is_drivable=False)
    for row in rows.pattern:
        pin = pins.get(row.stop.key, Pin())
        row.why = why.get(row.stop.key, "")
        row.is_team_pinned, row.is_time_pinned = pin.team is not None, pin.start is not None
        row.is_weekday_pinned = pin.weekdays is not None
    PlannedStop.objects.bulk_create(rows.pattern)
    UnplannedStop.objects.bulk_create(rows.unplanned)


@transaction.atomic
def discard_draft(plan: TourPlan, *, by: User | None, at: datetime) -> None:
    """Throw a draft away; a line of history stays. Refuses what was ever published."""
    lock_draft(plan, None)
    about = {"subject_type": plan._meta.label_lower, "subject_id": str(plan.pk)}
    Transition.objects.create(**about, source=plan.state, target=DISCARDED, by=by, at=at)
    TourPlan.objects.filter(pk=plan.pk).delete()


@transaction.atomic
def publish_plan(plan: TourPlan, *, by: User | None, at: datetime, edition: int | None = None) -> TourPlan:
    """Make a draft what counts, end what counted before in its days, and tell everybody concerned, in one transaction.

    `edition`: as the reader saw it (`DraftHasMoved` where it is another one now). The judge looks at it as stops,
    teams and closing days are now (`PlanBreaksRules`). Refuses a draft that rests on another version than the
    published one (`DraftIsOutdated`), days that are over (`PeriodIsPast`), a gap in the middle of another plan
    (`PlanInTheMiddle`), and request stops that find no place (`carrying.HaltWithoutPlace`). Where it takes over from a
    plan in force, it does so from tomorrow.
    """
    one_publisher_at_a_time()
    lock_draft(plan, edition)
    others = list(_published_in(Period(plan.starts_on, plan.ends_on)).select_for_update(no_key=True))
    _refuse_outdated(plan, others)
    starts_on = _first_day(plan, others, at)
    verdict = _rewrite_tours(plan, starts_on)
    concerned = concerned_by(plan)
    for other in others:
        _end(other, starts_on, plan.ends_on, by=by, at=at)
    _move_to_published(plan, starts_on, verdict, by=by, at=at)
    carrying.carry_over(plan, others, by=by, at=at)
    plan_notices.tell_of_plan(plan, concerned, by=by, at=at)
    return plan


def _published_in(period: Period) -> QuerySet[TourPlan]:
    return TourPlan.objects.filter(
        state=TourPlan.State.PUBLISHED, starts_on__lte=period.end, ends_on__gte=period.start
    ).order_by("starts_on")


def _refuse_outdated(plan: TourPlan, others: list[TourPlan]) -> None:
    """Whoever drafted must have known every version that counts in these days."""
    newer = [other for other in others if other.published_at and other.published_at >= plan.created_at]
    if not newer:
        return
    newest = max(newer, key=lambda other: other.version)
    old = _("Fassung %(version)d") % {"version": plan.based_on.version} if plan.based_on else _("keiner Fassung")
    sentence = _("Ihr Entwurf beruht auf %(old)s. %(name)s hat Fassung %(new)d veröffentlicht. Bitte planen Sie neu.")
    raise DraftIsOutdated(sentence % {"old": old, "name": _publisher(newest), "new": newest.version})


def _publisher(plan: TourPlan) -> str:
    """Who published it, from the history of its moves."""
    moves = Transition.objects.filter(subject_type=plan._meta.label_lower, subject_id=str(plan.pk))
    last = moves.filter(target=TourPlan.State.PUBLISHED).select_related("by").order_by("at").last()
    return last.by.name if last and last.by else str(_("Jemand anderes"))


def _first_day(plan: TourPlan, others: list[TourPlan], at: datetime) -> date:
    """What is under way stays: a plan takes over from another one tomorrow at the earliest."""
    today = local_date(at)
    first = max(plan.starts_on, today + timedelta(days=1)) if others else plan.starts_on
    if plan.ends_on < today or first > plan.ends_on:
        raise PeriodIsPast(_("Der Zeitraum liegt in der Vergangenheit."))
    return first


def _rewrite_tours(plan: TourPlan, starts_on: date) -> Verdict:
    """Judge the pattern as things are now, and derive every date anew: closing days may have come since the draft."""
    pattern = translate.plan_of(plan)
    try:
        problem = translate.problem_for(
            Period(starts_on, plan.ends_on), anchor=plan.cycle_anchor, tolerance_minutes=plan.tolerance_minutes
        )
    except Impossible as impossible:
        raise PlanBreaksRules((impossible.sentence,)) from impossible
    verdict = evaluate(problem, pattern)
    if not verdict.is_feasible:
        raise PlanBreaksRules(tuple(violation.sentence for violation in verdict.hard))
    rows = translate.rows_of(plan, problem, pattern, {}, is_drivable=True)
    plan.tours.all().delete()
    Tour.objects.bulk_create(rows.tours)
    TourStop.objects.bulk_create(rows.halts)
    return verdict


def _end(other: TourPlan, starts_on: date, ends_on: date, *, by: User | None, at: datetime) -> None:
    """Let a plan end before, or begin after, the days of the new one; supersede it where nothing is left of it."""
    before, after = other.starts_on < starts_on, other.ends_on > ends_on
    if before and after:
        sentence = _("Fassung %(version)d gilt davor und danach. Bitte planen Sie bis zu ihrem Ende: %(date)s.")
        raise PlanInTheMiddle(sentence % {"version": other.version, "date": date_words(other.ends_on)})
    if not before and not after:
        move(other, TourPlan.State.SUPERSEDED, by=by, at=at, changed_at=at)
        return
    if before:
        other.ends_on = starts_on - timedelta(days=1)
    else:
        other.starts_on = ends_on + timedelta(days=1)
    other.changed_at = at
    other.save(update_fields=["starts_on", "ends_on", "changed_at"])


def _move_to_published(plan: TourPlan, starts_on: date, verdict: Verdict, *, by: User | None, at: datetime) -> None:
    """The constraint "one published plan a day" is the last word on two publishers at once."""
    try:
        with transaction.atomic():
            changes = {"starts_on": starts_on, "published_at": at, "changed_at": at, **figures_of(verdict)}
            move(plan, TourPlan.State.PUBLISHED, by=by, at=at, **changes)
    except IntegrityError as error:
        if "one_published_plan_a_day" not in str(error):
            raise
        raise DraftIsOutdated(_("Jemand anderes hat gerade veröffentlicht. Bitte planen Sie neu.")) from error
