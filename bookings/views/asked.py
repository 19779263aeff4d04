"""What the desk writes down for volunteers: a yes or no said on the phone, and who must not meet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings import offers, pairs
from bookings.models import HomeVisit, Offer
from bookings.queries import visible_visits
from bookings.rules import DESK
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role

LONGEST_NUMBER = 18


@role_required(*DESK)
@require_POST
def by_phone(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody who was asked has answered on the phone: yes, no, or "I cannot after all"."""
    row = get_object_or_404(visible_visits(request.user), reference=reference)
    offer = _offer(row, request.POST.get("offer", ""))
    who = {"by": request.user, "at": timezone.now()}
    try:
        messages.success(request, _write_down(offer, request.POST, **who))
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("bookings:visit", reference)


def _offer(row: HomeVisit, number: str) -> Offer | None:
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return None
    offers = row.offers.select_related(
        "visit__client__address__district", "volunteer__user", "volunteer__home", "volunteer__start"
    )
    return offers.filter(pk=number).first()


def _write_down(offer: Offer | None, post: Any, **who: Any) -> str:
    answer = post.get("answer", "")
    if offer is None or answer not in ("ja", "nein"):
        raise offers.OfferOver(_("Bitte wählen Sie, wer geantwortet hat und was."))
    name = {"name": offer.volunteer.user.name}
    if answer == "ja":
        offers.accept_offer(offer, **who)
        return _("Die Zusage von %(name)s ist eingetragen. Alle Betroffenen erfahren es.") % name
    if offer.state == Offer.State.ACCEPTED:
        offers.return_offer(offer, because=_("Telefon"), **who)
        return _("Die Absage von %(name)s ist eingetragen. Wir fragen sofort andere.") % name
    offers.decline_offer(offer, because=_("Telefon"), **who)
    return _("Das Nein von %(name)s ist eingetragen.") % name


@role_required(Role.COORDINATOR)
@require_POST
def block_pair(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the person and a volunteer apart from now on."""
    row = get_object_or_404(visible_visits(request.user), reference=reference)
    try:
        volunteer = pairs.volunteer_named(request.POST.get("volunteer", "")[:120])
        because = request.POST.get("because", "")[:200]
        pairs.block_pair(row.client, volunteer=volunteer, because=because, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        words = {"name": volunteer.user.name}
        messages.success(request, _("%(name)s wird bei dieser Person nicht mehr gefragt.") % words)
    return redirect("bookings:visit", reference)
