"""A volunteer on the hotline's telephone: found, recognised, and what they say written down at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bookings import offers, reports, volunteer_calls
from bookings.disclosure import offer_card
from bookings.forms.guide import DeclineForm, NotMetForm, ReportForm, ReturnForm
from bookings.forms.volunteer_calls import ProofForm
from bookings.models import HomeVisit, Offer, VisitReport
from bookings.queries import own_visits, visible_offers
from bookings.queries.volunteers import at_hand, find_volunteers, listed_volunteers
from bookings.rules import DESK
from bookings.volunteer_calls import HOLDS_FOR, AskWhoSpeaks, prove
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.messages.telephone import caller_hint, ringing_for
from lotsen.people.access import role_required
from lotsen.people.models import Role
from volunteers.models import Volunteer

PAGE, LONGEST, LONGEST_NUMBER = 25, 100, 18
SPOKEN = "volunteer_calls"
"""In the session of the agent: whom they have recognised, and when."""


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find a volunteer by name, telephone, card or key; without a word the list of all. One alone opens at once.

    What is sought is personal, hence posted; everybody shown is journalled.
    """
    text, now = request.POST.get("q", "")[:LONGEST], timezone.now()
    page = None if text else Paginator(listed_volunteers(), PAGE).get_page(request.GET.get("seite"))
    rows = find_volunteers(text) if page is None else list(page)
    is_live = bool(request.headers.get("HX-Request"))
    if page is None and len(rows) == 1 and not is_live:
        return redirect("bookings:volunteer-call", rows[0].key)
    record_reads(rows, fields=["name", "phone"], why="volunteer search", by=request.user, at=now)
    template = "bookings/desk/_volunteers_found.html" if is_live else "bookings/desk/volunteers.html"
    return TemplateResponse(request, template, {"q": text, "rows": rows, "page": page})


def _volunteer(key: str) -> Volunteer:
    if "\x00" in key:
        raise Http404
    rows = listed_volunteers().select_related("home__district", "user", "start")
    return get_object_or_404(rows.prefetch_related("absences", "other_hours"), key=key)


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def volunteer(request: HttpRequest, key: str) -> HttpResponse:
    """One volunteer as an agent may see them. POST says who is speaking."""
    row, now = _volunteer(key), timezone.now()
    if request.method != "POST":
        return _page(request, row, at=now)
    form = ProofForm(request.POST)
    if not form.is_valid():
        return _page(request, row, at=now, proof=form, status=422)
    said = {"card": form.cleaned_data["card"], "has_called": form.cleaned_data["called"]}
    try:
        prove(row, **said, by=request.user, at=now)
    except Refused as no:
        form.add_error("card", no.sentence)
        return _page(request, row, at=now, proof=form, status=422)
    request.session[SPOKEN] = {**request.session.get(SPOKEN, {}), row.key: now.isoformat()}
    messages.success(request, _("Erkannt. Das gilt 15 Minuten für dieses Gespräch."))
    return redirect("bookings:volunteer-call", row.key)


def is_recognised(request: HttpRequest, row: Volunteer, *, at: datetime) -> bool:
    """Whether this agent has found out lately that it is them."""
    since = request.session.get(SPOKEN, {}).get(row.key)
    return since is not None and datetime.fromisoformat(since) + HOLDS_FOR > at


def _page(
    request: HttpRequest,
    row: Volunteer,
    *,
    at: datetime,
    proof: BaseForm | None = None,
    wrong: tuple[int | str, BaseForm | None] = (0, None),
    status: int = 200,
) -> HttpResponse:
    record_reads([row], fields=["name", "phone", "district"], why="volunteer call", by=request.user, at=at)
    found, (key, form) = at_hand(row, at=at), wrong
    call = ringing_for(request.user)
    context: dict[str, Any] = {
        "row": row,
        "hand": found,
        "offers": [offer_card(offer) for offer in found.offers],
        "is_known": is_recognised(request, row, at=at),
        "is_number": bool(call and row.user.phone and caller_hint(call) == row.user.phone),
        "proof": proof or ProofForm(),
        "return_form": ReturnForm(),
        "wrong": key,
        "wrong_form": form,
        "form": form or proof,
        "is_coordinator": request.user.has_role(Role.COORDINATOR),
        "may_go": row.state == Volunteer.State.ACTIVE,
    }
    return TemplateResponse(request, "bookings/desk/volunteer_call.html", context, status=status)


# --- what they say ------------------------------------------------------------------------------------


@role_required(*DESK)
@require_POST
def answer(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """ "ja" and "nein" to an offer, "zurueck" for a visit that they cannot do after all."""
    row, now = _volunteer(key), timezone.now()
    if verb not in ("ja", "nein", "zurueck"):
        raise Http404
    offer = _offer(row, request.POST.get("offer", ""))
    form = ReturnForm(request.POST) if verb == "zurueck" else DeclineForm(request.POST)
    try:
        if not is_recognised(request, row, at=now):
            raise AskWhoSpeaks
        if verb != "ja" and not form.is_valid():
            return _page(request, row, at=now, wrong=(offer.pk, form), status=422)
        messages.success(request, _write_down(verb, offer, form, by=request.user, at=now))
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("bookings:volunteer-call", row.key)


SAID = {
    "da": (volunteer_calls.note_arrival, gettext_lazy("„Bin da“ ist eingetragen.")),
    "weg": (volunteer_calls.note_leaving, gettext_lazy("„Bin weg“ ist eingetragen. Bitte nehmen Sie den Bericht auf.")),
    "laenger": (volunteer_calls.note_longer, gettext_lazy("30 Minuten mehr sind eingetragen.")),
    "mit": (volunteer_calls.note_along, gettext_lazy("Eingetragen: geht mit.")),
}
"""What they say of a visit on the telephone, and what the agent then reads."""


@role_required(*DESK)
@require_POST
def on_visit(request: HttpRequest, key: str, reference: str, verb: str) -> HttpResponse:
    """ "da", "weg", "laenger" and "hilfe" for the visit of now, "mit" and "nicht-mit" for a first visit."""
    row, now = _volunteer(key), timezone.now()
    if verb not in (*SAID, "hilfe", "nicht-mit"):
        raise Http404
    visit = get_object_or_404(own_visits(row.user), reference=reference)
    who: dict[str, Any] = {"volunteer": row, "by": request.user, "at": now}
    try:
        if verb == "hilfe":
            volunteer_calls.note_help(visit, **who)
            return redirect("bookings:alarm", visit.reference)
        if not is_recognised(request, row, at=now):
            raise AskWhoSpeaks
        if verb == "nicht-mit":
            return _not_along(request, row, visit, **who)
        act, sentence = SAID[verb]
        act(visit, **who)
        messages.success(request, sentence)
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("bookings:volunteer-call", row.key)


def _not_along(request: HttpRequest, row: Volunteer, visit: HomeVisit, **who: Any) -> HttpResponse:
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, row, at=who["at"], wrong=(visit.reference, form), status=422)
    volunteer_calls.note_not_along(visit, because=form.cleaned_data["because"], **who)
    messages.success(request, _("Ausgetragen. Die Koordination sucht jemand anderen."))
    return redirect("bookings:volunteer-call", row.key)


def _offer(row: Volunteer, number: str) -> Offer:
    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    return get_object_or_404(visible_offers(row.user), pk=number if is_number else 0)


def _write_down(verb: str, offer: Offer, form: BaseForm, **who: Any) -> str:
    if verb == "ja":
        offers.accept_offer(offer, **who)
        return _("Zugesagt. Alle Betroffenen erfahren es.")
    because = form.cleaned_data["because"]
    if verb == "nein":
        offers.decline_offer(offer, because=because, **who)
        return _("Das Nein ist eingetragen.")
    offers.return_offer(offer, because=because, **who)
    return _("Zurückgegeben. Wir fragen sofort andere.")


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: str, reference: str) -> HttpResponse:
    """The report of a visit, as its guide tells it on the telephone."""
    row, now = _volunteer(key), timezone.now()
    visit = get_object_or_404(
        HomeVisit.objects.select_related("client__address__district", "guide").prefetch_related("topics"),
        guide=row.user,
        reference=reference,
    )
    is_missed = request.POST.get("what") == "niemand"
    posted = request.POST if request.method == "POST" else None
    told = ReportForm(None if is_missed else posted, visit=visit, at=now)
    missed = NotMetForm(posted if is_missed else None, auto_id="niemand_%s")
    form: Any = missed if is_missed else told
    if posted is None or not form.is_valid():
        return _report_page(request, row, visit, told, missed, status=422 if form.is_bound else 200)
    said = {"outcome": VisitReport.Outcome.HELPED, **form.cleaned_data}
    if is_missed:
        said |= {"outcome": VisitReport.Outcome.NOT_MET, "topics": [], "minutes": 0}
    try:
        if not is_recognised(request, row, at=now):
            raise AskWhoSpeaks
        reports.file_report(visit, **said, by=request.user, at=now)
    except Refused as no:
        form.add_error(None, no.sentence)
        return _report_page(request, row, visit, told, missed, status=409)
    messages.success(request, _("Der Bericht ist eingetragen."))
    return redirect("bookings:volunteer-call", row.key)


def _report_page(
    request: HttpRequest, row: Volunteer, visit: HomeVisit, told: ReportForm, missed: NotMetForm, *, status: int
) -> HttpResponse:
    context = {"row": row, "visit": visit, "told": told, "missed": missed}
    context["form"] = missed if missed.is_bound else told
    return TemplateResponse(request, "bookings/desk/volunteer_report.html", context, status=status)
