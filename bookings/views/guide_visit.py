"""The volunteers' phone pages about one visit: where, the word, arriving and leaving, the report, giving it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import offers as offer_verbs
from bookings import reports as report_verbs
from bookings import visits as visit_verbs
from bookings.disclosure import VisitCard, visit_card
from bookings.forms.guide import NotMetForm, ReportForm, ReturnForm
from bookings.models import HomeVisit, Offer, VisitReport
from bookings.queries import guided_visits, reported_visits, unreported_visits, visible_offers, visits_before
from bookings.rules import can_check_in, can_check_out, can_give_back
from bookings.views.guide import GUIDES, page
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required

PAGE = 25


@role_required(*GUIDES)
@require_safe
def visit(request: HttpRequest, reference: str) -> HttpResponse:
    """One visit at its stage of disclosure; what is shown of the person is journalled first."""
    row, now = _visit(request, reference), timezone.now()
    return _visit_page(request, row, at=now)


def _visit(request: HttpRequest, reference: str) -> HomeVisit:
    return get_object_or_404(guided_visits(request.user), reference=reference)


def _card(request: HttpRequest, row: HomeVisit, *, why: str, at: datetime, only: tuple[str, ...] = ()) -> VisitCard:
    """The card of a visit, its fields (or `only` these of them) written into the journal."""
    card = visit_card(row, request.user, at=at)
    shown = [name for name in card.shown if not only or name in only]
    if shown:
        record_reads([row.client], fields=shown, why=why, by=request.user, at=at)
    return card


def _visit_page(
    request: HttpRequest, row: HomeVisit, *, at: datetime, refusal: str = "", status: int = 200
) -> HttpResponse:
    card = _card(request, row, why="guide visit", at=at)
    begins = row.slot_starts_at
    assert begins is not None
    user, is_mine = request.user, row.state == HomeVisit.State.ASSIGNED
    context: dict[str, Any] = {
        "card": card,
        "visit": row,
        "refusal": refusal,
        "is_mine": is_mine,
        "is_first": visits_before(row, request.user) == 0,
        "can_arrive": can_check_in(row, user, at=at) and row.checked_in_at is None,
        "can_leave": can_check_out(row, user, at=at) and row.checked_out_at is None,
        "can_report": is_mine and at >= begins,
        "can_return": can_give_back(row, user, at=at) and _accepted(request, row) is not None,
    }
    return page(request, "visit", context, at=at, status=status)


def _accepted(request: HttpRequest, row: HomeVisit) -> Offer | None:
    return visible_offers(request.user).filter(visit=row, state=Offer.State.ACCEPTED).first()


@role_required(*GUIDES)
@require_POST
def arrive(request: HttpRequest, reference: str) -> HttpResponse:
    """Ich bin da."""
    row, now = _visit(request, reference), timezone.now()
    try:
        visit_verbs.check_in(row, by=request.user, at=now)
    except Refused as no:
        return _visit_page(request, row, at=now, refusal=no.sentence, status=409)
    return redirect("bookings:guide-visit", reference)


@role_required(*GUIDES)
@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Ich bin wieder weg; the report comes next."""
    row, now = _visit(request, reference), timezone.now()
    try:
        visit_verbs.check_out(row, by=request.user, at=now)
    except Refused as no:
        return _visit_page(request, row, at=now, refusal=no.sentence, status=409)
    return redirect("bookings:guide-report", reference)


@role_required(*GUIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Ich kann doch nicht kommen: the date stays, somebody else is asked."""
    row, now = _visit(request, reference), timezone.now()
    offer = _accepted(request, row)
    if offer is None:
        raise Http404
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return page(request, "return", {"form": form, "visit": row}, at=now, status=422 if form.is_bound else 200)
    try:
        offer_verbs.return_offer(offer, because=form.cleaned_data["because"], by=request.user, at=now)
    except Refused as no:
        return _visit_page(request, row, at=now, refusal=no.sentence, status=409)
    messages.success(request, _("Danke fürs Bescheidsagen. Wir suchen jemand anderen."))
    return redirect("bookings:guide-today")


@role_required(*GUIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """What was done, prefilled from the visit."""
    row, now = _visit(request, reference), timezone.now()
    form = ReportForm(request.POST if request.method == "POST" else None, visit=row, at=now)
    if request.method != "POST" or not form.is_valid():
        return _report_page(request, "report", row, form, at=now, status=422 if form.is_bound else 200)
    return _file(request, "report", row, form, outcome=VisitReport.Outcome.HELPED, at=now, **form.cleaned_data)


@role_required(*GUIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def not_met(request: HttpRequest, reference: str) -> HttpResponse:
    """Nicht angetroffen: a proper result; somebody calls the person."""
    row, now = _visit(request, reference), timezone.now()
    form = NotMetForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _report_page(request, "not_met", row, form, at=now, status=422 if form.is_bound else 200)
    outcome, note = VisitReport.Outcome.NOT_MET, form.cleaned_data["note"]
    return _file(request, "not_met", row, form, outcome=outcome, at=now, topics=[], minutes=0, note=note)


def _file(
    request: HttpRequest, name: str, row: HomeVisit, form: Any, *, outcome: str, at: datetime, **said: Any
) -> HttpResponse:
    try:
        report_verbs.file_report(row, outcome=outcome, by=request.user, at=at, **said)
    except Refused as no:
        form.add_error(None, no.sentence)
        return _report_page(request, name, row, form, at=at, status=409)
    helped = _("Danke. Der Bericht ist da.")
    missed = _("Danke, dass Sie da waren. Wir kümmern uns weiter.")
    messages.success(request, helped if outcome == VisitReport.Outcome.HELPED else missed)
    return redirect("bookings:guide-reports")


def _report_page(
    request: HttpRequest, name: str, row: HomeVisit, form: Any, *, at: datetime, status: int
) -> HttpResponse:
    card = _card(request, row, why="guide report", at=at, only=("name", "initial", "goal"))
    return page(request, name, {"form": form, "visit": row, "card": card}, at=at, status=status)


@role_required(*GUIDES)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Reports that are missing, and those that are there: date, district, minutes, topics, nobody's name."""
    now = timezone.now()
    filed = Paginator(reported_visits(request.user), PAGE).get_page(request.GET.get("seite"))
    missing = [visit_card(row, request.user, at=now) for row in unreported_visits(request.user, at=now)]
    named = [card.visit.client for card in missing if "name" in card.shown]
    record_reads(named, fields=["name"], why="guide reports", by=request.user, at=now)
    return page(request, "reports", {"missing": missing, "filed": filed}, at=now)
