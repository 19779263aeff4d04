"""Plans and runs for the coordinator: the lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from lotsen.people.models import User
from touring.models import DraftStep, PlanRun, PlanRunPart, TourPlan
from touring.rules import can_plan, is_under_way

SHOWN = 30
STEPS_SHOWN = 5


def visible_plans(user: User) -> QuerySet[TourPlan]:
    """Every version, for those who plan."""
    plans = TourPlan.objects.select_related("created_by", "based_on").order_by("-version")
    return plans if can_plan(user) else plans.none()


def visible_runs(user: User) -> QuerySet[PlanRun]:
    """Every run, for those who plan."""
    runs = PlanRun.objects.select_related("requested_by", "plan").order_by("-requested_at")
    return runs if can_plan(user) else runs.none()


def overview(user: User) -> tuple[list[TourPlan], list[PlanRun]]:
    """The newest plans with `served` and `left_out`, and the newest runs; two queries."""
    plans = visible_plans(user).annotate(
        served=Count("pattern__stop", distinct=True), left_out=Count("unplanned", distinct=True)
    )
    return list(plans[:SHOWN]), list(visible_runs(user)[:SHOWN])


def under_way() -> PlanRun | None:
    """The run that goes on, if one does."""
    return PlanRun.objects.filter(state__in=[PlanRun.State.QUEUED, PlanRun.State.RUNNING]).first()


@dataclass(frozen=True, slots=True)
class History:
    """What was done to a draft by hand: the last steps, newest first, and which one undo and redo mean."""

    steps: Sequence[DraftStep] = ()
    undoable: DraftStep | None = None
    redoable: DraftStep | None = None


def history_of(plan: TourPlan) -> History:
    """The last steps of a draft; one query."""
    steps = list(DraftStep.objects.filter(plan=plan).select_related("by", "touched_by").order_by("number"))
    done = [step for step in steps if step.undone_at is None]
    undone = [step for step in steps if step.undone_at is not None and not step.is_overtaken]
    latest = sorted(steps, key=lambda step: step.edition, reverse=True)[:STEPS_SHOWN]
    return History(latest, done[-1] if done else None, undone[0] if undone else None)


def siblings_of(plan: TourPlan) -> list[TourPlan]:
    """The drafts that one run made to choose from, this one among them; none where there is nothing to compare."""
    if plan.run_id is None:
        return []
    found = list(TourPlan.objects.filter(run=plan.run_id).order_by("version"))
    return found if len(found) > 1 else []


def parts_of(run: PlanRun) -> tuple[int, int] | None:
    """Of a large run's round: how many districts are searched already, and how many there are; one query."""
    if run.round is None or not is_under_way(run):
        return None
    parts = PlanRunPart.objects.filter(run=run, round=run.round)
    counted = parts.aggregate(all=Count("pk"), still=Count("pk", filter=Q(state__in=["queued", "running"])))
    return counted["all"] - counted["still"], counted["all"]


def served_of(plans: Sequence[TourPlan]) -> dict[int, tuple[int, int]]:
    """How many stops each plan serves and leaves out; one query."""
    counted = TourPlan.objects.filter(pk__in=[plan.pk for plan in plans]).annotate(
        served=Count("pattern__stop", distinct=True), left_out=Count("unplanned", distinct=True)
    )
    return {plan.pk: (plan.served, plan.left_out) for plan in counted}
