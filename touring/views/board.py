"""The board: one version of the plan as timetable, map and table, and what a move would do to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lotsen.kernel.calendar import Period, local_date
from lotsen.people.access import role_required
from lotsen.people.models import Role
from lotsen.places.cells import map_layers
from touring import translate
from touring.concerned import concerned_by
from touring.editions import step_words
from touring.forms import MoveForm, fields_of, is_moving, values_of
from touring.models import PlannedStop, Stop, Team, TourPlan
from touring.planning.plan import Plan, Route, routes_of
from touring.planning.problem import Impossible, Job, Placement, Problem
from touring.proposals import MovePreview, PlanPage, changes_of, plan_page, preview
from touring.queries import cycle, under_way, visible_plans
from touring.queries.board import Board, Filter, Marks, area_of, pinned_words, place_words
from touring.queries.plans import history_of, siblings_of
from touring.rules import is_draft
from touring.views.asked import Asked
from touring.views.comparing import alternatives_of, further_of
from touring.words import bound_words, hours_words

PART = "tafel"
"""The region of the page that changes when a stop is looked at or tried elsewhere."""

coordinator = role_required(Role.COORDINATOR)


@dataclass(frozen=True, slots=True)
class Notice:
    """What went wrong with the last press: a sentence, and what others did meanwhile."""

    sentence: str
    steps: tuple[str, ...] = ()
    is_outdated: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """The stop that is looked at: where it stands, and what the tried place would mean."""

    problem: Problem
    stop: Stop
    job: Job | None
    rows: list[PlannedStop]
    form: MoveForm | None
    placed: Placement | None
    preview: MovePreview | None

    @property
    def before(self) -> str:
        """Where it stands, in words."""
        return self._words(self.placed)

    @property
    def after(self) -> str:
        """Where it would stand."""
        return self._words(self.form.placed if self.form else None)

    @property
    def nearest_words(self) -> str:
        """The nearest place that works."""
        return self._words(self.preview.nearest if self.preview else None)

    @property
    def why(self) -> str:
        """Why it stands where it stands."""
        return next((row.why for row in self.rows if row.why), "")

    @property
    def told(self) -> int:
        """How many people would have to be told."""
        return sum(one.number for one in self.preview.told) if self.preview else 0

    def _words(self, placed: Placement | None) -> str:
        return place_words(self.problem, self.job, placed) if self.job else ""

    @property
    def take(self) -> list[tuple[str, str]]:
        """Fields of the tried place."""
        return fields_of(self.form.placed) if self.form and self.form.placed else []

    @property
    def nearest(self) -> list[tuple[str, str]]:
        """Fields of the nearest place that works; none where that is where it stands anyway."""
        place = self.preview.nearest if self.preview else None
        return fields_of(place) if place and place != self.placed else []


def plan_or_404(request: HttpRequest, version: int) -> TourPlan:
    """One version that this person may see."""
    return get_object_or_404(visible_plans(request.user), version=version)


@coordinator
@require_safe
def plan(request: HttpRequest, version: int) -> HttpResponse:
    """One version: board, map, table, figures, and what publishing it would change."""
    return board_page(request, plan_or_404(request, version), request.GET)


def board_page(
    request: HttpRequest, found: TourPlan, data: QueryDict, *, notice: Notice | None = None, status: int = 200
) -> HttpResponse:
    """The page, or only its moving part where that is asked for."""
    is_part = request.headers.get("HX-Target") == PART
    page = plan_page(found)
    context = {"plan": found, "page": page, "is_draft": is_draft(found), "notice": notice, "is_part": is_part}
    context |= _board(page, Asked.of(data), data) if page.problem else {"asked": Asked(), "lanes": None, "rows": None}
    if is_draft(found):
        context["history"] = history = history_of(found)
        context["steps"] = [step_words(step) for step in history.steps]
    if is_part and page.problem:
        return TemplateResponse(request, "touring/_work.html", context, status=status)
    return TemplateResponse(request, "touring/plan.html", context | _around(found, page), status=status)


def _around(found: TourPlan, page: PlanPage) -> dict[str, Any]:
    """What stands round the board."""
    draft = is_draft(found)
    return {
        "changes": changes_of(found) if draft else [],
        "people": concerned_by(found) if draft else [],
        "alternatives": alternatives_of(siblings_of(found)),
        "further": further_of(found.run, found) if draft else [],
        "driving": hours_words(found.driving_seconds),
        "idle": hours_words(found.idle_seconds),
        "bound": bound_words(found.cost_seconds, found.bound_seconds),
        "running": under_way(),
        "attribution": map_layers().attribution,
    }


def _board(page: PlanPage, asked: Asked, data: QueryDict) -> dict[str, Any]:
    assert page.problem is not None
    calendar = page.problem.calendar
    teams = translate.active_teams()
    stops = {stop.key: stop for stop in Stop.objects.filter(is_active=True).select_related("address__district")}
    looked = _looked(page, asked, data, teams, stops)
    week = cycle.week_of(Period(calendar.first, calendar.last), calendar, local_date(timezone.now()))
    shown = _shown(asked.filter(week, calendar.cycle_weeks), looked, calendar.cycle_weeks)
    routes = _routes(page, looked)
    marks = Marks(pinned_words(page.pattern), asked.halt, looked.placed if looked and looked.preview else None)
    weeks = cycle.weeks_of(routes, teams, calendar)
    return {
        "asked": asked,
        "looked": looked,
        "shown": shown,
        "weeks": weeks,
        "this_week": next(one for one in weeks if one.number == shown.week + 1),
        "lanes": Board(page.problem, routes, teams, stops, shown, marks).lanes(),
        "teams": teams,
        "weekdays": sorted({shift.weekday for shift in page.problem.shifts}),
        "districts": sorted({area_of(stop) for stop in stops.values()}),
        "rows": [row for row in page.pattern if shown.has_row(row)],
        "hours": range(8, 19),
    } | _map(routes, shown, asked, looked, teams, stops)


def _map(
    routes: tuple[Route, ...],
    shown: Filter,
    asked: Asked,
    looked: Looked | None,
    teams: list[Team],
    stops: dict[str, Stop],
) -> dict[str, Any]:
    """The tours of one day of the week that is shown."""
    here = [
        route
        for route in routes
        if route.week == shown.week
        and shown.has_lane(route.team, route.weekday)
        and (not shown.district or any(shown.has_stop(stops[visit.job]) for visit in route.visits))
    ]
    days = sorted({route.weekday for route in here})
    weekday = asked.map_day(days, _wished_day(looked))
    of_day = [route for route in here if route.weekday == weekday]
    points, lines = cycle.tour_lines(of_day, teams, stops, asked.halt)
    return {"days": days, "weekday": weekday, "points": points, "lines": lines}


def _wished_day(looked: Looked | None) -> int | None:
    if looked is None:
        return None
    placed = (looked.form.placed if looked.form else None) or looked.placed
    return placed.weekdays[0] if placed else None


def _looked(page: PlanPage, asked: Asked, data: QueryDict, teams: list[Team], stops: dict[str, Stop]) -> Looked | None:
    """The stop that the address names; 404 where there is none."""
    if not asked.halt:
        return None
    if asked.halt not in stops:
        raise Http404
    stop = stops[asked.halt]
    assert page.problem is not None
    job = page.problem.job(stop.key)
    rows = [row for row in page.pattern if row.stop_id == stop.pk]
    placed = translate.placement_of(rows) if rows else None
    if job is None or not is_draft(page.plan):
        return Looked(page.problem, stop, job, rows, None, placed, None)
    if not is_moving(data):
        form = MoveForm(page.problem, job, teams, initial=values_of(placed))
        return Looked(page.problem, stop, job, rows, form, placed, None)
    form = MoveForm(page.problem, job, teams, data)
    return Looked(page.problem, stop, job, rows, form, placed, _tried(page.plan, stop, form))


def _tried(plan: TourPlan, stop: Stop, form: MoveForm) -> MovePreview | None:
    """What the judge says; what nobody can judge is said at the form."""
    if not form.is_valid() or form.placed is None:
        return None
    try:
        return preview(plan, stop, form.placed)
    except Impossible as impossible:
        form.add_error(None, impossible.sentence)
        return None


def _shown(shown: Filter, looked: Looked | None, cycle_weeks: int) -> Filter:
    """The week in which the stop would be, where it is not in the week that is asked for."""
    if looked is None or looked.job is None:
        return shown
    placed = (looked.form.placed if looked.form else None) or looked.placed
    if placed is None or shown.week in looked.job.pattern.weeks(placed.phase, cycle_weeks):
        return shown
    return Filter(placed.phase, shown.team, shown.weekday, shown.district)


def _routes(page: PlanPage, looked: Looked | None) -> tuple[Route, ...]:
    """The tours as they are, or as they would be."""
    if looked is None or looked.preview is None or page.problem is None:
        return page.routes
    placements = dict(translate.plan_of_rows(page.pattern).placements)
    placements[looked.stop.key] = looked.preview.placed
    known = {key: placed for key, placed in placements.items() if page.problem.job(key)}
    return routes_of(page.problem, Plan(known))
