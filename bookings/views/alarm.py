"""The emergency plan of one visit: four steps, each ticked by name and time, and who has the alarm."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings import safe_return
from bookings.models import HomeVisit, SafeReturn
from bookings.queries import visible_visits
from bookings.rules import DESK
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required

FIELDS = ["name", "phone", "contact"]


def _alarm(request: HttpRequest, reference: str) -> tuple[HomeVisit, SafeReturn]:
    """The visit with its alarm; a visit without one has no plan."""
    visit = get_object_or_404(visible_visits(request.user), reference=reference)
    row = safe_return.latest_safe_return(visit)
    if row is None:
        raise Http404
    return visit, row


@role_required(*DESK)
@require_safe
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Whom to call, in which order; every display is journalled."""
    return _page(request, *_alarm(request, reference))


def _page(
    request: HttpRequest, visit: HomeVisit, row: SafeReturn, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    record_reads([visit.client], fields=FIELDS, why="emergency plan", by=request.user, at=timezone.now())
    ticked = {step.number: step for step in row.ticked.select_related("by")}
    client = visit.client
    whom = client.contact_relation or client.contact_name
    steps = [
        (1, _("Noch einmal anrufen: %(name)s") % {"name": row.guide.name}, "" if row.is_silent else row.guide.phone),
        (2, _("Bei der besuchten Person anrufen: %(name)s") % {"name": client.salutation_name}, client.phone),
        (3, _("Notfallkontakt anrufen: %(name)s") % {"name": whom or _("keiner bekannt")}, client.contact_phone),
        (4, _("110 anrufen"), "110"),
    ]
    context = {
        "visit": visit,
        "alarm": row,
        "steps": [{"n": n, "words": words, "phone": phone, "tick": ticked.get(n)} for n, words, phone in steps],
        "refusal": refusal,
    }
    return TemplateResponse(request, "bookings/desk/alarm.html", context, status=status)


@role_required(*DESK)
@require_POST
def tick(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One step is done."""
    visit, row = _alarm(request, reference)
    try:
        safe_return.tick_step(row, number=number, by=request.user, at=timezone.now())
    except Refused as no:
        return _page(request, visit, row, refusal=no.sentence, status=409)
    return redirect("bookings:alarm", reference)


@role_required(*DESK)
@require_POST
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Ich übernehme."""
    visit, row = _alarm(request, reference)
    try:
        safe_return.take_alarm(row, by=request.user, at=timezone.now())
    except Refused as no:
        return _page(request, visit, row, refusal=no.sentence, status=409)
    return redirect("bookings:alarm", reference)
