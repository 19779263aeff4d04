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
from touring import carrying, translate
from touring.locks import one_publisher_at_a_time
from touring.models import PlannedStop, Tour, TourPlan, TourStop, UnplannedStop
from touring.planning.evaluate import Verdict, evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Impossible, Problem
from touring.reasons import reasons_for
from touring.rules import is_draft
from touring.words import date_words


class PlanBreaksRules(Refused):
    """The plan cannot be driven as it stands; `sentences` says why, one a rule."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        self.sentences = sentences
        super().__init__(_("So kann der Plan nicht gelten: %(why)s") % {"why": " ".join(sentences[:3])})


class DraftIsOutdated(Refused):
    """Somebody has published another version meanwhile."""


class NotADraft(Refused):
    """Only a draft is published or thrown away."""


class PlanInTheMiddle(Refused):
    """Another plan goes on before and after it."""


class PeriodIsPast(Refused):
    """The period is over."""


@transaction.atomic
def make_draft(problem: Problem, plan: Plan, *, by: User | None, at: datetime) -> TourPlan:
    """Write a plan as the next version: pattern, what is left out and why, and every tour of the period."""
    one_publisher_at_a_time()
    calendar = problem.calendar
    verdict = evaluate(problem, plan)
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
        **_figures(verdict),
    )
    draft.save(force_insert=True)
    begin(draft, by=by, at=at)
    reasons = translate.misfits(translate.active_stops()) | reasons_for(problem, plan)
    _write_rows(draft, problem, plan, reasons, verdict)
    return draft


def _figures(verdict: Verdict) -> dict[str, int]:
    return {
        "driving_seconds": verdict.driving_seconds,
        "idle_seconds": verdict.idle_seconds,
        "violations": len(verdict.hard),
        "missed_wishes": verdict.missed_wishes,
    }


def _write_rows(draft: TourPlan, problem: Problem, plan: Plan, reasons: Mapping[str, str], verdict: Verdict) -> None:
    rows = translate.rows_of(draft, problem, plan, reasons, is_drivable=verdict.is_feasible)
    PlannedStop.objects.bulk_create(rows.pattern)
    UnplannedStop.objects.bulk_create(rows.unplanned)
    Tour.objects.bulk_create(rows.tours)
    TourStop.objects.bulk_create(rows.halts)


@transaction.atomic
def discard_draft(plan: TourPlan, *, by: User, at: datetime) -> None:
    """Throw a draft away. `by` and `at` are kept in the run that made it. Refuses what was ever published."""
    if not is_draft(plan):
        raise NotADraft(_("Fassung %(version)d ist kein Entwurf mehr.") % {"version": plan.version})
    TourPlan.objects.filter(pk=plan.pk, state=TourPlan.State.DRAFT).delete()


@transaction.atomic
def publish_plan(plan: TourPlan, *, by: User | None, at: datetime) -> TourPlan:
    """Make a draft what counts, and end what counted before in its days, in one transaction.

    The judge looks at it as stops, teams and closing days are now (`PlanBreaksRules`). Refuses a draft that rests on
    another version than the published one (`DraftIsOutdated`), days that are over (`PeriodIsPast`), a gap in the
    middle of another plan (`PlanInTheMiddle`), and request stops that find no place (`carrying.HaltWithoutPlace`);
    people named on request stops whose time changes are told. Where it takes over from a plan in force, it does so
    from tomorrow.
    """
    one_publisher_at_a_time()
    if not is_draft(plan):
        raise NotADraft(_("Fassung %(version)d ist kein Entwurf mehr.") % {"version": plan.version})
    others = list(_published_in(Period(plan.starts_on, plan.ends_on)).select_for_update(no_key=True))
    _refuse_outdated(plan, others)
    starts_on = _first_day(plan, others, at)
    verdict = _rewrite_tours(plan, starts_on)
    for other in others:
        _end(other, starts_on, plan.ends_on, by=by, at=at)
    _move_to_published(plan, starts_on, verdict, by=by, at=at)
    carrying.carry_over(plan, others, by=by, at=at)
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
        problem = translate.problem_for(Period(starts_on, plan.ends_on), anchor=plan.cycle_anchor)
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
            changes = {"starts_on": starts_on, "published_at": at, "changed_at": at, **_figures(verdict)}
            move(plan, TourPlan.State.PUBLISHED, by=by, at=at, **changes)
    except IntegrityError as error:
        if "one_published_plan_a_day" not in str(error):
            raise
        raise DraftIsOutdated(_("Jemand anderes hat gerade veröffentlicht. Bitte planen Sie neu.")) from error
