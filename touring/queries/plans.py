"""Plans and runs for the coordinator: the lists."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from lotsen.people.models import User
from touring.models import PlanRun, TourPlan
from touring.rules import can_plan

SHOWN = 30


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
