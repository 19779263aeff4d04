"""Planning: plans and runs, the progress of a run, a plan with its board, publishing."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
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
from lotsen.places.cells import map_layers
from touring import runs, tours
from touring.forms import RunForm
from touring.models import PlanRun, Stop, TourPlan
from touring.proposals import PlanPage, changes_of, plan_page
from touring.queries import board, overview, under_way, visible_plans, visible_runs
from touring.queries.curve import curve_of
from touring.rules import is_draft, is_under_way
from touring.translate import active_teams
from touring.words import hours_words

STOP_POLLING = 286
"""htmx stops asking when it gets this status."""

coordinator = role_required(Role.COORDINATOR)


def _form(request: HttpRequest) -> RunForm:
    quarter = next_quarter(local_date(timezone.now()))
    return RunForm(initial={"first": quarter.start, "last": quarter.end, "seconds": 20})


def _plans_page(request: HttpRequest, form: RunForm, status: int = 200) -> HttpResponse:
    plans, latest = overview(request.user)
    running = next((run for run in latest if is_under_way(run)), None)
    context = {"plans": plans, "runs": latest, "running": running, "form": form}
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
    state = json.dumps([run.pk, run.state, run.progress, bool(run.stop_asked_at), _seconds(run)], sort_keys=True)
    return hashlib.md5(state.encode(), usedforsecurity=False).hexdigest()


def _seconds(run: PlanRun) -> int:
    """How long it has searched, at most as long as it may."""
    if run.started_at is None:
        return 0
    until = run.finished_at or timezone.now()
    return min(int((until - run.started_at).total_seconds()), run.seconds)


def _run_context(found: PlanRun) -> dict[str, Any]:
    history = found.progress.get("history", [])
    return {
        "run": found,
        "is_under_way": is_under_way(found),
        "mark": _state_mark(found),
        "seconds_done": _seconds(found),
        "curve": curve_of(history, found.seconds),
        "cost": hours_words(found.progress["cost"]) if "cost" in found.progress else "",
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


def _plan(request: HttpRequest, version: int) -> TourPlan:
    return get_object_or_404(visible_plans(request.user), version=version)


def _number(text: str, least: int, most: int) -> int:
    return min(max(int(text), least), most) if text.isdecimal() and len(text) < 4 else least


@coordinator
@require_safe
def plan(request: HttpRequest, version: int) -> HttpResponse:
    """One version: board, map, table, figures, and what publishing it would change."""
    found = _plan(request, version)
    page = plan_page(found)
    context: dict[str, Any] = {
        "plan": found,
        "page": page,
        "is_draft": is_draft(found),
        "changes": changes_of(found) if is_draft(found) else [],
        "driving": hours_words(found.driving_seconds),
        "idle": hours_words(found.idle_seconds),
        "running": under_way(),
        "attribution": map_layers().attribution,
    }
    if page.problem is not None:
        context |= _board_context(request, page)
    return TemplateResponse(request, "touring/plan.html", context)


def _board_context(request: HttpRequest, page: PlanPage) -> dict[str, Any]:
    assert page.problem is not None
    teams = active_teams()
    stops = {stop.key: stop for stop in Stop.objects.filter(is_active=True).select_related("address")}
    cycle = page.plan.cycle_weeks
    week = _number(request.GET.get("woche", ""), 1, cycle) - 1
    days = sorted({route.weekday for route in page.routes if route.week == week})
    weekday = _number(request.GET.get("tag", ""), 0, 6)
    weekday = weekday if weekday in days else (days[0] if days else 0)
    points, lines = board.tour_lines(page.routes, week, weekday, teams, stops)
    return {
        "weeks": board.weeks_of(
            page.routes, teams, anchor=page.plan.cycle_anchor, first=page.plan.starts_on, cycle_weeks=cycle
        ),
        "lanes": board.lanes(page.problem, page.routes, week, teams, stops),
        "week": week + 1,
        "weekday": weekday,
        "days": days,
        "teams": teams,
        "points": points,
        "lines": lines,
        "hours": range(8, 19),
    }


@coordinator
@require_POST
def publish(request: HttpRequest, version: int) -> HttpResponse:
    """Make a draft what counts."""
    found = _plan(request, version)
    try:
        tours.publish_plan(found, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Fassung %(version)d ist veröffentlicht.") % {"version": found.version})
    return redirect("touring:plan", found.version)


@coordinator
@require_POST
def discard(request: HttpRequest, version: int) -> HttpResponse:
    """Throw a draft away."""
    found = _plan(request, version)
    try:
        tours.discard_draft(found, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("touring:plan", found.version)
    messages.success(request, _("Der Entwurf ist weg."))
    return HttpResponseRedirect(reverse("touring:plans"))
