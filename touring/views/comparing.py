"""Alternatives side by side: the same figures for each, and what is different in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.kernel.calendar import Period
from touring import problems, proposals, translate
from touring.models import TourPlan
from touring.planning.differences import differences
from touring.planning.problem import Impossible
from touring.queries.plans import served_of
from touring.words import bound_words, hours_words

TITLES = {
    TourPlan.Aim.BEST: gettext_lazy("Ausgewogen"),
    TourPlan.Aim.CHANGES: gettext_lazy("Wenigste Änderungen"),
    TourPlan.Aim.DRIVING: gettext_lazy("Kürzeste Fahrt"),
    TourPlan.Aim.EVEN: gettext_lazy("Gleichmäßigste Teams"),
}
SENTENCES = 5


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the plans to choose from."""

    plan: TourPlan
    driving: str
    changed: int
    left_out: int
    bound: str
    differences: tuple[str, ...]

    @property
    def title(self) -> str:
        """What it is best at."""
        return str(TITLES[TourPlan.Aim(self.plan.aim)])


def alternatives_of(plans: Sequence[TourPlan]) -> list[Alternative]:
    """What the coordinator compares; differences are against what people know, else against the first plan."""
    if not plans:
        return []
    served = served_of(plans)
    known = translate.plan_before(Period(plans[0].starts_on, plans[0].ends_on))
    return [_alternative(plan, known or plans[0], served[plan.pk][1]) for plan in plans]


def _alternative(plan: TourPlan, known: TourPlan, left_out: int) -> Alternative:
    said = _differences(known, plan) if known.pk != plan.pk else []
    more = [_("Und %(n)d weitere.") % {"n": len(said) - SENTENCES}] if len(said) > SENTENCES else []
    return Alternative(
        plan,
        hours_words(plan.driving_seconds),
        len(proposals.changes_of(plan)),
        left_out,
        bound_words(plan.cost_seconds, plan.bound_seconds),
        (*said[:SENTENCES], *more),
    )


def _differences(known: TourPlan, plan: TourPlan) -> list[str]:
    """In words, stop by stop; nothing where the days cannot be planned at all any more."""
    try:
        problem = problems.problem_behind(plan)
    except Impossible:
        return []
    before, after = (problems.as_plan(problems.pattern_of(one), problem) for one in (known, plan))
    return [one.sentence for one in differences(problem, before, after)]
