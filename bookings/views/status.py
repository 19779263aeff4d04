"""How it stands with a request, by its number and something that only the person knows; going on with it, changing it,
calling it off. No cookie, nothing in addresses.

A wrong word and a number that does not exist read the same, and each try counts, right or wrong.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings import visits
from bookings.forms.changes import CHANGES, Change
from bookings.forms.status import StatusForm
from bookings.models import HomeVisit, WebRequest
from bookings.proofs import draft_by_proof, visit_by_proof
from bookings.rules import can_call_off
from bookings.views.web import go_on
from lotsen.kernel.errors import Refused
from lotsen.kernel.limits import minutes_left, within_limit
from lotsen.public_forms import NOT_ASKED
from lotsen.remote import remote_address

SPAN = timedelta(hours=1)
PASS_FOR = timedelta(hours=1)
"""So long a proof holds; who takes longer says it once more and loses nothing that was typed."""
SALT = "bookings.status"
Row = TypeVar("Row", bound=models.Model)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """Ask for number and proof; say how it stands. What was typed on a page that grew old is taken up again."""
    if request.method != "POST":
        return _ask(request, StatusForm())
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, code=422)
    now = timezone.now()
    if not may_try(request, form.cleaned_data["reference"], at=now):
        return _too_many(request, now)
    visit, draft = visit_by_proof(**form.cleaned_data), draft_by_proof(**form.cleaned_data)
    if visit is not None and request.POST.get("was") in CHANGES:
        return _change(request, visit)
    if visit is None and draft is None:
        return _ask(request, form, code=422, is_unknown=True)
    context = _shown(visit, draft, reference=form.cleaned_data["reference"])
    return TemplateResponse(request, "bookings/web/status.html", context)


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
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Back to the first question that is still open; every answer so far is there."""
    draft = _proven(request, WebRequest)
    return redirect("bookings:status") if draft is None else go_on(draft, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """What can be changed, then one question, then the list again."""
    visit = _proven(request, HomeVisit)
    if request.method != "POST":
        return redirect("bookings:status")
    if visit is None:
        return _ask(request, StatusForm(), kept=_kept(request), code=422)
    return _change(request, visit)


def _change(request: HttpRequest, visit: HomeVisit) -> HttpResponse:
    if not can_call_off(visit, at=timezone.now()):
        return _status_again(request, visit, _("Das geht hier nicht mehr. Bitte rufen Sie uns an."))
    asked = CHANGES.get(request.POST.get("was", ""))
    if asked is None:
        return _changes_page(request, visit)
    if "ok" not in request.POST:
        return _change_page(request, visit, asked, asked.form_of(visit))
    form = asked.form_of(visit, request.POST)
    if not form.is_valid():
        return _change_page(request, visit, asked, form, code=422)
    try:
        is_done = asked.take(visit, form.values(), at=timezone.now())
    except Refused as no:
        return _status_again(request, visit, no.sentence)
    return _changes_page(request, HomeVisit.objects.get(pk=visit.pk), saved=asked, is_done=is_done)


def _changes_page(
    request: HttpRequest, visit: HomeVisit, *, saved: Change | None = None, is_done: bool = True
) -> HttpResponse:
    context = {"visit": visit, "proof": _proof(visit), "rows": [(one, one.now(visit)) for one in CHANGES.values()]}
    return TemplateResponse(request, "bookings/web/changes.html", context | {"saved_change": saved, "is_done": is_done})


def _change_page(request: HttpRequest, visit: HomeVisit, asked: Change, form: Any, *, code: int = 200) -> HttpResponse:
    context = {"visit": visit, "proof": _proof(visit), "asked": asked, "form": form}
    return TemplateResponse(request, "bookings/web/change.html", context, status=code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest) -> HttpResponse:
    """Ask once whether it is meant, then call the visit off."""
    visit = _proven(request, HomeVisit)
    if visit is None:
        return redirect("bookings:status")
    if "ja" not in request.POST:
        context = {"visit": visit, "proof": _proof(visit)}
        return TemplateResponse(request, "bookings/web/call_off.html", context)
    try:
        visits.cancel_visit(visit, because=_("im Internet abgesagt"), own_wish=True, by=None, at=timezone.now())
    except Refused as no:
        return _status_again(request, visit, no.sentence)
    return redirect("bookings:status-off")


@never_cache
@require_safe
def called_off(request: HttpRequest) -> HttpResponse:
    """It is off, and nobody comes."""
    return TemplateResponse(request, "bookings/web/called_off.html")


def _status_again(request: HttpRequest, visit: HomeVisit, sentence: str) -> HttpResponse:
    context = _shown(HomeVisit.objects.get(pk=visit.pk), None, reference=visit.reference) | {"refusal": sentence}
    return TemplateResponse(request, "bookings/web/status.html", context, status=409)


def _proof(row: models.Model) -> str:
    return signing.dumps([row._meta.model_name, row.pk], salt=SALT)


def _proven(request: HttpRequest, model: type[Row]) -> Row | None:
    """The row that a signed proof from the status page names; None when it is old, forged or of something else."""
    try:
        name, key = signing.loads(request.POST.get("proof", ""), salt=SALT, max_age=PASS_FOR)
    except signing.BadSignature:
        return None
    return model._default_manager.filter(pk=key).first() if name == model._meta.model_name else None


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be sent again after the proof."""
    gone = {"csrfmiddlewaretoken", "proof", "reference", "said", *NOT_ASKED}
    return [(name, value) for name, values in request.POST.lists() if name not in gone for value in values]


def _shown(visit: HomeVisit | None, draft: WebRequest | None, *, reference: str) -> dict[str, Any]:
    is_open = visit is not None and can_call_off(visit, at=timezone.now())
    row = visit or draft
    return {
        "visit": visit,
        "draft": draft,
        "reference": reference,
        "can_call_off": is_open,
        "proof": _proof(row) if row is not None and (is_open or visit is None) else "",
    }


def _ask(
    request: HttpRequest,
    form: StatusForm,
    *,
    code: int = 200,
    is_unknown: bool = False,
    kept: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    kept = _kept(request) if kept is None and request.method == "POST" else kept
    context = {"form": form, "is_unknown": is_unknown, "kept": kept or []}
    return TemplateResponse(request, "bookings/web/status_ask.html", context, status=code)


def _too_many(request: HttpRequest, now: datetime) -> HttpResponse:
    context = {"form": StatusForm(), "minutes": minutes_left(now, SPAN), "kept": _kept(request)}
    return TemplateResponse(request, "bookings/web/status_ask.html", context, status=429)
