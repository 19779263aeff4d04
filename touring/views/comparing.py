"""Alternatives side by side: the same figures for each, and what is different in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lotsen.kernel.calendar import Period
from touring import problems, proposals, translate
from touring.models import PlanRun, TourPlan
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


@dataclass(frozen=True, slots=True)
class Further:
    """One change more than the one before: how many stops are changed then, and what it brings."""

    changes: int
    driving: str
    words: str


def further_of(run: PlanRun | None, plan: TourPlan | None) -> list[Further]:
    """What each further change would save, in words; nothing while it is not known, or once the plan was changed."""
    if run is None or plan is None or run.plan_id != plan.pk or plan.edition:
        return []
    rows = list(run.savings)
    return [
        Further(changes, hours_words(driving), _further_words(n, saved, rows[n - 1][3] - left_out))
        for n, (changes, driving, saved, left_out) in enumerate(rows)
        if n
    ]


def _further_words(more: int, saved: int, served_more: int) -> str:
    """Writes "Mit einer Änderung mehr: 12 Minuten Fahrt weniger"; the second one on is compared with the one before."""
    if served_more > 0:
        sentence = ngettext("%(n)d Haltestelle mehr versorgt", "%(n)d Haltestellen mehr versorgt", served_more)
        what = sentence % {"n": served_more}
    elif saved >= 60:
        minutes = saved // 60
        what = ngettext("%(n)d Minute Fahrt weniger", "%(n)d Minuten Fahrt weniger", minutes) % {"n": minutes}
    else:
        what = _("keine Ersparnis gefunden")
    begin = _("Mit einer Änderung mehr") if more == 1 else _("Mit noch einer mehr")
    return f"{begin}: {what}."


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
