"""The case: everything about one request on one page, and what the desk does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import cases, reports, visits
from bookings import intake as desk_intake
from bookings.casefile import case_file
from bookings.forms.case import CaseForm
from bookings.forms.suggestions import SuggestionGone, chosen_from, offered, offered_places
from bookings.given_words import is_told, note_told
from bookings.labels import CANCEL_REASONS, PURPOSES
from bookings.models import CaseNote, HomeVisit
from bookings.nearby import stops_near
from bookings.proposals import kept_back_for, suggest, team_places
from bookings.queries import history_of, visible_visits
from bookings.queries.offers import answerable_offers, blocked_pairs
from bookings.queries.post import open_proposal
from bookings.queries.timeline import Happening, consents_of
from bookings.rules import DESK, is_ready_to_offer
from bookings.translate import need_for, point_of
from lotsen.kernel.calendar import long_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required

CASE_FIELDS = ("name", "phone", "email", "address", "needs", "caller", "goal", "note")
PAGE = 30
WRITTEN = (CaseNote.Kind.CALL_IN, CaseNote.Kind.CALL_OUT, CaseNote.Kind.NOTE)


@role_required(*DESK)
@require_safe
def visit(request: HttpRequest, reference: str) -> HttpResponse:
    """One case: the number to read out, who and when, what happened, and the next act."""
    row, now = _visit(request, reference), timezone.now()
    record_reads([row.client], fields=CASE_FIELDS, why="case", by=request.user, at=now)
    context = _timeline(request, row) | _suggestions(row) | _acts(row)
    context |= {
        "visit": row,
        "client": row.client,
        "consents": consents_of(row.client),
        "is_coordinator": request.user.has_role("coordinator"),
        "asked": list(answerable_offers(row)),
        "blocked": list(blocked_pairs(row.client)) if request.user.has_role("coordinator") else [],
    }
    return TemplateResponse(request, "bookings/desk/visit.html", context)


def _timeline(request: HttpRequest, row: HomeVisit) -> dict[str, Any]:
    group = request.GET.get("zeige", "")
    group = group if group in Happening.GROUPS else ""
    lines = Paginator(history_of(row, group=group), PAGE).get_page(request.GET.get("seite"))
    return {"page": lines, "group": group, "groups": Happening.GROUPS}


def _suggestions(row: HomeVisit) -> dict[str, Any]:
    now = timezone.now()
    can_ask = row.state in (HomeVisit.State.REQUESTED, HomeVisit.State.SCHEDULED) and is_ready_to_offer(row)
    found = suggest(row, at=now) if can_ask else None
    dates = offered(found) if found else []
    return {
        "can_ask": can_ask,
        "suggestions": [*dates, *_places(row, first=len(dates) + 1)] if can_ask else [],
        "misfits": found.misfits if found else (),
        "people": found.people if found else 0,
        "stops": stops_near(point_of(row.client.address), at=now),
    }


def _places(row: HomeVisit, *, first: int) -> list[Any]:
    """A free place of the mobile team, for a request without a date."""
    now, address = timezone.now(), row.client.address
    if row.state != HomeVisit.State.REQUESTED or address is None:
        return []
    skip = kept_back_for(row, at=now)
    return offered_places(team_places(address, need_for(row), minutes=row.minutes, at=now, skip=skip), first=first)


def _acts(row: HomeVisit) -> dict[str, Any]:
    is_settled = row.state == HomeVisit.State.ASSIGNED and row.checked_in_at is None
    return {
        "proposed": open_proposal(row),
        "is_word_told": is_told(row),
        "can_renew": is_settled and row.slot_ends_at is not None and row.slot_ends_at > timezone.now(),
        "can_cancel": HomeVisit.State.CANCELLED in HomeVisit.moves[row.state],
        "reasons": CANCEL_REASONS,
        "kinds": [(kind.value, kind.label) for kind in WRITTEN],
        "report": row.report,
    }


def _visit(request: HttpRequest, reference: str) -> HomeVisit:
    return get_object_or_404(visible_visits(request.user), reference=reference)


# --- acts -------------------------------------------------------------------------------------------


def _cancel(row: HomeVisit, post: Any, **who: Any) -> str:
    reason = CANCEL_REASONS.get(post.get("reason", ""), "")
    because = ": ".join(str(part) for part in (reason, post.get("because", "").strip()) if part)
    visits.cancel_visit(row, because=because[:120], own_wish=post.get("own_wish") == "1", **who)
    return _("Der Besuch ist abgesagt. Alle Betroffenen erfahren es.")


def _note(row: HomeVisit, post: Any, **who: Any) -> str:
    kind = post.get("kind", "")
    if kind not in WRITTEN:
        kind = CaseNote.Kind.NOTE
    cases.note_call(row, kind=kind, text=post.get("text", "")[:500], **who)
    return _("Aufgeschrieben.")


def _withdraw(row: HomeVisit, post: Any, **who: Any) -> str:
    if post.get("purpose", "") not in PURPOSES:
        raise Http404
    cases.withdraw_consent(row, purpose=post["purpose"], **who)
    return _("Zum Vorlesen: „Gut. Ab sofort nutzen wir das nicht mehr. Ihr Termin bleibt.“")


def _who_looked(row: HomeVisit, post: Any, **who: Any) -> str:
    cases.ask_who_looked(row, **who)
    until = long_date(cases.letter_day(who["at"]))
    return _("Zum Vorlesen: „Gern. Wir schreiben Ihnen, wer Ihre Daten gesehen hat. Der Brief kommt bis %(day)s.“") % {
        "day": until
    }


def _renew(row: HomeVisit, post: Any, **who: Any) -> str:
    visits.renew_word(row, **who)
    return _(
        "Zum Vorlesen: „Das macht nichts. Wir vergeben ein neues und rufen Sie an. Das alte gilt dann nicht mehr.“"
    )


def _sheet(row: HomeVisit, post: Any, **who: Any) -> str:
    reports.post_sheet(row, **who)
    return _("Das Merkblatt liegt bei den Briefen und geht mit der nächsten Post.")


def _silent(verb: Callable[..., Any]) -> Callable[..., str]:
    def act_on(row: HomeVisit, post: Any, **who: Any) -> str:
        verb(row, **who)
        return ""

    return act_on


ACTS: dict[str, Callable[..., str]] = {
    "confirm": _silent(visits.confirm_request),
    "free": _silent(visits.free_slot),
    "again": _silent(visits.seek_again),
    "cancel": _cancel,
    "note": _note,
    "withdraw": _withdraw,
    "who-looked": _who_looked,
    "word": _renew,
    "sheet": _sheet,
    "word-told": _silent(note_told),
}


@role_required(*DESK)
@require_POST
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One verb on one case; what it refuses is said on the page, and a note that was typed is kept."""
    if verb not in ACTS:
        raise Http404
    row = _visit(request, reference)
    try:
        said = ACTS[verb](row, request.POST, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        if said:
            messages.success(request, said)
    return redirect("bookings:visit", reference)


@role_required(*DESK)
@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a suggested date and ask its people."""
    row = _visit(request, reference)
    now = timezone.now()
    chosen = chosen_from(request.POST.get("vorschlag", ""), None, visit=row, at=now)
    try:
        if chosen is None:
            raise SuggestionGone
        desk_intake.ask_for(row, chosen, by=request.user, at=now)
        messages.success(request, _("Die Anfrage ist verschickt. Wer zusagt, steht hier."))
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("bookings:visit", reference)


# --- changing ---------------------------------------------------------------------------------------


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change the person and the request; what a colleague changed meanwhile is shown, and nothing typed is lost."""
    row = _visit(request, reference)
    if request.method != "POST":
        return _edit_page(request, row, CaseForm(visit=row))
    form = CaseForm(request.POST, visit=row)
    if not form.is_valid():
        return _edit_page(request, row, form, status=422)
    try:
        changed = cases.change_case(
            row,
            values=form.values(),
            hours=form.hours(),
            seen=form.stamps_seen(),
            has_consent=form.cleaned_data["has_consent"],
            by=request.user,
            at=timezone.now(),
        )
    except cases.Overtaken as no:
        again, theirs = form.overtaken_by(_visit(request, reference), no.fields)
        return _edit_page(request, row, again, status=409, theirs=theirs, refusal=no.sentence)
    except Refused as no:
        form.add_error("has_consent", no.sentence)
        return _edit_page(request, row, form, status=409)
    if changed:
        messages.success(request, _("Geändert."))
    return redirect("bookings:visit", reference)


def _edit_page(request: HttpRequest, row: HomeVisit, form: CaseForm, *, status: int = 200, **more: Any) -> HttpResponse:
    record_reads([row.client], fields=CASE_FIELDS, why="case changed", by=request.user, at=timezone.now())
    context = {
        "visit": row,
        "form": form,
        "has_consent": cases.is_given(row.client, "needs") and cases.is_given(row.client, "contact"),
        **more,
    }
    return TemplateResponse(request, "bookings/desk/visit_edit.html", context, status=status)


@role_required(*DESK)
@require_safe
def file(request: HttpRequest, reference: str) -> HttpResponse:
    """The case as one PDF/A for the electronic record; journalled like every look."""
    row, now = _visit(request, reference), timezone.now()
    record_reads([row.client], fields=CASE_FIELDS, why="case file", by=request.user, at=now)
    pdf = case_file(row, office=settings.CITY_NAME, fonts_dir=settings.FONTS_DIR, by=request.user, at=now)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="vorgang-{row.reference}.pdf"'
    return response
