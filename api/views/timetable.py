"""The public timetable for machines: stops, rhythms, dates; nobody's data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.paging import PAGING, Pages, StrictQuery
from api.problems import BadQuery
from api.serializers import StopSerializer
from lotsen.kernel.calendar import clock, local_date
from lotsen.places.travel import beeline
from touring.queries import StopEntry, timetable
from touring.queries.nearby import nearby

MAX_AGE_SECONDS = 60
LONGEST_NEAR = 120
Point = tuple[float, float]


class Public(StrictQuery):
    """Open to everybody, without session or cookie."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 200:
            patch_cache_control(response, public=True, max_age=MAX_AGE_SECONDS)
        return response


class StopList(Public):
    """All stops of the published timetable."""

    parameters = PAGING | {"postal_code", "near"}
    may_miss = True
    pagination_class = Pages

    @extend_schema(
        operation_id="stops_list",
        responses=StopSerializer(many=True),
        parameters=[
            OpenApiParameter(
                "postal_code", OpenApiTypes.STR, description="only stops with this postal code: five digits"
            ),
            OpenApiParameter(
                "near", OpenApiTypes.STR, description="postal code, address or district: the nearest first"
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        """Stops with rhythm, next dates and coordinates; by district and name, or the nearest to `near` first."""
        table = timetable(local_date(timezone.now()))
        entries = list(table.entries)
        if (code := request.query_params.get("postal_code")) is not None:
            entries = [entry for entry in entries if entry.postal_code == _postal_code(code)]
        origin = None
        if (near := request.query_params.get("near")) is not None:
            origin = _point(near, table)
            entries = sorted((one for one in entries if one.point), key=lambda one: beeline(origin, one.point))
        pages = Pages()
        page = pages.paginate_queryset(entries, request, view=self)
        return pages.get_paginated_response([stop_body(entry, origin) for entry in page])


class StopDetail(Public):
    """One stop."""

    @extend_schema(operation_id="stops_retrieve", responses=StopSerializer)
    def get(self, request: Request, key: str) -> Response:
        """One stop by its key."""
        entry = timetable(local_date(timezone.now())).entry(key)
        if entry is None:
            raise Http404
        return Response(stop_body(entry, None))


def _postal_code(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) == 5):
        raise BadQuery({"postal_code": [ErrorDetail("Fünf Ziffern, zum Beispiel 01169.", code="parameter")]})
    return text


def _point(text: str, table: Any) -> Point:
    if not text.strip() or len(text) > LONGEST_NEAR or not text.isprintable():
        raise BadQuery({"near": [ErrorDetail("Postleitzahl, Adresse oder Stadtteil.", code="parameter")]})
    found = nearby(text, table)
    if found.point is None:
        raise NotFound(found.problem)
    return found.point


def stop_body(entry: StopEntry, origin: Point | None) -> dict[str, Any]:
    """One stop as the description says it."""
    latitude, longitude = entry.point or (None, None)
    base = settings.PUBLIC_BASE_URL
    return {
        "key": entry.key,
        "name": entry.name,
        "street": entry.street_line,
        "postal_code": entry.postal_code,
        "city": entry.city_line.removeprefix(entry.postal_code).strip(),
        "district": entry.district,
        "latitude": latitude,
        "longitude": longitude,
        "step_free": entry.step_free,
        "steps": entry.steps,
        "rhythm": {
            "kind": entry.rhythm_key,
            "words": entry.rhythm,
            "slots": [{"weekday": day, "starts": clock(begin), "ends": clock(end)} for day, begin, end in entry.slots],
        },
        "next_dates": [
            {
                "starts_at": one.starts_at,
                "ends_at": one.ends_at,
                "is_off": one.is_off,
                "reason": one.reason,
                "late_minutes": one.late_minutes,
            }
            for one in entry.next_dates
        ],
        "metres": round(beeline(origin, entry.point)) if origin and entry.point else None,
        "url": base + reverse("touring:stop", args=[entry.key]),
        "calendar_url": base + reverse("touring:stop-calendar", args=[entry.key]),
    }
