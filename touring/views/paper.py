"""Paper to print: posters and leaflets for everybody, the route sheet for the team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from lotsen import context as house
from lotsen.people.access import role_required
from lotsen.people.models import Role
from touring import paper
from touring.queries import timetable, visible_tours
from touring.views.kept import answer, today_and_stamp

PDF = "application/pdf"
team = role_required(Role.ADVISOR, Role.COORDINATOR)


@require_safe
def city_poster(request: HttpRequest) -> HttpResponse:
    """The whole timetable as a poster (A3)."""
    today, stamp = today_and_stamp()

    def render() -> bytes:
        return paper.poster_pdf(timetable(today, stamp), None, url=_address("touring:timetable"), **_house())

    return _pdf(request, render, (stamp, today), "fahrplan")


@require_safe
def area_poster(request: HttpRequest, key: str) -> HttpResponse:
    """The timetable of a district as a poster (A3)."""
    today, stamp = today_and_stamp()
    table = timetable(today, stamp)
    if (area := table.area(key)) is None:
        raise Http404

    def render() -> bytes:
        return paper.poster_pdf(table, area, url=_address("touring:area", key), **_house())

    return _pdf(request, render, (stamp, today, key), f"aushang-{key}")


@require_safe
def area_leaflet(request: HttpRequest, key: str) -> HttpResponse:
    """The stops of a district to take home (A4)."""
    today, stamp = today_and_stamp()
    table = timetable(today, stamp)
    if (area := table.area(key)) is None:
        raise Http404

    def render() -> bytes:
        return paper.leaflet_pdf(table, area, url=_address("touring:area", key), **_house())

    return _pdf(request, render, (stamp, today, key), f"handzettel-{key}")


@team
@require_safe
def route_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The day of one team, for the team itself and for coordinators; never kept by a browser."""
    tour = get_object_or_404(visible_tours(request.user), pk=pk)
    body = paper.route_sheet_pdf(tour, list(tour.halts.all()), at=timezone.now(), fonts_dir=settings.FONTS_DIR)
    name = f"{slugify(f'tour-{tour.team.key}')}-{tour.date:%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=PDF, headers=headers)


def _address(name: str, *args: str) -> str:
    return settings.PUBLIC_BASE_URL + reverse(name, args=args)


def _house() -> dict[str, Any]:
    return {"house": house.city(), "fonts_dir": settings.FONTS_DIR}


def _pdf(request: HttpRequest, render: Callable[[], bytes], state: tuple[Any, ...], name: str) -> HttpResponse:
    response = answer(request, render, state, content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="{slugify(name)}.pdf"'
    return response
