"""Public pages that can be kept: rendered once for each state of the timetable, day and language, with an ETag.

They set no cookie and read no session.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from lotsen import context as house
from lotsen.kernel.calendar import local_date
from touring.queries import timetable_stamp
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


def postal_code(request: HttpRequest) -> str:
    """What `?ort=` may hold: five digits, else nothing."""
    code = request.GET.get("ort", "").strip()
    return code if code.isascii() and code.isdigit() and len(code) == 5 else ""


@dataclass(slots=True)
class Remembered:
    """The stamp that was read last, and when; one value, replaced as a whole, so that threads need no lock."""

    value: tuple[float, date, Stamp] | None = None


remembered = Remembered()


def today_and_stamp() -> tuple[date, Stamp]:
    """The day and the state of the timetable, read at most once a second."""
    today, now, known = local_date(timezone.now()), time.monotonic(), remembered.value
    if known is not None and known[1] == today and 0 <= now - known[0] < STAMP_SECONDS:
        return today, known[2]
    stamp = timetable_stamp(today)
    remembered.value = (now, today, stamp)
    return today, stamp


def page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    """Rendered without the request itself: nothing of the person who asks, and nothing that somebody wrote behind the
    address, can get into a kept page."""
    code = postal_code(request)
    frame = {"request": Asked(request.path, f"{request.path}?ort={code}" if code else request.path)}
    return render_to_string(template, {**house.city(request), **frame, **context})


def answer(
    request: HttpRequest,
    render: Callable[[], str | bytes],
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


def _body(
    request: HttpRequest, render: Callable[[], str | bytes], state: tuple[Any, ...], is_kept: bool
) -> tuple[bytes, str]:
    name = hashlib.md5(repr((request.path, get_language(), state)).encode(), usedforsecurity=False).hexdigest()
    kept = caches["local"].get(name) if is_kept else None
    if kept is not None:
        return kept
    rendered = render()
    body = rendered.encode() if isinstance(rendered, str) else rendered
    made = body, f'W/"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    if is_kept:
        caches["local"].set(name, made, KEPT_SECONDS)
    return made
