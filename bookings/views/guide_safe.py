"""While somebody is at a visit: half an hour more, help, and the report that is being written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings import report_drafts, safe_return
from bookings import reports as report_verbs
from bookings.forms.guide import GOAL, ReportForm, guard_sentence
from bookings.guard import flags
from bookings.models import HomeVisit, ReportDraft, VisitReport
from bookings.queries import guided_visits, own_visits
from bookings.views.guide import GUIDES, page
from lotsen.kernel.calendar import clock, local
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required

LONGEST_NUMBER = 9
CHANGEABLE = ("topics", "minutes", "goal", "note", "follow_up", "goals")


def _visit(request: HttpRequest, reference: str) -> HomeVisit:
    return get_object_or_404(guided_visits(request.user), reference=reference)


@role_required(*GUIDES)
@require_POST
def longer(request: HttpRequest, reference: str) -> HttpResponse:
    """30 Minuten mehr."""
    row = _visit(request, reference)
    try:
        safe_return.stay_longer(row, by=request.user, at=timezone.now())
    except Refused:
        return redirect("bookings:guide-visit", reference)  # it is over: the page shows it
    return redirect("bookings:guide-visit", reference)


@role_required(*GUIDES)
@require_POST
def call_for_help(request: HttpRequest, reference: str) -> HttpResponse:
    """Ich brauche Hilfe: an alarm at once, and a call back."""
    row = get_object_or_404(own_visits(request.user), reference=reference)
    safe_return.ask_for_help(row, by=request.user, at=timezone.now())
    return redirect("bookings:guide-visit", reference)


@role_required(*GUIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """Put one's own report right, for 48 hours."""
    row, now = _visit(request, reference), timezone.now()
    report = row.report
    if report is None or report.by_id != request.user.pk or report.outcome != VisitReport.Outcome.HELPED:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None, visit=row, at=now, said=_said(report))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in CHANGEABLE}
        try:
            report_verbs.change_report(report, by=request.user, at=now, **values)
        except Refused as no:
            form.add_error(None, no.sentence)
        else:
            messages.success(request, _("Danke. Der Bericht ist geändert."))
            return redirect("bookings:guide-reports")
    context = {"form": form, "visit": row, "is_change": True}
    return page(request, "report", context, at=now, status=422 if form.is_bound else 200)


def _said(report: VisitReport) -> dict[str, Any]:
    goals = {f"{GOAL}{one.topic.key}": one.goal for one in report.topic_goals.select_related("topic")}
    return goals | {
        "topics": [topic.key for topic in report.topics.all()],
        "minutes": report.minutes,
        "goal": report.goal,
        "note": report.note,
        "follow_up": "ja" if report.follow_up else "nein",
    }


@role_required(*GUIDES)
@require_POST
def draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what was typed; 409 with what stands there where another page has written on."""
    row, now = _visit(request, reference), timezone.now()
    if row.state != HomeVisit.State.ASSIGNED:
        return JsonResponse({"saved": _("Dazu gibt es schon einen Bericht.")}, status=410)
    said = {name: request.POST.get(name, "") for name in report_drafts.WORDS}
    said |= {name: value for name, value in request.POST.items() if name.startswith(GOAL)}
    said["topics"] = request.POST.getlist("topics")
    mark = {name: _number(request.POST.get(name, "")) for name in ("base", "count")}
    try:
        kept = report_drafts.keep_draft(
            row, said=said, copy=request.POST.get("copy", "")[:36], by=request.user, at=now, **mark
        )
    except report_drafts.DraftOvertaken as newer:
        return JsonResponse({"version": newer.draft.version, "said": newer.draft.said}, status=409)
    return JsonResponse(_answer(kept, said["note"], now))


def _answer(kept: ReportDraft, note: str, now: datetime) -> dict[str, Any]:
    found = flags(note)
    saved = _("Gespeichert um %(time)s Uhr") % {"time": clock(local(now))}
    return {"version": kept.version, "saved": str(guard_sentence(found[0])) if found else saved}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0
