"""Is this card valid? For everybody, by the nine digits or by the printed code: yes with the first name, or no.

Revoked, over, unknown and made up read the same. Each try counts, right or wrong.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings.forms.cards import CardNumberForm
from lotsen.kernel.limits import minutes_left, within_limit
from lotsen.people.cards import card_by_number, card_by_token
from lotsen.people.models import Card
from lotsen.remote import remote_address

SPAN = timedelta(hours=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Ask for the digits; say whether they are those of a valid card."""
    form = CardNumberForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, {"form": form}, status=422 if form.is_bound else 200)
    if not _may_try(request):
        return _too_many(request)
    return _answer(request, card_by_number(form.cleaned_data["digits"], at=timezone.now()))


@never_cache
@require_safe
def code(request: HttpRequest, token: str) -> HttpResponse:
    """Where the printed code leads."""
    if not _may_try(request):
        return _too_many(request)
    return _answer(request, card_by_token(token, at=timezone.now()))


def _may_try(request: HttpRequest) -> bool:
    """Five an hour for each visitor's address, whichever way they ask."""
    cap, now = settings.CARD_TRIES_PER_ADDRESS, timezone.now()
    return within_limit("card by address", remote_address(request), cap=cap, span=SPAN, at=now)


def _answer(request: HttpRequest, card: Card | None) -> HttpResponse:
    photo = base64.b64encode(bytes(card.photo)).decode() if card and card.photo else ""
    context = {"is_answer": True, "first_name": card.first_name if card else "", "photo": photo}
    return _page(request, {"form": CardNumberForm(), **context})


def _too_many(request: HttpRequest) -> HttpResponse:
    return _page(request, {"form": CardNumberForm(), "minutes": minutes_left(timezone.now(), SPAN)}, status=429)


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = TemplateResponse(request, "bookings/web/card.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
