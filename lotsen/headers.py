from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import QueryDict

FIXED = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SIGNS_OUT = frozenset({"account_logout", "pages:sign-out"})


class HeadersMiddleware:
    """Headers that Django does not know, and no caching of what a signed-in person sees."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        match = request.resolver_match
        if request.method == "POST" and match is not None and match.view_name in SIGNS_OUT:
            response.headers["Clear-Site-Data"] = '"storage"'  # what the telephone kept for a place without network
        session = getattr(request, "session", None)
        if session is not None and session.accessed and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class NulMiddleware:
    """Turns away what no column can hold before a query meets it: a NUL in an address (404), a query or a field (400).

    Doors without a CSRF token (webhooks, the machine door, the timetable) check their own words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        if any("\x00" in str(value) for value in (*args, *kwargs.values())):
            raise Http404
        if not getattr(view, "csrf_exempt", False) and (has_nul(request.GET) or has_nul(request.POST)):
            raise BadRequest


def has_nul(fields: QueryDict) -> bool:
    """Whether a NUL stands in any value or name."""
    return any("\x00" in text for name, values in fields.lists() for text in (name, *values))
