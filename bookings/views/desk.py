"""The hotline's desk: one request on one screen, the search."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import intake as desk_intake
from bookings.call_guide import (
    CONSENT_VERSION,
    CONTACT,
    EMERGENCY,
    INFORMATION,
    NEEDS,
    NEVER_ASKED,
    PARTNER,
    SURVEY,
    consent_text,
    guide_for,
)
from bookings.forms.desk import IntakeForm, PhoneShareForm, words_of
from bookings.forms.suggestions import SuggestionGone, chosen_from
from bookings.models import Client, Entrance, HotlineDraft
from bookings.queries import attach_latest_visits, find_clients, open_calls, open_requests, phone_share
from bookings.queries.volunteers import find_volunteers
from bookings.rules import DESK
from bookings.views.beside import alarm_words, beside, ringing
from lotsen.kernel.calendar import local
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.models import Role

PAGE = 25
CALLS_BESIDE, GUIDES_SHOWN = 5, 5
SHOWS = {"suchen", "person", "andere", "ohne"}
SEVERAL = {"topics", "needs", "reach_by"}
LONGEST, LONGEST_NUMBER = 2000, 19


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """The one screen: take a request down, with dates to offer beside it.

    Buttons that only change the page (search for dates, this person, another person, no date) name themselves; every
    other way of sending the form takes the request down.
    """
    if request.method != "POST":
        return _intake_page(request, IntakeForm(initial=_initial(request)))
    if SHOWS & request.POST.keys():
        initial = _typed(request) | _pressed(request)
        return _intake_page(request, IntakeForm(initial=initial), asked=IntakeForm(initial))
    form = IntakeForm(request.POST)
    if not form.is_valid():
        return _intake_page(request, form, asked=form, status=422)
    try:
        visit = desk_intake.take_request(_intake(form), by=request.user, at=timezone.now())
    except Refused as no:
        form.add_error(None, no.sentence)
        return _intake_page(request, form, asked=form, status=409)
    return redirect("bookings:visit", visit.reference)


def _intake(form: IntakeForm) -> desk_intake.Intake:
    """What was said, with the date that was taken. Refuses a date that is no longer there."""
    value = form.cleaned_data["vorschlag"]
    taken = form.intake(chosen=chosen_from(value, form, at=timezone.now()))
    if value and taken.is_agreed and taken.chosen is None:
        raise SuggestionGone
    return taken


def _initial(request: HttpRequest) -> dict[str, Any]:
    kept = HotlineDraft.objects.filter(agent=request.user).first()
    by_letter = {"entrance": Entrance.LETTER} if request.GET.get("weg") == "brief" else {}
    return {"key": uuid4(), **(kept.data if kept else {}), **by_letter}


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form, as initial values of a fresh one: searching for dates is no reason to complain."""
    posted = ((name, request.POST.getlist(name)) for name in IntakeForm.base_fields if name in request.POST)
    typed = {name: [one.replace("\x00", "")[:LONGEST] for one in values] for name, values in posted}
    return {name: values if name in SEVERAL else values[-1] for name, values in typed.items()}


def _pressed(request: HttpRequest) -> dict[str, Any]:
    """What a button changes in the form: this person is meant, or this one is another of the same household."""
    post = request.POST
    if "ohne" in post:
        return {"vorschlag": ""}
    if "andere" in post:
        return {"others": f"{post.get('others', '')},{post['andere']}", "known": ""}
    if "person" not in post:
        return {}
    person = _person(post["person"])
    if person is None:
        return {"known": ""}
    record_reads([person], fields=["name", "phone", "address"], why="intake", by=request.user, at=timezone.now())
    return words_of(person)


def _person(number: str) -> Client | None:
    is_number = number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER
    return Client.objects.select_related("address").filter(pk=number).first() if is_number else None


def _intake_page(
    request: HttpRequest, form: IntakeForm, *, asked: IntakeForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "draft_url": reverse("bookings:draft"),
        "calls": open_calls()[:CALLS_BESIDE],
        "guide": guide_for(request.user.name),
        "never_asked": NEVER_ASKED,
        "emergency": EMERGENCY,
        "consents": _consents(form),
        "consent_version": CONSENT_VERSION,
        "q": "",
        **ringing(request.user, at=timezone.now()),
    }
    context |= _beside(request, asked) if asked is not None else {"has_asked": False}
    return TemplateResponse(request, "bookings/desk/intake.html", {**context, "form": form}, status=status)


def _consents(form: IntakeForm) -> list[tuple[BoundField, str]]:
    """Each question with the words to read out, in the order of the talk."""
    asked = {"consent": INFORMATION, "may_needs": NEEDS, "may_contact": CONTACT}
    asked |= {"may_partner": PARTNER, "may_survey": SURVEY}
    return [(form[name], consent_text(purpose)) for name, purpose in asked.items() if name in form.fields]


@role_required(*DESK)
@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """The column beside the form, while somebody types: who may be known, which dates can be offered."""
    return TemplateResponse(request, "bookings/desk/_beside.html", _beside(request, IntakeForm(request.POST)))


def _beside(request: HttpRequest, form: IntakeForm) -> dict[str, Any]:
    form.is_valid()
    return beside(request, form, at=timezone.now())


@role_required(*DESK)
@require_safe
def on_the_line(request: HttpRequest) -> HttpResponse:
    """Who is on this agent's line; asked every few seconds, and without an answer while nothing has changed."""
    shown = request.GET.get("gezeigt", "")
    context = ringing(request.user, at=timezone.now(), seen=shown)
    if context["is_seen"] or (context["call"] is None and not shown):
        return HttpResponse(status=204)
    return TemplateResponse(request, "bookings/desk/_ringing.html", context)


@role_required(*DESK)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed, at every keystroke; says which words of danger stand in it."""
    now = timezone.now()
    desk_intake.keep_draft(request.user, data=_typed(request), at=now)
    saved = _("Entwurf gespeichert, %(time)s Uhr.") % {"time": f"{local(now):%H:%M:%S}"}
    return JsonResponse({"saved": saved, "alarm": alarm_words(request.POST)})


@role_required(*DESK)
@require_POST
def drop_draft(request: HttpRequest) -> HttpResponse:
    """Begin with an empty form."""
    desk_intake.drop_draft(request.user)
    return redirect("bookings:intake")


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find a person by name, number, street or reference; every person shown is journalled.

    What is sought is personal, hence posted: it never stands in a URL, a history or a log.
    """
    text = request.POST.get("q", "")[:100]
    people = find_clients(text)
    attach_latest_visits(people)
    beside_form = request.POST.get("neben") == "anfrage"
    guides = find_volunteers(text, limit=GUIDES_SHOWN) if text and not beside_form else []
    record_reads(people, fields=["name", "phone", "address"], why="search", by=request.user, at=timezone.now())
    record_reads(guides, fields=["name"], why="volunteer search", by=request.user, at=timezone.now())
    template = "bookings/desk/_found.html" if request.headers.get("HX-Request") else "bookings/desk/search.html"
    context = {"q": text, "people": people, "guides": guides, "beside_form": beside_form}
    return TemplateResponse(request, template, context)


@role_required(*DESK)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Open requests, the oldest promise first."""
    page = Paginator(open_requests(request.user), PAGE).get_page(request.GET.get("seite"))
    now = timezone.now()
    record_reads({row.client for row in page}, fields=["name"], why="open requests", by=request.user, at=now)
    share = phone_share(at=now)
    form = PhoneShareForm(initial={"percent": share.percent}) if request.user.has_role(Role.COORDINATOR) else None
    context = {"page": page, "now": now, "share": share, "share_form": form}
    return TemplateResponse(request, "bookings/desk/requests.html", context)


@role_required(Role.COORDINATOR)
@require_POST
def keep_share(request: HttpRequest) -> HttpResponse:
    """How much of the coming two weeks is kept back for the telephone."""
    form = PhoneShareForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["percent"]))
    else:
        desk_intake.keep_phone_share(form.cleaned_data["percent"], by=request.user, at=timezone.now())
        messages.success(request, _("Gespeichert. Das gilt ab sofort."))
    return redirect("bookings:requests")
