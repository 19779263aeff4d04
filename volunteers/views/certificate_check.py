"""Is this certificate genuine? With the digits: yes or no. With the printed code: what it certifies.

Revoked, unknown and made up read the same. Each try counts, right or wrong.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lotsen.kernel.limits import minutes_left, within_limit
from lotsen.remote import remote_address
from volunteers.certificates import certificate_by_number, certificate_by_token
from volunteers.forms.hours import CertificateNumberForm

SPAN = timedelta(hours=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Ask for the digits; say whether they are those of a valid certificate, and nothing more."""
    form = CertificateNumberForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, {"form": form}, status=422 if form.is_bound else 200)
    if not _may_try(request):
        return _too_many(request)
    found = certificate_by_number(form.cleaned_data["digits"])
    return _page(request, {"form": CertificateNumberForm(), "is_answer": True, "is_valid": found is not None})


@never_cache
@require_safe
def code(request: HttpRequest, token: str) -> HttpResponse:
    """Where the printed code leads: name, span and hours."""
    if not _may_try(request):
        return _too_many(request)
    row = certificate_by_token(token)
    context = {"form": CertificateNumberForm(), "is_answer": True, "is_valid": row is not None, "row": row}
    return _page(request, context)


def _may_try(request: HttpRequest) -> bool:
    """As with cards: five an hour for each visitor's address, whichever way they ask."""
    cap, now = settings.CARD_TRIES_PER_ADDRESS, timezone.now()
    return within_limit("certificate by address", remote_address(request), cap=cap, span=SPAN, at=now)


def _too_many(request: HttpRequest) -> HttpResponse:
    context = {"form": CertificateNumberForm(), "minutes": minutes_left(timezone.now(), SPAN)}
    return _page(request, context, status=429)


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = TemplateResponse(request, "volunteers/hours/certificate_check.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
