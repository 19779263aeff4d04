"""The public timetable: districts, search, map, one page for each stop and each district."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lotsen.places.cells import map_layers
from touring.models import Stop, StopPhoto
from touring.queries import StopEntry, Timetable, deviations_on, timetable
from touring.queries.nearby import Nearby, nearby
from touring.queries.timetable import StopDate, teams_on_tour
from touring.views.kept import answer, page, postal_code, today_and_stamp

YEAR = 365 * 24 * 3600


@csrf_exempt  # changes nothing; a token would cost every visitor a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """All stops by district, or the nearest ones to `ort`.

    An address is personal, hence posted: it never stands in a URL or a log. `?ort=` takes a postal code only.
    """
    asked = _posted(request) if request.method == "POST" else postal_code(request)
    today, stamp = today_and_stamp()

    def render() -> str:
        table = timetable(today, stamp)
        found = nearby(asked, table) if asked else None
        return page(request, "touring/timetable.html", _overview_context(table, asked, found))

    return answer(request, render, (stamp, today, asked), is_kept=request.method != "POST")


def _posted(request: HttpRequest) -> str:
    return request.POST.get("ort", "").replace("\x00", "").strip()[:120]


def _overview_context(table: Timetable, asked: str, found: Nearby | None) -> dict[str, Any]:
    return _map_words() | {
        "table": table,
        "asked": asked,
        "found": found,
        "markers": _found_markers(found) if found and found.hits else None,
        "deviations": [] if found else deviations_on(table.today, table),
        "teams": teams_on_tour(table),
    }


def _map_words() -> dict[str, Any]:
    return {
        "attribution": map_layers().attribution,
        "tiles_url": settings.TILES_URL,
        "tiles_attribution": settings.TILES_ATTRIBUTION,
    }


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The whole timetable on a few sheets of paper."""
    today, stamp = today_and_stamp()
    return answer(
        request,
        lambda: page(request, "touring/timetable_print.html", {"table": timetable(today, stamp)}),
        (stamp, today),
    )


@require_safe
def stops_json(request: HttpRequest) -> HttpResponse:
    """All stops of the timetable as GeoJSON, for the map."""
    today, stamp = today_and_stamp()

    def render() -> str:
        features = [_marker(entry, str(entry.number)) for entry in timetable(today, stamp).entries if entry.point]
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)

    return answer(request, render, (stamp, today), content_type="application/geo+json")


@require_safe
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """One stop: rhythm, dates, way in, calendar."""
    today, stamp = today_and_stamp()
    entry = timetable(today, stamp).entry(key)
    row = None if entry else get_object_or_404(Stop.objects.select_related("address"), key=key, is_active=True)

    def render() -> str:
        context: dict[str, Any] = {"entry": entry, "stop": row, "key": key}
        if entry:
            feed = settings.PUBLIC_BASE_URL + reverse("touring:stop-calendar", args=[key])
            context |= {"events": _events(entry), "webcal": "webcal:" + feed.partition(":")[2], "feed": feed}
        return page(request, "touring/stop.html", context)

    return answer(request, render, (stamp, today, key, row is None), is_kept=row is None)


@require_safe
def area(request: HttpRequest, key: str) -> HttpResponse:
    """The stops of one district, or of one area of postal codes, with paper and a calendar to take away."""
    today, stamp = today_and_stamp()
    found = timetable(today, stamp).area(key)
    if found is None:
        raise Http404

    def render() -> str:
        feed = settings.PUBLIC_BASE_URL + reverse("touring:area-calendar", args=[key])
        markers = [_marker(entry, str(entry.number)) for entry in found.entries if entry.point]
        context = {
            "area": found,
            "markers": {"type": "FeatureCollection", "features": markers} if markers else None,
            "deviations": deviations_on(today, Timetable(stamp, today, found.entries)),
            "feed": feed,
            "webcal": "webcal:" + feed.partition(":")[2],
        }
        return page(request, "touring/area.html", context | _map_words())

    return answer(request, render, (stamp, today, key))


@require_safe
def photo(request: HttpRequest, key: str) -> HttpResponse:
    """What a stop looks like. Its address changes with the picture, so that it can be kept for a year."""
    found = get_object_or_404(StopPhoto, stop__key=key, stop__is_active=True)
    response = HttpResponse(bytes(found.data), content_type="image/jpeg")
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return response


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
    url = settings.PUBLIC_BASE_URL + reverse("touring:stop", args=[entry.key])
    return [
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": _("Hilfe mit Handy und Computer: %(stop)s") % {"stop": entry.name},
            "url": url,
            **_event_times(one),
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "isAccessibleForFree": True,
            "location": place,
            "organizer": {"@type": "Organization", "name": "Lotsen", "url": settings.PUBLIC_BASE_URL},
        }
        for one in entry.next_dates
    ]


def _event_times(one: StopDate) -> dict[str, str]:
    """Begin, end and state; a moved date says when it was meant to begin."""
    late = timedelta(minutes=one.late_minutes)
    words = {"startDate": (one.starts_at + late).isoformat(), "endDate": one.ends_at.isoformat()}
    usual = one.moved_from or (one.starts_at if one.late_minutes else None)
    if one.is_off:
        return words | {"eventStatus": "https://schema.org/EventCancelled"}
    if usual is None:
        return words | {"eventStatus": "https://schema.org/EventScheduled"}
    return words | {"eventStatus": "https://schema.org/EventRescheduled", "previousStartDate": usual.isoformat()}
