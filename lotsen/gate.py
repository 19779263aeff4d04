"""Keeps a flood on the public forms from the hotline: so many of them at once a process, the rest are asked to wait.

Whoever is asked to wait reads why, with the telephone number, and sends what they typed again with one press.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader

from lotsen import context, pages

PATIENCE_SECONDS = 0.5
RETRY_AFTER_SECONDS = 5
LONGEST_BODY = 64 * 1024
"""No public form is longer: thirty people come one by one."""


class PublicFormGate:
    """`PUBLIC_FORMS_AT_ONCE` posts to `PUBLIC_FORM_PATHS` at the same time, 0 for any number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.places = threading.BoundedSemaphore(settings.PUBLIC_FORMS_AT_ONCE or 1_000)
        self.lobby = threading.BoundedSemaphore(1)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path_info.startswith(settings.PUBLIC_FORM_PATHS):
            return self.get_response(request)
        if _length(request) > LONGEST_BODY:
            return pages.bad_request(request, ValueError("too long"))
        if not self._has_a_place():
            return busy(request)
        try:
            return self.get_response(request)
        finally:
            self.places.release()

    def _has_a_place(self) -> bool:
        """Take a place. Only one may wait for it: whoever waits keeps a thread from staff."""
        if self.places.acquire(blocking=False):
            return True
        if not self.lobby.acquire(blocking=False):
            return False
        try:
            return self.places.acquire(timeout=PATIENCE_SECONDS)
        finally:
            self.lobby.release()


def busy(request: HttpRequest) -> HttpResponse:
    """A page that asks nothing of the database, with what was typed ready to be sent again."""
    kept = [] if request.FILES else list(pages.kept_fields(request, with_token=True))
    words = {"kept": kept, "path": request.get_full_path(), **context.city(request)}
    response = HttpResponse(loader.render_to_string("503.html", words), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response._has_been_logged = True  # type: ignore[attr-defined]  # a flood must not flood the log as well
    return response


def _length(request: HttpRequest) -> int:
    """Bytes that the body is said to have; too many where that is no number."""
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() else LONGEST_BODY + 1
