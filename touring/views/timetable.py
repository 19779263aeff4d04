"""The public timetable: districts, search, map, one page and one calendar for each stop.

These pages set no cookie and read no session, so that they can be kept: rendered once for each state of the timetable,
day and language, answered with an ETag.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lotsen import context as house
from lotsen.kernel.calendar import local_date
from lotsen.places.cells import map_layers
from touring import feeds
from touring.models import Stop
from touring.queries import StopEntry, Timetable, timetable, timetable_stamp
from touring.queries.nearby import Nearby, nearby
from touring.queries.timetable import Stamp

PROXY_SECONDS = 30
STAMP_SECONDS = 1.0
"""So long a process believes that nothing has changed: then a page costs no query at all."""

KEPT_SECONDS = 300
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the frame of a public page may know of a request: no person, no session."""

    path: str
    full_path: str

    def get_full_path(self) -> str:
        """The address with its query."""
        return self.full_path


@csrf_exempt  # changes nothing; a token would cost every visitor a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """All stops by district, or the nearest ones to `ort`.

    An address is personal, hence posted: it never stands in a URL or a log. `?ort=` takes a postal code only.
    """
    asked = _posted(request) if request.method == "POST" else _postal_code(request)
    today, stamp = _today_and_stamp()

    def render() -> str:
        table = timetable(today, stamp)
        found = nearby(asked, table) if asked else None
        return _page(request, "touring/timetable.html", _overview_context(table, asked, found))

    return _answer(request, render, (stamp, today, asked), is_kept=request.method != "POST")


def _posted(request: HttpRequest) -> str:
    return request.POST.get("ort", "").replace("\x00", "").strip()[:120]


def _postal_code(request: HttpRequest) -> str:
    code = request.GET.get("ort", "").strip()
    return code if code.isascii() and code.isdigit() and len(code) == 5 else ""


def _overview_context(table: Timetable, asked: str, found: Nearby | None) -> dict[str, Any]:
    return {
        "table": table,
        "asked": asked,
        "found": found,
        "markers": _found_markers(found) if found and found.hits else None,
        "attribution": map_layers().attribution,
        "tiles_url": settings.TILES_URL,
        "tiles_attribution": settings.TILES_ATTRIBUTION,
    }


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The whole timetable on a few sheets of paper."""
    today, stamp = _today_and_stamp()
    return _answer(
        request,
        lambda: _page(request, "touring/timetable_print.html", {"table": timetable(today, stamp)}),
        (stamp, today),
    )


@require_safe
def stops_json(request: HttpRequest) -> HttpResponse:
    """All stops of the timetable as GeoJSON, for the map."""
    today, stamp = _today_and_stamp()

    def render() -> str:
        features = [_marker(entry, str(entry.number)) for entry in timetable(today, stamp).entries if entry.point]
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)

    return _answer(request, render, (stamp, today), content_type="application/geo+json")


@require_safe
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """One stop: rhythm, dates, way in, calendar."""
    today, stamp = _today_and_stamp()
    entry = timetable(today, stamp).entry(key)
    row = None if entry else get_object_or_404(Stop.objects.select_related("address"), key=key, is_active=True)

    def render() -> str:
        context: dict[str, Any] = {"entry": entry, "stop": row, "key": key}
        if entry:
            feed = settings.PUBLIC_BASE_URL + reverse("touring:stop-calendar", args=[key])
            context |= {"events": _events(entry), "webcal": "webcal:" + feed.partition(":")[2], "feed": feed}
        return _page(request, "touring/stop.html", context)

    return _answer(request, render, (stamp, today, key, row is None), is_kept=row is None)


@require_safe
def stop_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The dates of one stop for a calendar program (RFC 5545)."""
    today, stamp = _today_and_stamp()
    if timetable(today, stamp).entry(key) is None and not Stop.objects.filter(key=key, is_active=True).exists():
        raise Http404

    def render() -> str:
        row = Stop.objects.select_related("address").get(key=key)
        url = settings.PUBLIC_BASE_URL + reverse("touring:stop", args=[key])
        return feeds.stop_calendar(row, url=url, at=timezone.now()).decode()

    response = _answer(request, render, (stamp, today, key), content_type=feeds.CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="haltestelle-{key}.ics"'
    return response


@dataclass(slots=True)
class Remembered:
    """The stamp that was read last, and when; one value, replaced as a whole, so that threads need no lock."""

    value: tuple[float, date, Stamp] | None = None


remembered = Remembered()


def _today_and_stamp() -> tuple[date, Stamp]:
    today, now, known = local_date(timezone.now()), time.monotonic(), remembered.value
    if known is not None and known[1] == today and 0 <= now - known[0] < STAMP_SECONDS:
        return today, known[2]
    stamp = timetable_stamp(today)
    remembered.value = (now, today, stamp)
    return today, stamp


def _page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    """Rendered without the request itself: nothing of the person who asks, and nothing that somebody wrote behind the
    address, can get into a kept page."""
    code = _postal_code(request)
    frame = {"request": Asked(request.path, f"{request.path}?ort={code}" if code else request.path)}
    return render_to_string(template, {**house.city(request), **frame, **context})


def _answer(
    request: HttpRequest,
    render: Callable[[], str],
    state: tuple[Any, ...],
    *,
    is_kept: bool = True,
    content_type: str = HTML,
) -> HttpResponse:
    """The rendered text, from memory where it is kept, with an ETag; 304 where the reader has it already."""
    body, etag = _body(request, render, state, is_kept)
    if etag in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    if request.method == "POST":
        patch_cache_control(response, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=0, s_maxage=PROXY_SECONDS)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def _body(request: HttpRequest, render: Callable[[], str], state: tuple[Any, ...], is_kept: bool) -> tuple[bytes, str]:
    name = hashlib.md5(repr((request.path, get_language(), state)).encode(), usedforsecurity=False).hexdigest()
    kept = caches["local"].get(name) if is_kept else None
    if kept is not None:
        return kept
    body = render().encode()
    made = body, f'W/"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    if is_kept:
        caches["local"].set(name, made, KEPT_SECONDS)
    return made


def _marker(entry: StopEntry, label: str) -> dict[str, Any]:
    assert entry.point is not None
    coming = entry.next_date
    words = {
        "label": label,
        "name": entry.name,
        "text": entry.rhythm,
        "url": reverse("touring:stop", args=[entry.key]),
        "link_text": _("Alle Termine: %(stop)s") % {"stop": entry.short_name},
    }
    if coming is None:
        words["kind"] = "rough"
    latitude, longitude = entry.point
    return {"type": "Feature", "properties": words, "geometry": {"type": "Point", "coordinates": [longitude, latitude]}}


def _found_markers(found: Nearby) -> dict[str, Any]:
    features = [_marker(hit.entry, str(hit.number)) for hit in found.hits]
    if found.point:
        home = {"label": "", "name": found.label, "kind": "home"}
        place = {"type": "Point", "coordinates": [found.point[1], found.point[0]]}
        features.append({"type": "Feature", "properties": home, "geometry": place})
    return {"type": "FeatureCollection", "features": features}


def _events(entry: StopEntry) -> list[dict[str, Any]]:
    """The next dates for search engines (schema.org Event), as a data block that no browser runs."""
    place = {"@type": "Place", "name": entry.name, "address": entry.place}
    if entry.point:
        place |= {"geo": {"@type": "GeoCoordinates", "latitude": entry.point[0], "longitude": entry.point[1]}}  # type: ignore[dict-item]
    return [
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": _("Hilfe mit Handy und Computer: %(stop)s") % {"stop": entry.name},
            "startDate": one.starts_at.isoformat(),
            "endDate": one.ends_at.isoformat(),
            "eventStatus": "https://schema.org/EventCancelled" if one.is_off else "https://schema.org/EventScheduled",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "isAccessibleForFree": True,
            "location": place,
        }
        for one in entry.next_dates
    ]
