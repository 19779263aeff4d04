"""Who may plan, and what stands in the way of it, as predicates; views and verbs ask the same ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from lotsen.people.models import Role, User
from touring.models import PlanRun, Rhythm, TourPlan, TourStop

WEEKS_BETWEEN = {Rhythm.TWICE_A_WEEK: 1, Rhythm.WEEKLY: 1, Rhythm.EVERY_2_WEEKS: 2, Rhythm.EVERY_4_WEEKS: 4}
"""Every how many weeks a stop is served."""

SILENT_FOR = timedelta(seconds=30)
"""A run whose worker has said nothing for so long is taken for dead; it says something every second."""

PERMIT_WARNING = timedelta(weeks=6)
"""So long before its end a permit is to be renewed."""


def can_plan(user: User) -> bool:
    """Coordinators plan, publish, and say what is different."""
    return user.has_role(Role.COORDINATOR)


def is_draft(plan: TourPlan) -> bool:
    """Only a draft can be published or thrown away."""
    return plan.state == TourPlan.State.DRAFT


def is_under_way(run: PlanRun) -> bool:
    """Queued or running."""
    return run.state in (PlanRun.State.QUEUED, PlanRun.State.RUNNING)


def is_silent(run: PlanRun, at: datetime) -> bool:
    """Running, but its worker is dead."""
    return run.state == PlanRun.State.RUNNING and (run.heartbeat_at is None or run.heartbeat_at < at - SILENT_FOR)


def is_over(halt: TourStop, at: datetime) -> bool:
    """The halt has ended."""
    return halt.ends_at <= at
