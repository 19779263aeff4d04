"""Everything that goes wrong under /api/ is told as problem details (RFC 9457): `application/problem+json`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from lotsen.kernel.errors import Refused

CONTENT_TYPE = "application/problem+json"
PREFIX, OTHER_DOORS = "/api/", ("/api/telefon/", "/api/kalender/")
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
Errors = list[dict[str, str]]


class Conflict(exceptions.APIException):
    """An anticipated no of a verb, as 409. `more` goes into the answer beside the usual members."""

    status_code = HTTPStatus.CONFLICT

    def __init__(self, no: Refused, *, kind: str, **more: Any) -> None:
        super().__init__(no.sentence, code=kind)
        self.kind = kind
        self.more = more


class BadQuery(exceptions.ValidationError):
    """A query parameter that is unknown, given twice, or makes no sense."""


def problem(
    status: int, detail: str = "", *, kind: str = "", errors: Errors | None = None, **more: Any
) -> dict[str, Any]:
    """One problem as its members. `kind` names it for machines: `urn:lotsen:offer-lost`."""
    body: dict[str, Any] = {
        "type": f"urn:lotsen:{kind}" if kind else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return body | more


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of the framework; what it does not know goes on up and becomes 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    if isinstance(error, Conflict):
        body = problem(error.status_code, str(error.detail), kind=error.kind, **error.more)
    elif isinstance(error, exceptions.ValidationError):
        body = problem(error.status_code, errors=list(_errors(error.get_full_details(), "")))
    else:
        body = problem(error.status_code, str(error.detail))
    response = Response(body, status=error.status_code, content_type=CONTENT_TYPE)
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response


def _errors(found: Any, pointer: str) -> Iterator[dict[str, str]]:
    """The framework's nested details as a flat list with JSON pointers."""
    if isinstance(found, dict) and set(found) == {"message", "code"}:
        yield {"pointer": pointer or "#", "code": str(found["code"]), "detail": str(found["message"])}
    elif isinstance(found, dict):
        for name, inner in found.items():
            yield from _errors(inner, pointer if name == "non_field_errors" else f"{pointer or '#'}/{name}")
    elif isinstance(found, list):
        for inner in found:
            yield from _errors(inner, pointer)


class ProblemMiddleware:
    """Pages of errors under /api/ (unknown address, bad request, crash) become problems; webhooks keep theirs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        is_ours = request.path_info.startswith(PREFIX) and not request.path_info.startswith(OTHER_DOORS)
        if response.status_code < HTTPStatus.BAD_REQUEST or not (is_page and is_ours):
            return response
        told = JsonResponse(problem(response.status_code), status=response.status_code, content_type=CONTENT_TYPE)
        for name in KEPT_HEADERS:
            if name in response:
                told[name] = response[name]
        return told
