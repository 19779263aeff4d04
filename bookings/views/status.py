"""How it stands with a request, by its number and a postal code; and calling it off. No cookie, nothing in addresses.

A wrong postal code and a number that does not exist read the same, and each try counts, right or wrong.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import visits
from bookings.forms.web import StatusForm
from bookings.models import HomeVisit
from bookings.queries import draft_by_proof, visit_by_proof
from bookings.rules import can_call_off
from lotsen.kernel.errors import Refused
from lotsen.kernel.limits import minutes_left, within_limit
from lotsen.remote import remote_address

SPAN = timedelta(hours=1)
PASS_FOR = timedelta(minutes=15)
SALT = "bookings.status"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """Ask for number and postal code; say how it stands."""
    if request.method != "POST":
        return _ask(request, StatusForm())
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, code=422)
    now = timezone.now()
    if not may_try(request, form.cleaned_data["reference"], at=now):
        return _too_many(request, now)
    visit = visit_by_proof(**form.cleaned_data)
    if visit is None and not draft_by_proof(**form.cleaned_data):
        return _ask(request, form, code=422, is_unknown=True)
    return TemplateResponse(request, "bookings/web/status.html", _shown(visit, form.cleaned_data["reference"]))


def may_try(request: HttpRequest, reference: str, *, at: datetime) -> bool:
    """Count this try for the number and for the visitor's address; both are counted, whatever comes out."""
    caps = (
        within_limit("status.reference", reference, cap=settings.STATUS_TRIES_PER_REFERENCE, span=SPAN, at=at),
        within_limit(
            "status.address", remote_address(request), cap=settings.STATUS_TRIES_PER_ADDRESS, span=SPAN, at=at
        ),
    )
    return all(caps)


@never_cache
@require_POST
def call_off(request: HttpRequest) -> HttpResponse:
    """Ask once whether it is meant, then call the visit off."""
    visit = _proven(request)
    if visit is None:
        return redirect("bookings:status")
    if "ja" not in request.POST:
        context = {"visit": visit, "proof": request.POST["proof"]}
        return TemplateResponse(request, "bookings/web/call_off.html", context)
    try:
        visits.cancel_visit(visit, because=_("im Internet abgesagt"), own_wish=True, by=None, at=timezone.now())
    except Refused as no:
        context = _shown(HomeVisit.objects.get(pk=visit.pk), visit.reference) | {"refusal": no.sentence}
        return TemplateResponse(request, "bookings/web/status.html", context, status=409)
    return redirect("bookings:status-off")


@never_cache
@require_safe
def called_off(request: HttpRequest) -> HttpResponse:
    """It is off, and nobody comes."""
    return TemplateResponse(request, "bookings/web/called_off.html")


def _proven(request: HttpRequest) -> HomeVisit | None:
    """The visit that a signed proof from the status page names; None when it is old or forged."""
    try:
        key = signing.loads(request.POST.get("proof", ""), salt=SALT, max_age=PASS_FOR)
    except signing.BadSignature:
        return None
    return HomeVisit.objects.filter(pk=key).first()


def _shown(visit: HomeVisit | None, reference: str) -> dict[str, Any]:
    is_open = visit is not None and can_call_off(visit, at=timezone.now())
    return {
        "visit": visit,
        "reference": reference,
        "can_call_off": is_open,
        "proof": signing.dumps(visit.pk, salt=SALT) if visit is not None and is_open else "",
    }


def _ask(request: HttpRequest, form: StatusForm, *, code: int = 200, is_unknown: bool = False) -> HttpResponse:
    context = {"form": form, "is_unknown": is_unknown}
    return TemplateResponse(request, "bookings/web/status_ask.html", context, status=code)


def _too_many(request: HttpRequest, now: datetime) -> HttpResponse:
    context = {"form": StatusForm(), "minutes": minutes_left(now, SPAN)}
    return TemplateResponse(request, "bookings/web/status_ask.html", context, status=429)
