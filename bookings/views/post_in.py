"""The post that comes in, typed in by its number; and a date put to somebody by letter or SMS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings import post, visits
from bookings.forms.post import ConsentInForm, IncomingForm, LetterInForm, ProposalForm, ReplyCardForm
from bookings.forms.suggestions import SuggestionGone, chosen_from, offered
from bookings.models import HomeVisit, PostIn
from bookings.proposals import suggest
from bookings.proposed_dates import answer_proposal, propose, ways_of
from bookings.queries import visible_visits
from bookings.queries.post import letter_rows, letters_about, open_proposal
from bookings.rules import DESK, is_ready_to_offer
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.models import User

BY_SLUG: Mapping[str, str] = {
    "karte": PostIn.Kind.REPLY_CARD,
    "brief": PostIn.Kind.LETTER,
    "einwilligung": PostIn.Kind.CONSENT,
    "zurueck": PostIn.Kind.RETURNED,
}
SLUGS = {kind: slug for slug, kind in BY_SLUG.items()}
FORMS: Mapping[str, type[forms.Form]] = {
    PostIn.Kind.REPLY_CARD: ReplyCardForm,
    PostIn.Kind.LETTER: LetterInForm,
    PostIn.Kind.CONSENT: ConsentInForm,
}


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def incoming(request: HttpRequest) -> HttpResponse:
    """What came, and its number."""
    form = IncomingForm(request.POST)
    if request.method != "POST":
        return TemplateResponse(request, "bookings/post/incoming.html", {"form": IncomingForm()})
    if form.is_valid():
        reference = form.cleaned_data["reference"]
        if visible_visits(request.user).filter(reference=reference).exists():
            return redirect("bookings:post-in", reference, SLUGS[form.cleaned_data["kind"]])
        form.add_error("reference", _("Zu dieser Nummer gibt es keinen Vorgang. Bitte prüfen Sie die Ziffern."))
    return TemplateResponse(request, "bookings/post/incoming.html", {"form": form}, status=422)


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """What stands on the paper: ticks, a line, a signature, or which of our letters came back."""
    visit = _visit(request, reference)
    kind = BY_SLUG.get(slug)
    if kind is None:
        raise Http404
    form = FORMS[kind](request.POST if request.method == "POST" else None) if kind in FORMS else None
    if request.method == "POST" and form is not None and form.is_valid():
        TAKES[kind](visit, form, by=request.user, at=timezone.now())
        messages.success(request, _("Aufgeschrieben. Das Papier kann jetzt in die Ablage."))
        return redirect("bookings:visit", reference)
    return _take_page(request, visit, kind, form)


def _take_page(request: HttpRequest, visit: HomeVisit, kind: str, form: forms.Form | None) -> HttpResponse:
    record_reads([visit.client], fields=["name"], why="post in", by=request.user, at=timezone.now())
    proposed = open_proposal(visit)
    context = {
        "visit": visit,
        "client": visit.client,
        "kind": PostIn.Kind(kind),
        "form": form,
        "proposed": proposed,
        "rows": letter_rows(list(letters_about(visit))) if form is None else [],
    }
    status = 422 if form is not None and form.is_bound else 200
    return TemplateResponse(request, "bookings/post/take.html", context, status=status)


def _visit(request: HttpRequest, reference: str) -> HomeVisit:
    return get_object_or_404(visible_visits(request.user), reference=reference)


def _card(visit: HomeVisit, form: forms.Form, *, by: User, at: Any) -> None:
    post.take_reply_card(visit, by=by, at=at, **form.cleaned_data)


def _letter(visit: HomeVisit, form: forms.Form, *, by: User, at: Any) -> None:
    post.take_letter(visit, note=form.cleaned_data["note"], by=by, at=at)


def _consent(visit: HomeVisit, form: forms.Form, *, by: User, at: Any) -> None:
    assert isinstance(form, ConsentInForm)
    data = form.cleaned_data
    post.take_consents(visit, answers=form.answers, version=data["version"], note=data["note"], by=by, at=at)


TAKES: Mapping[str, Callable[..., None]] = {
    PostIn.Kind.REPLY_CARD: _card,
    PostIn.Kind.LETTER: _letter,
    PostIn.Kind.CONSENT: _consent,
}


# --- a date put to somebody -------------------------------------------------------------------------


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a date to the person: the visit's own, or one of the suggestions. A bare POST only shows the page."""
    visit, now = _visit(request, reference), timezone.now()
    is_sent = request.method == "POST" and "way" in request.POST
    form = ProposalForm(request.POST if is_sent else None, visit=visit, at=now)
    if not is_sent or not form.is_valid():
        return _proposal_page(request, visit, form, status=422 if is_sent else 200)
    try:
        _propose(request, visit, form, at=now)
    except Refused as no:
        form.add_error(None, no.sentence)
        return _proposal_page(request, visit, form, status=409)
    messages.success(request, _("Die Frage geht hinaus. Bis zur Antwort halten wir den Tag frei."))
    return redirect("bookings:visit", reference)


def _propose(request: HttpRequest, visit: HomeVisit, form: ProposalForm, *, at: Any) -> None:
    volunteers: tuple[int, ...] = ()
    if visit.state == HomeVisit.State.REQUESTED:
        chosen = chosen_from(request.POST.get("vorschlag", ""), None, visit=visit, at=at)
        if chosen is None:
            raise SuggestionGone
        volunteers = chosen.volunteers
        visit = visits.fix_slot(visit, starts_at=chosen.starts_at, by=request.user, at=at)
    way, answer_by = form.cleaned_data["way"], form.answer_at
    propose(visit, way=way, answer_by=answer_by, volunteers=volunteers, by=request.user, at=at)


def _proposal_page(request: HttpRequest, visit: HomeVisit, form: ProposalForm, *, status: int) -> HttpResponse:
    now = timezone.now()
    record_reads([visit.client], fields=["name"], why="proposal", by=request.user, at=now)
    is_open = visit.state == HomeVisit.State.REQUESTED and is_ready_to_offer(visit)
    found = suggest(visit, at=now) if is_open else None
    context = {
        "visit": visit,
        "client": visit.client,
        "form": form,
        "ways": ways_of(visit),
        "proposed": open_proposal(visit),
        "suggestions": offered(found) if found else [],
        "is_ready": is_open or visit.state == HomeVisit.State.SCHEDULED,
    }
    return TemplateResponse(request, "bookings/post/propose.html", context, status=status)


@role_required(*DESK)
@require_POST
def proposal_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The person says yes or no on the phone."""
    visit = _visit(request, reference)
    proposed, said = open_proposal(visit), request.POST.get("antwort", "")
    if proposed is None or said not in {"ja", "nein"}:
        messages.error(request, _("Diese Frage ist schon beantwortet oder abgelaufen."))
        return redirect("bookings:visit", reference)
    try:
        answer_proposal(
            proposed, said == "ja", by=request.user, at=timezone.now(), wish=request.POST.get("wunsch", "")[:200]
        )
    except Refused as no:
        messages.error(request, str(no.sentence))
    return redirect(reverse("bookings:visit", args=[reference]))
