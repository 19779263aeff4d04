"""Two questions after a visit: on the web with the card's number, or typed in by the hotline; never who answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings import surveys
from bookings.forms.surveys import SurveyForm
from bookings.rules import DESK
from lotsen.kernel.errors import Refused
from lotsen.kernel.limits import minutes_left, within_limit
from lotsen.people.access import role_required
from lotsen.remote import remote_address

SPAN = timedelta(hours=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest) -> HttpResponse:
    """The two questions for everybody who has a card."""
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, "form", {"form": form}, status=422 if form.is_bound else 200)
    cap, now = settings.SURVEY_TRIES_PER_ADDRESS, timezone.now()
    if not within_limit("survey", remote_address(request), cap=cap, span=SPAN, at=now):
        return _page(request, "form", {"form": form, "minutes": minutes_left(now, SPAN)}, status=429)
    if not _is_taken(form):
        return _page(request, "form", {"form": form}, status=409)
    return redirect("bookings:survey-thanks")


@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Thank you."""
    return _page(request, "thanks", {})


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_survey(request: HttpRequest) -> HttpResponse:
    """A card that came by post, or answers said on the telephone. Who types them in is not kept."""
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, "desk", {"form": form}, status=422 if form.is_bound else 200)
    if not _is_taken(form):
        return _page(request, "desk", {"form": form}, status=409)
    messages.success(request, _("Danke. Die Antwort ist gezählt, ohne Namen."))
    return redirect("bookings:survey-desk")


def _is_taken(form: SurveyForm) -> bool:
    try:
        surveys.answer(**form.cleaned_data)
    except Refused as no:
        form.add_error("token" if isinstance(no, surveys.CardUnknown) else None, no.sentence)
        return False
    return True


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return TemplateResponse(request, f"bookings/survey/{name}.html", context, status=status)
