"""The volunteers' phone pages about one visit: where, the word, arriving and leaving, the report, giving it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import first_visits, report_drafts, safe_return
from bookings import offers as offer_verbs
from bookings import reports as report_verbs
from bookings import visits as visit_verbs
from bookings.disclosure import VisitCard, visit_card
from bookings.forms.guide import NotMetForm, ReportForm, ReturnForm
from bookings.given_words import is_ready
from bookings.models import HomeVisit, Offer, SafeReturn, VisitReport
from bookings.queries import (
    guided_visits,
    own_visits,
    reported_visits,
    unreported_visits,
    visible_offers,
    visits_before,
)
from bookings.rules import (
    HOUSE_NUMBER_FROM,
    SEEN_AFTER,
    can_check_in,
    can_check_out,
    can_give_back,
    can_leave_pair,
    is_guide,
    sees_contact,
    sees_house_number,
)
from bookings.shown_addresses import show_address
from bookings.views.guide import GUIDES, keep_until, page
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.models import User

PAGE = 25
KEPT = timedelta(hours=24)


@role_required(*GUIDES)
@require_safe
def visit(request: HttpRequest, reference: str) -> HttpResponse:
    """One visit at its stage of disclosure; what is shown of the person is journalled first."""
    row, now = _visit(request, reference), timezone.now()
    return _visit_page(request, row, at=now)


def _visit(request: HttpRequest, reference: str) -> HomeVisit:
    """One to which they go, as guide or along."""
    return get_object_or_404(own_visits(request.user), reference=reference)


def _guided(request: HttpRequest, reference: str) -> HomeVisit:
    """One whose guide they are: who goes along neither arrives nor reports for both."""
    return get_object_or_404(guided_visits(request.user), reference=reference)


def _card(request: HttpRequest, row: HomeVisit, *, why: str, at: datetime, only: tuple[str, ...] = ()) -> VisitCard:
    """The card of a visit, its fields (or `only` these of them) written into the journal."""
    has_door = not only and sees_house_number(row, request.user, at=at)
    is_withheld = has_door and not show_address(row, by=request.user, at=at)
    card = visit_card(row, request.user, at=at, is_withheld=is_withheld)
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
    safe = safe_return.latest_safe_return(row, guide=user)
    context: dict[str, Any] = {
        "card": card,
        "is_too_early": is_mine and at >= begins - HOUSE_NUMBER_FROM and not (row.checked_in_at or is_ready(row)),
        "visit": row,
        "refusal": refusal,
        "safe": safe,
        "is_overdue": safe is not None and safe.ends_at < at,
        "is_helped": safe is not None and safe.help_at is not None and not safe.is_silent,
        "contact": _contact(request, row, at=at),
        "help_sms": f"sms:{settings.TWILIO_NUMBER}?body=HILFE%20{_help_code(row, safe, user)}".removesuffix("%20"),
        "is_mine": is_mine,
        "is_first": visits_before(row, request.user) == 0,
        "can_arrive": can_check_in(row, user, at=at) and row.checked_in_at is None,
        "can_leave": can_check_out(row, user, at=at) and row.checked_out_at is None,
        "can_report": is_guide(row, user) and at >= begins,
        "can_return": _can_return(request, row, at=at),
        "is_along": row.companion_id == user.pk,
        "can_say_yes": row.companion_id == user.pk
        and row.companion_confirmed_at is None
        and can_leave_pair(row, user, at=at),
    }
    return _kept(page(request, "visit", context, at=at, status=status), row, at=at)


def _help_code(row: HomeVisit, safe: SafeReturn | None, user: User) -> str:
    """What stands behind HILFE: their own code where they go along, else that of the visit once they are there."""
    if row.companion_id == user.pk:
        return row.companion_code
    return safe.code if safe else ""


def _kept(response: HttpResponse, row: HomeVisit, *, at: datetime) -> HttpResponse:
    """Without network the telephone shows the page as it was, for a day and no longer than the door may be seen."""
    if row.state != HomeVisit.State.ASSIGNED or row.slot_ends_at is None or row.checked_out_at:
        return response
    return keep_until(response, min(at + KEPT, max(at, row.slot_ends_at + SEEN_AFTER)))


def _contact(request: HttpRequest, row: HomeVisit, *, at: datetime) -> str:
    """Whom the hotline would call in an emergency, without the number; "" outside the visit."""
    client = row.client
    if not client.contact_phone or not sees_contact(row, request.user, at=at):
        return ""
    record_reads([client], fields=["contact"], why="guide visit", by=request.user, at=at)
    return f"{client.contact_name} ({client.contact_relation})" if client.contact_relation else client.contact_name


def _can_return(request: HttpRequest, row: HomeVisit, *, at: datetime) -> bool:
    if can_leave_pair(row, request.user, at=at):
        return True
    return can_give_back(row, request.user, at=at) and _accepted(request, row) is not None


def _accepted(request: HttpRequest, row: HomeVisit) -> Offer | None:
    return visible_offers(request.user).filter(visit=row, state=Offer.State.ACCEPTED).first()


@role_required(*GUIDES)
@require_POST
def arrive(request: HttpRequest, reference: str) -> HttpResponse:
    """Ich bin da."""
    row, now = _guided(request, reference), timezone.now()
    try:
        visit_verbs.check_in(row, by=request.user, at=now)
    except Refused as no:
        return _visit_page(request, row, at=now, refusal=no.sentence, status=409)
    return redirect("bookings:guide-visit", reference)


@role_required(*GUIDES)
@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Ich bin wieder weg; the report comes next."""
    row, now = _guided(request, reference), timezone.now()
    try:
        visit_verbs.check_out(row, by=request.user, at=now)
    except Refused as no:
        return _visit_page(request, row, at=now, refusal=no.sentence, status=409)
    return redirect("bookings:guide-report", reference)


@role_required(*GUIDES)
@require_POST
def go_along(request: HttpRequest, reference: str) -> HttpResponse:
    """Ja, ich gehe mit: to a first visit to which they were entered."""
    row, now = _visit(request, reference), timezone.now()
    if row.companion_id != request.user.pk:
        raise Http404
    try:
        first_visits.confirm_along(row, by=request.user, at=now)
    except Refused as no:
        return _visit_page(request, row, at=now, refusal=no.sentence, status=409)
    messages.success(request, _("Danke. Wir rechnen mit Ihnen."))
    return redirect("bookings:guide-visit", reference)


@role_required(*GUIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Ich kann doch nicht kommen: the date stays, somebody else is asked. Who goes along says it here too."""
    row, now = _visit(request, reference), timezone.now()
    offer, is_along = _accepted(request, row), row.companion_id == request.user.pk
    if offer is None and not is_along:
        raise Http404
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return page(request, "return", {"form": form, "visit": row}, at=now, status=422 if form.is_bound else 200)
    try:
        because = form.cleaned_data["because"]
        if offer is not None:
            offer_verbs.return_offer(offer, because=because, by=request.user, at=now)
        else:
            first_visits.leave_pair(row, because=because, whose=request.user, by=request.user, at=now)
    except Refused as no:
        return _visit_page(request, row, at=now, refusal=no.sentence, status=409)
    messages.success(request, _("Danke fürs Bescheidsagen. Wir suchen jemand anderen."))
    return redirect("bookings:guide-today")


@role_required(*GUIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """What was done, prefilled from the visit."""
    row, now = _guided(request, reference), timezone.now()
    draft = report_drafts.draft_of(row, by=request.user)
    said = draft.said if draft else None
    form = ReportForm(request.POST if request.method == "POST" else None, visit=row, at=now, said=said)
    if request.method != "POST":
        return keep_until(_report_page(request, "report", row, form, at=now, status=200), now + KEPT)
    if _is_machine(request):
        return _answer(row, form, by=request.user, at=now)
    if not form.is_valid():
        return _report_page(request, "report", row, form, at=now, status=422)
    return _file(request, "report", row, form, outcome=VisitReport.Outcome.HELPED, at=now, **form.cleaned_data)


def _is_machine(request: HttpRequest) -> bool:
    """The page's own script hands the report in, perhaps for the second time."""
    return request.headers.get("Accept", "") == "application/json"


def _answer(row: HomeVisit, form: ReportForm, *, by: User, at: datetime) -> HttpResponse:
    """Filed, or why not, in a sentence; a report that is there already from this very page is filed."""
    if not form.is_valid():
        sentence = next(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"sentence": sentence}, status=422)
    try:
        report_verbs.file_report(row, outcome=VisitReport.Outcome.HELPED, by=by, at=at, **form.cleaned_data)
    except Refused as no:
        if report_verbs.filed_from(row, copy=form.cleaned_data["copy"], by=by) is not None:
            return JsonResponse({"url": reverse("bookings:guide-reports")})  # the first try was on its way still
        own = row.report is not None and row.report.by_id == by.pk
        url = reverse("bookings:guide-report-change", args=[row.reference]) if own else ""
        return JsonResponse({"sentence": no.sentence, "url": url}, status=409)
    return JsonResponse({"url": reverse("bookings:guide-reports")})


@role_required(*GUIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def not_met(request: HttpRequest, reference: str) -> HttpResponse:
    """Nicht angetroffen: a proper result; somebody calls the person."""
    row, now = _guided(request, reference), timezone.now()
    form = NotMetForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _report_page(request, "not_met", row, form, at=now, status=422 if form.is_bound else 200)
    outcome, said = VisitReport.Outcome.NOT_MET, form.cleaned_data
    return _file(request, "not_met", row, form, outcome=outcome, at=now, topics=[], minutes=0, **said)


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
    draft = report_drafts.draft_of(row, by=request.user)
    context = {"form": form, "visit": row, "card": card, "draft_version": draft.version if draft else 0}
    return page(request, name, context, at=at, status=status)


@role_required(*GUIDES)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Reports that are missing, and those that are there: date, district, minutes, topics, nobody's name."""
    now = timezone.now()
    filed = Paginator(reported_visits(request.user), PAGE).get_page(request.GET.get("seite"))
    missing = [visit_card(row, request.user, at=now) for row in unreported_visits(request.user, at=now)]
    named = [card.visit.client for card in missing if "name" in card.shown]
    record_reads(named, fields=["name"], why="guide reports", by=request.user, at=now)
    return page(
        request,
        "reports",
        {"missing": missing, "filed": filed, "changed_since": now - report_verbs.CHANGED_UNTIL},
        at=now,
    )
