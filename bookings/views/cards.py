"""The coordinators' page of cards: who has one, issue, revoke, print."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import exports
from bookings.forms.cards import CardForm, RevokeForm
from bookings.queries.cards import card_people
from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.people import cards as verbs
from lotsen.people.access import role_required
from lotsen.people.exports import ask_export, needs_two
from lotsen.people.models import Role, User
from lotsen.people.views import asked, handed_out
from volunteers.rules import required_papers

PAGE = 25
USUAL = timedelta(days=2 * 365)
MOST_PRINTED = 100


@role_required(Role.COORDINATOR)
@require_safe
def card_list(request: HttpRequest) -> HttpResponse:
    """Who goes to people, and whether they have a card that is valid."""
    words = request.GET.get("q", "")[:60]
    people = Paginator(card_people(words), PAGE).get_page(request.GET.get("seite"))
    context = {"people": people, "words": words, "today": local_date(timezone.now())}
    return TemplateResponse(request, "bookings/cards/list.html", context)


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's card: issue the first, or a new one in place of the old."""
    user, now = get_object_or_404(card_people(), pk=pk), timezone.now()
    current = user.current[0] if user.current else None
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CardForm(*sent, is_new=current is None, valid_until=_usual_end(user, now))
    if request.method != "POST" or not form.is_valid():
        return _card_page(request, user, form, status=422 if form.is_bound else 200)
    try:
        if current is None:
            verbs.issue_card(user, **form.issued(), by=request.user, at=now)
        else:
            because = form.cleaned_data["because"]
            verbs.replace_card(current, because=because, **form.issued(), by=request.user, at=now)
    except Refused as no:
        form.add_error(None, no.sentence)
        return _card_page(request, user, form, status=409)
    messages.success(request, _("Der Ausweis ist ausgestellt. Bitte drucken Sie ihn."))
    return redirect("bookings:card", pk)


def _usual_end(user: User, now: datetime) -> date:
    """Two years, but no longer than the papers of a volunteer hold."""
    ends = [local_date(now) + USUAL]
    volunteer = getattr(user, "volunteer", None)
    if volunteer is not None:
        ends += [last for _name, _first, last in required_papers(volunteer) if last and last >= local_date(now)]
    return min(ends)


def _card_page(request: HttpRequest, user: User, form: CardForm, *, status: int) -> HttpResponse:
    today = local_date(timezone.now())
    context: dict[str, Any] = {"person": user, "form": form, "revoke": RevokeForm(), "today": today}
    context |= {"serves": verbs.serves(user), "card": user.current[0] if user.current else None}
    return TemplateResponse(request, "bookings/cards/card.html", context, status=status)


@role_required(Role.COORDINATOR)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The card is void from this moment."""
    user, form = get_object_or_404(card_people(), pk=pk), RevokeForm(request.POST)
    if user.current and form.is_valid():
        verbs.revoke_card(user.current[0], because=form.cleaned_data["because"], by=request.user, at=timezone.now())
        messages.success(request, _("Der Ausweis ist gesperrt. Die Prüfung sagt ab sofort: nicht gültig."))
    return redirect("bookings:cards")


@role_required(Role.COORDINATOR)
@require_POST
def print_cards(request: HttpRequest) -> HttpResponse:
    """The chosen cards as a file for the printer. With more than twenty a second person approves first."""
    chosen = [
        int(one)
        for one in request.POST.getlist("wer")[:MOST_PRINTED]
        if one.isascii() and one.isdigit() and len(one) < 10
    ]
    about, now = ",".join(map(str, chosen)), timezone.now()
    if not (count := exports.people_with_cards(about)):
        messages.error(request, _("Bitte wählen Sie mindestens eine Person mit Ausweis."))
        return redirect("bookings:cards")
    if needs_two(count):
        ask_export(kind=exports.CARDS, about=about, purpose=_("Ausweise drucken"), by=request.user, at=now)
        return asked(request)
    return handed_out(exports.cards_file(about, request.user, now))
