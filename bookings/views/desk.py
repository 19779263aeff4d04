"""The hotline's desk: one request on one screen, the case, the search."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import intake as desk_intake
from bookings import visits
from bookings.forms.desk import IntakeForm
from bookings.forms.suggestions import SuggestionGone, chosen_from, offered
from bookings.models import Caller, HomeVisit, HotlineDraft
from bookings.nearby import stops_near
from bookings.proposals import suggest, suggest_for
from bookings.queries import (
    attach_latest_visits,
    find_clients,
    history_of,
    likely_known,
    open_calls,
    open_requests,
    visible_visits,
)
from bookings.rules import DESK, is_ready_to_offer
from bookings.translate import need_from_words, point_of
from lotsen.kernel.calendar import clock, local
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.places.addresses import address_for

CASE_FIELDS = ("name", "phone", "address", "needs", "caller", "goal", "note")
PAGE = 25
CALLS_BESIDE = 5


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """The one screen: take a request down, with dates to offer beside it."""
    if request.method != "POST":
        return _intake_page(request, IntakeForm(initial=_initial(request)))
    form = IntakeForm(request.POST)
    if "suchen" in request.POST:
        form.full_clean()
        return _intake_page(request, IntakeForm(initial=_typed(request)), asked=form)
    if not form.is_valid():
        return _intake_page(request, form, asked=form, status=422)
    try:
        taken = form.intake(chosen=chosen_from(request.POST.get("vorschlag", ""), form, at=timezone.now()))
        if request.POST.get("vorschlag") and taken.is_agreed and taken.chosen is None:
            raise SuggestionGone
        visit = desk_intake.take_request(taken, by=request.user, at=timezone.now())
    except Refused as no:
        form.add_error(None, no.sentence)
        return _intake_page(request, form, asked=form, status=409)
    return redirect("bookings:visit", visit.reference)


def _initial(request: HttpRequest) -> dict[str, Any]:
    kept = HotlineDraft.objects.filter(agent=request.user).first()
    return {"key": uuid4(), **(kept.data if kept else {})}


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form, as initial values of a fresh one: searching for dates is no reason to complain."""
    several = {"topics", "needs", "reach_by"}
    posted = ((name, request.POST.getlist(name)) for name in IntakeForm.base_fields if name in request.POST)
    typed = {name: [one.replace("\x00", "") for one in values] for name, values in posted}
    return {name: values if name in several else values[-1] for name, values in typed.items()}


def _intake_page(
    request: HttpRequest, form: IntakeForm, *, asked: IntakeForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "draft_url": reverse("bookings:draft"),
        "calls": open_calls()[:CALLS_BESIDE],
    }
    context |= _beside(request, asked) if asked is not None else {"has_asked": False}
    return TemplateResponse(request, "bookings/desk/intake.html", context, status=status)


@role_required(*DESK)
@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """The column beside the form, while somebody types: who may be known, which dates can be offered."""
    form = IntakeForm(request.POST)
    form.full_clean()
    return TemplateResponse(request, "bookings/desk/_beside.html", _beside(request, form))


def _beside(request: HttpRequest, form: IntakeForm) -> dict[str, Any]:
    data, now = form.cleaned_data, timezone.now()
    typed = form.typed_address()
    point = point_of(address_for(typed)) if typed else None
    known = likely_known(phone=data.get("phone", ""), name=data.get("name", ""), but_not=data.get("known"))
    record_reads(known, fields=["name", "street"], why="duplicate warning", by=request.user, at=now)
    topics = list(data.get("topics") or ())
    need = need_from_words(data, point=point, at=now) if topics and point else None
    found = suggest_for(need, minutes=max(topic.minutes for topic in topics), at=now) if need else None
    return {
        "form": form,
        "has_asked": True,
        "missing": not (topics and point),
        "is_unconfirmed": data.get("caller", Caller.SELF) != Caller.SELF,
        "known": known,
        "suggestions": offered(found) if found else [],
        "misfits": found.misfits if found else (),
        "people": found.people if found else 0,
        "stops": stops_near(point, at=now) if point else [],
        "is_coordinator": request.user.has_role("coordinator"),
    }


@role_required(*DESK)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed, at every change."""
    now = timezone.now()
    desk_intake.keep_draft(request.user, data=_typed(request), at=now)
    return JsonResponse({"saved": _("Entwurf gespeichert, %(time)s Uhr.") % {"time": clock(local(now))}})


@role_required(*DESK)
@require_POST
def drop_draft(request: HttpRequest) -> HttpResponse:
    """Begin with an empty form."""
    desk_intake.drop_draft(request.user)
    return redirect("bookings:intake")


@role_required(*DESK)
@require_safe
def visit(request: HttpRequest, reference: str) -> HttpResponse:
    """One case: the number to read out, who and when, what happened, and the next act."""
    row = _visit(request, reference)
    now = timezone.now()
    record_reads([row.client], fields=CASE_FIELDS, why="case", by=request.user, at=now)
    can_ask = row.state in (HomeVisit.State.REQUESTED, HomeVisit.State.SCHEDULED) and is_ready_to_offer(row)
    found = suggest(row, at=now) if can_ask else None
    return TemplateResponse(
        request,
        "bookings/desk/visit.html",
        {
            "visit": row,
            "client": row.client,
            "suggestions": offered(found) if found else [],
            "misfits": found.misfits if found else (),
            "people": found.people if found else 0,
            "can_ask": can_ask,
            "can_cancel": HomeVisit.State.CANCELLED in HomeVisit.moves[row.state],
            "stops": stops_near(point_of(row.client.address), at=now),
            "offers": row.offers.select_related("volunteer__user").order_by("pk"),
            "timeline": history_of(row),
            "is_coordinator": request.user.has_role("coordinator"),
        },
    )


def _visit(request: HttpRequest, reference: str) -> HomeVisit:
    return get_object_or_404(visible_visits(request.user), reference=reference)


ACTS = {
    "confirm": lambda row, post, **who: visits.confirm_request(row, **who),
    "free": lambda row, post, **who: visits.free_slot(row, **who),
    "again": lambda row, post, **who: visits.seek_again(row, **who),
    "cancel": lambda row, post, **who: visits.cancel_visit(
        row, because=post.get("because", "")[:120], own_wish=post.get("own_wish") == "1", **who
    ),
}


@role_required(*DESK)
@require_POST
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One verb on one case: confirm, free, again, cancel."""
    if verb not in ACTS:
        raise Http404
    row = _visit(request, reference)
    try:
        ACTS[verb](row, request.POST, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
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


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find a person by name, number, street or reference; every person shown is journalled.

    What is sought is personal, hence posted: it never stands in a URL, a history or a log.
    """
    text = request.POST.get("q", "")[:100]
    people = find_clients(text)
    attach_latest_visits(people)
    record_reads(people, fields=["name", "phone", "address"], why="search", by=request.user, at=timezone.now())
    template = "bookings/desk/_found.html" if request.headers.get("HX-Request") else "bookings/desk/search.html"
    return TemplateResponse(request, template, {"q": text, "people": people})


@role_required(*DESK)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Open requests, the oldest promise first."""
    page = Paginator(open_requests(request.user), PAGE).get_page(request.GET.get("seite"))
    record_reads({row.client for row in page}, fields=["name"], why="open requests", by=request.user, at=timezone.now())
    return TemplateResponse(request, "bookings/desk/requests.html", {"page": page, "now": timezone.now()})
