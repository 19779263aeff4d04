"""The ten best places for one stop, and why it has none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from touring import problems
from touring.forms import fields_of
from touring.models import Stop, TourPlan
from touring.planning.explain import smallest_change, unserved_with_reasons
from touring.planning.insert import Place, best_places
from touring.planning.plan import Plan
from touring.planning.problem import Impossible, Job, Placement, Problem
from touring.queries.board import place_words
from touring.rules import is_draft
from touring.views.asked import Asked
from touring.views.board import coordinator, plan_or_404

TEN = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """One place as the page shows it. `can_take`: nothing else has to move for it."""

    words: str
    fields: list[tuple[str, str]]
    extra_driving: int
    changes: int
    soft: list[str]
    moves: list[str]
    is_now: bool

    @property
    def can_take(self) -> bool:
        """May it be taken with one press?"""
        return not self.moves and not self.is_now


@coordinator
@require_safe
def places(request: HttpRequest, version: int, key: str) -> HttpResponse:
    """Ten places for a stop of a draft, each with its cost; for one without a place also the reasons."""
    plan = plan_or_404(request, version)
    stop = get_object_or_404(Stop.objects.select_related("address"), key=key, is_active=True)
    if not is_draft(plan):
        return redirect("touring:plan", plan.version)
    context: dict[str, Any] = {"plan": plan, "stop": stop, "asked": Asked(halt=stop.key)}
    return TemplateResponse(request, "touring/places.html", context | _found(plan, stop))


def _found(plan: TourPlan, stop: Stop) -> dict[str, Any]:
    rows = problems.pattern_of(plan)
    known = plan.unplanned.filter(stop=stop).values_list("reason", flat=True).first()
    try:
        problem = problems.problem_behind(plan, problems.pins_of(rows))
    except Impossible as impossible:
        return {"reason": impossible.sentence}
    job = problem.job(stop.key)
    if job is None:
        if known is None:
            raise Http404
        return {"reason": known}
    pattern = problems.as_plan(rows, problem)
    now = pattern.placements.get(job.key)
    found = [_shown(problem, job, place, now) for place in best_places(problem, pattern, job, limit=TEN)]
    return {
        "places": found,
        "now": place_words(problem, job, now) if now else "",
    } | ({} if now else _why_not(problem, pattern, job, known or ""))


def _why_not(problem: Problem, pattern: Plan, job: Job, known: str) -> dict[str, Any]:
    """Reasons for each team and day, and the smallest change that would help."""
    named = {team.key: team.name for team in problem.teams}
    unserved = next((one for one in unserved_with_reasons(problem, pattern) if one.job == job.key), None)
    remedy = smallest_change(problem, pattern, job.key)
    against = unserved.against if unserved else ()
    return {
        "reason": unserved.sentence if unserved else known,
        "remedies": [remedy.sentence] if remedy else [],
        "against": [
            {"weekday": one.weekday, "team_name": named.get(one.team, one.team), "sentence": one.sentence}
            for one in against
        ],
    }


def _shown(problem: Problem, job: Job, place: Place, now: Placement | None) -> Shown:
    assert isinstance(place.placed, Placement)
    return Shown(
        place_words(problem, job, place.placed),
        fields_of(place.placed),
        place.extra_driving,
        place.changes,
        list(dict.fromkeys(violation.sentence for violation in place.soft)),
        list(_moves(problem, place)),
        place.placed == now,
    )


def _moves(problem: Problem, place: Place) -> Iterator[str]:
    for move in place.moves:
        other = problem.job(move.job)
        if other is not None:
            words = {"stop": other.name, "place": place_words(problem, other, move.after)}
            yield _("Dafür zieht zuerst %(stop)s um: %(place)s.") % words
