"""Calendar feeds for everybody (RFC 5545): of a stop, of a district, of a team."""

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

from touring import feeds
from touring.models import Stop, Team
from touring.queries import timetable
from touring.views.kept import answer, today_and_stamp


@require_safe
def stop_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The dates of one stop."""
    today, stamp = today_and_stamp()
    if timetable(today, stamp).entry(key) is None and not Stop.objects.filter(key=key, is_active=True).exists():
        raise Http404

    def render() -> bytes:
        row = Stop.objects.select_related("address").get(key=key)
        return feeds.stop_calendar(row, url=_url_of(key), at=timezone.now())

    return _calendar(request, render, (stamp, today, key), f"haltestelle-{key}")


@require_safe
def area_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The dates of all stops of a district, or of an area of postal codes."""
    today, stamp = today_and_stamp()
    area = timetable(today, stamp).area(key)
    if area is None:
        raise Http404

    def render() -> bytes:
        keys = [entry.key for entry in area.entries]
        return feeds.area_calendar(area.name, keys, url_of=_url_of, at=timezone.now())

    return _calendar(request, render, (stamp, today, key), f"stadtteil-{key}")


@require_safe
def team_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Where one team stands in public."""
    today, stamp = today_and_stamp()
    team = get_object_or_404(Team, key=key, is_active=True)

    def render() -> bytes:
        return feeds.team_calendar(team, url_of=_url_of, at=timezone.now())

    return _calendar(request, render, (stamp, today, key, team.name), f"team-{key}")


def _url_of(key: str) -> str:
    return settings.PUBLIC_BASE_URL + reverse("touring:stop", args=[key])


def _calendar(request: HttpRequest, render: Callable[[], bytes], state: tuple[Any, ...], name: str) -> HttpResponse:
    response = answer(request, render, state, content_type=feeds.CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{slugify(name)}.ics"'
    return response
