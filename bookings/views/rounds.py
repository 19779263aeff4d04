"""The weekly round: start, watch, stop, read, take over."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings import rounds
from bookings.forms.rounds import RoundForm
from bookings.models import HomeVisit, MatchingRound, RoundWish
from bookings.queries.round_table import curve_of, table_of
from bookings.queries.rounds import visible_rounds, visits_for_round, wishes_for_open_requests
from bookings.translate import round_days
from lotsen.kernel import references
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from volunteers.models import Volunteer

STOP_POLLING = 286
"""The page stops asking when it gets this status."""
SHOWN, LONGEST_NUMBER = 8, 19
TOLD = 5
"""So many of those that were left out are named; the table shows them all."""
VISIT_AND_PERSON = 2

coordinator = role_required(Role.COORDINATOR)


@coordinator
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Start a round; what coordinators want; the rounds before."""
    return _overview(request, RoundForm())


def _overview(request: HttpRequest, form: RoundForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    latest, days = list(visible_rounds()[:SHOWN]), round_days(at=now)
    context = {
        "form": form,
        "requests": visits_for_round(at=now).count(),
        "volunteers": Volunteer.objects.filter(state=Volunteer.State.ACTIVE).count(),
        "first": days[0] if days else None,
        "last": days[-1] if days else None,
        "rounds": latest,
        "running": next((row for row in latest if rounds.is_under_way(row)), None),
        "wishes": wishes_for_open_requests(),
    }
    return TemplateResponse(request, "bookings/round/overview.html", context, status=status)


@coordinator
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a round and watch it."""
    form = RoundForm(request.POST)
    if not form.is_valid():
        return _overview(request, form, 422)
    try:
        row = rounds.request_round(seconds=form.cleaned_data["seconds"], by=request.user, at=timezone.now())
    except rounds.RoundUnderWay as no:
        messages.warning(request, no.sentence)
        return redirect("bookings:round", no.round.pk) if no.round else redirect("bookings:rounds")
    except Refused as no:
        form.add_error(None, no.sentence)
        return _overview(request, form, 409)
    return redirect("bookings:round", row.pk)


# --- one round --------------------------------------------------------------------------------------


@coordinator
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; its result."""
    row = get_object_or_404(visible_rounds(), pk=pk)
    return TemplateResponse(request, "bookings/round/round.html", _context(row))


@coordinator
@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """The changing part of the page; 204 where nothing is new, and the last one ends the asking."""
    row = get_object_or_404(visible_rounds(), pk=pk)
    mark = _mark(row)
    if request.GET.get("bekannt") == mark:
        return HttpResponse(status=204)
    status = 200 if rounds.is_under_way(row) else STOP_POLLING
    response = TemplateResponse(request, "bookings/round/_round.html", _context(row), status=status)
    response["Cache-Control"] = "no-cache, private"
    return response


def _mark(row: MatchingRound) -> str:
    state = json.dumps([row.pk, row.state, row.progress, row.result, bool(row.stop_asked_at), _seconds(row)])
    return hashlib.md5(state.encode(), usedforsecurity=False).hexdigest()


def _seconds(row: MatchingRound) -> int:
    if row.started_at is None:
        return 0
    until = row.finished_at or timezone.now()
    return min(int((until - row.started_at).total_seconds()), row.seconds)


def _context(row: MatchingRound) -> dict[str, Any]:
    progress, result = row.progress, row.result
    return {
        "round": row,
        "result": result,
        "is_under_way": rounds.is_under_way(row),
        "mark": _mark(row),
        "seconds_done": _seconds(row),
        "curve": curve_of(progress.get("curve", ()), row.seconds, progress.get("bound", 0)),
        "gap": gap_words(result["value"], result["bound"]) if result else "",
        "more": result["served"] - result["first_come"] if result else 0,
        "table": table_of(row) if result else None,
    }


def gap_words(value: int, bound: int) -> str:
    """How far a round is from what is possible at all, rounded up to a tenth of a per cent."""
    if bound <= 0:
        return ""
    tenths = -(-max(0, bound - value) * 1000 // bound)
    if tenths == 0:
        return _("Besser geht es nicht.")
    gap = f"{tenths / 10:.1f}"
    gap = gap if (get_language() or "de").startswith("en") else gap.replace(".", ",")
    return _("Höchstens %(gap)s\xa0%% unter dem, was überhaupt möglich ist.") % {"gap": gap}


@coordinator
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop and keep the best plan so far."""
    row = get_object_or_404(visible_rounds(), pk=pk)
    try:
        rounds.ask_to_stop(row, by=request.user, at=timezone.now())
        messages.success(request, _("Die Runde hört auf. Das Beste bis jetzt bleibt."))
    except Refused as no:
        messages.warning(request, no.sentence)
    return redirect("bookings:round", pk)


@coordinator
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the volunteers of the ticked rows."""
    row = get_object_or_404(visible_rounds(), pk=pk)
    try:
        taken = rounds.take_over(row, chosen=_numbers(request), by=request.user, at=timezone.now())
    except Refused as no:
        messages.warning(request, no.sentence)
        return redirect("bookings:round", pk)
    _tell(request, taken)
    return redirect("bookings:round", pk)


def _tell(request: HttpRequest, taken: rounds.TakenOver) -> None:
    if not taken.asked and not taken.left_out:
        messages.warning(request, _("Bitte kreuzen Sie zuerst an, wer gefragt werden soll."))
    if taken.asked:
        words = ngettext(
            "1 Anfrage ist verschickt. Wer zusagt, steht beim Vorgang.",
            "%(count)d Anfragen sind verschickt. Wer zusagt, steht beim Vorgang.",
            taken.asked,
        )
        messages.success(request, words % {"count": taken.asked})
    for visit, sentence in taken.left_out[:TOLD]:
        words = {"number": references.grouped(visit.reference), "why": sentence}
        messages.warning(request, _("%(number)s ist ausgelassen: %(why)s") % words)
    if len(taken.left_out) > TOLD:
        count = len(taken.left_out) - TOLD
        messages.warning(request, _("Noch %(count)d sind ausgelassen.") % {"count": count})


def _numbers(request: HttpRequest) -> set[int]:
    return {int(text) for text in request.POST.getlist("anfrage") if _is_number(text)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER


# --- wishes -----------------------------------------------------------------------------------------


@coordinator
@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """Not this person, or only this person; the button names request and person."""
    name = "nicht" if "nicht" in request.POST else "nur"
    numbers = request.POST.get(name, "").split("-")
    if len(numbers) != VISIT_AND_PERSON or not all(_is_number(one) for one in numbers):
        raise Http404
    visit = get_object_or_404(HomeVisit, pk=numbers[0])
    person = get_object_or_404(Volunteer.objects.select_related("user"), pk=numbers[1])
    rounds.wish(visit, volunteer=person, is_excluded=name == "nicht", by=request.user, at=timezone.now())
    words = {"number": references.grouped(visit.reference), "name": person.user.name}
    if name == "nicht":
        sentence = _("%(number)s: %(name)s kommt nicht in Frage. Das gilt ab der nächsten Runde.")
    else:
        sentence = _("%(number)s: nur %(name)s. Das gilt ab der nächsten Runde.")
    messages.success(request, sentence % words)
    return redirect("bookings:rounds")


@coordinator
@require_POST
def drop_wish(request: HttpRequest, pk: int) -> HttpResponse:
    """Matching decides again."""
    rounds.drop_wish(get_object_or_404(RoundWish, pk=pk))
    messages.success(request, _("Gestrichen."))
    return redirect("bookings:rounds")
