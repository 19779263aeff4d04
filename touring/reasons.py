"""Why a stop is not in the plan, as a sentence for the coordinator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from touring.planning.evaluate import evaluate
from touring.planning.plan import Plan
from touring.planning.problem import Job, Placement, Problem


def reasons_for(problem: Problem, plan: Plan) -> dict[str, str]:
    """A sentence for each stop of the problem that the plan does not serve, by its key."""
    jobs: Mapping[str, Job] = {job.key: job for job in problem.jobs}
    return {key: _reason(problem, jobs[key]) for key in jobs if key not in plan.placements}


def _reason(problem: Problem, job: Job) -> str:
    alone = replace(problem, jobs=(job,), published={})
    broken: dict[str, str] = {}
    for placed in _placements(alone, job):
        hard = evaluate(alone, Plan({job.key: placed})).hard
        if not hard:
            return _("%(stop)s passt in keinen Tag: Zu den Öffnungszeiten sind alle Teams schon anderswo.") % {
                "stop": job.name
            }
        broken.setdefault(hard[0].code, hard[0].sentence)
    if not broken:
        return _("%(stop)s passt in keinen Tag: Offen ist nur, wenn kein Team Dienst hat.") % {"stop": job.name}
    sentence = _("%(stop)s passt in keinen Tag, auch nicht allein. %(why)s")
    return sentence % {"stop": job.name, "why": next(iter(broken.values()))}


def _placements(problem: Problem, job: Job) -> Iterator[Placement]:
    """Some places for one stop alone: each team and choice of weekdays, every half hour of the common opening."""
    for team in problem.teams:
        on_duty = tuple(day for day in sorted(job.opening) if problem.shift(team.key, day))
        for weekdays in job.pattern.weekday_sets(on_duty):
            for window in job.opening[weekdays[0]]:
                last = window.end - job.duration
                starts = [*range(-(-window.start // problem.step) * problem.step, last + 1, 1800)]
                for start in starts:
                    yield Placement(team.key, weekdays, 0, start)
