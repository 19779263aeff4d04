"""Planning: plans and runs, the progress of a run, a plan with its board, publishing."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lotsen.kernel.calendar import local_date, next_quarter
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from touring import runs, translate
from touring.forms import RunForm
from touring.models import PlanRun, TourPlan
from touring.queries import overview, visible_plans, visible_runs
from touring.queries.curve import curve_of
from touring.queries.plans import parts_of, siblings_of
from touring.rules import is_under_way
from touring.views.comparing import alternatives_of, further_of
from touring.words import bound_words, hours_words

STOP_POLLING = 286
"""htmx stops asking when it gets this status."""

coordinator = role_required(Role.COORDINATOR)


def _form(request: HttpRequest) -> RunForm:
    """Filled in with the next quarter, or with the days of the draft that the address names."""
    draft = _draft_in(request)
    if draft is not None:
        return RunForm(
            initial={
                "first": draft.starts_on,
                "last": draft.ends_on,
                "start_from": draft.version,
                "tolerance_minutes": draft.tolerance_minutes,
            }
        )
    quarter = next_quarter(local_date(timezone.now()))
    known = translate.plan_before(quarter)
    tolerance = known.tolerance_minutes if known else 0
    return RunForm(initial={"first": quarter.start, "last": quarter.end, "tolerance_minutes": tolerance})


def _draft_in(request: HttpRequest) -> TourPlan | None:
    text = request.GET.get("entwurf", "")
    known = text.isascii() and text.isdecimal() and len(text) < 8
    return visible_plans(request.user).filter(version=int(text)).first() if known else None


def _plans_page(request: HttpRequest, form: RunForm, status: int = 200) -> HttpResponse:
    plans, latest = overview(request.user)
    running = next((run for run in latest if is_under_way(run)), None)
    context = {"plans": plans, "runs": latest, "running": running, "form": form, "draft": _draft_in(request)}
    return TemplateResponse(request, "touring/plans.html", context, status=status)


@coordinator
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """All versions and runs, and the form for a new run."""
    return _plans_page(request, _form(request))


@coordinator
@require_POST
def request_run(request: HttpRequest) -> HttpResponse:
    """Ask for a run and watch it."""
    form = RunForm(request.POST)
    if not form.is_valid():
        return _plans_page(request, form, 422)
    try:
        run = runs.request_plan_run(
            period=form.cleaned_data["period"],
            seconds=form.cleaned_data["seconds"],
            **_wishes(request, form),
            by=request.user,
            at=timezone.now(),
        )
    except runs.RunUnderWay as refused:
        messages.warning(request, refused.sentence)
        return redirect("touring:run", refused.run.pk) if refused.run else redirect("touring:plans")
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _plans_page(request, form, 422)
    return redirect("touring:run", run.pk)


def _wishes(request: HttpRequest, form: RunForm) -> dict[str, Any]:
    """What may change, what to compare, and the draft whose pins count."""
    wished = {
        name: form.cleaned_data[name] for name in ("scope", "max_changes", "with_alternatives", "tolerance_minutes")
    }
    version = form.cleaned_data.get("start_from")
    start_from = visible_plans(request.user).filter(version=version).first() if version else None
    return wished | {"start_from": start_from}


def _run(request: HttpRequest, pk: int) -> PlanRun:
    return get_object_or_404(visible_runs(request.user), pk=pk)


@coordinator
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, and how the best plan gets better."""
    found = _run(request, pk)
    return TemplateResponse(request, "touring/run.html", _run_context(found))


@coordinator
@require_safe
def run_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The changing part of the run's page; 204 where nothing is new, and the last one ends the asking."""
    found = _run(request, pk)
    etag = f'"{_state_mark(found)}"'
    if request.headers.get("If-None-Match") == etag or request.GET.get("bekannt") == etag.strip('"'):
        return HttpResponse(status=204, headers={"ETag": etag})
    status = 200 if is_under_way(found) else STOP_POLLING
    response = TemplateResponse(request, "touring/_run.html", _run_context(found), status=status)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache, private"
    if not is_under_way(found) and found.plan:
        response["HX-Redirect"] = reverse("touring:plan", args=[found.plan.version])
    return response


def _state_mark(run: PlanRun) -> str:
    state = json.dumps(
        [run.pk, run.state, run.progress, bool(run.stop_asked_at), _seconds(run), parts_of(run)], sort_keys=True
    )
    return hashlib.md5(state.encode(), usedforsecurity=False).hexdigest()


def _seconds(run: PlanRun) -> int:
    """How long it has searched, at most as long as it may."""
    if run.started_at is None:
        return 0
    until = run.finished_at or timezone.now()
    return min(int((until - run.started_at).total_seconds()), run.seconds)


def _cost_and_bound(found: PlanRun) -> tuple[int, int | None]:
    """Of the plan that came of it, else of the best plan so far."""
    if found.plan is not None:
        return found.plan.cost_seconds, found.plan.bound_seconds
    return found.progress.get("cost", 0), found.progress.get("bound")


def _run_context(found: PlanRun) -> dict[str, Any]:
    history = found.progress.get("history", [])
    cost, bound = _cost_and_bound(found)
    return {
        "run": found,
        "is_under_way": is_under_way(found),
        "mark": _state_mark(found),
        "seconds_done": _seconds(found),
        "curve": curve_of(history, found.seconds, bound),
        "cost": hours_words(found.progress["cost"]) if "cost" in found.progress else "",
        "gap": bound_words(cost, bound),
        "alternatives": alternatives_of(siblings_of(found.plan)) if found.plan and not is_under_way(found) else [],
        "further": further_of(found, found.plan),
        "parts": parts_of(found),
    }


@coordinator
@require_POST
def stop_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop and keep the best plan so far."""
    found = _run(request, pk)
    try:
        runs.ask_to_stop(found, by=request.user, at=timezone.now())
        messages.success(request, _("Die Planung hört auf. Der beste Plan bis jetzt bleibt."))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("touring:run", found.pk)
