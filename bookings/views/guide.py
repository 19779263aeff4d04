"""The volunteers' phone pages: today, offers, answers, oneself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import offers as offer_verbs
from bookings.disclosure import OfferCard, VisitCard, offer_card, visit_card, way_minutes
from bookings.forms.guide import DeclineForm
from bookings.going import rests_until
from bookings.models import HomeVisit, Offer
from bookings.notices import long_day
from bookings.queries import (
    coming_visits,
    open_offers,
    people_helped,
    taken_offers,
    unreported_visits,
    visible_offers,
)
from lotsen.kernel.calendar import at_minute, local_date, spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.kernel.sentences import from_data
from lotsen.messages.house import push_public_key
from lotsen.people.access import role_required
from lotsen.people.models import Role, User
from lotsen.spoken import decimal_words, said
from volunteers.models import Volunteer

GUIDES = (Role.VOLUNTEER, Role.ADVISOR)
COMING = 10
TAKEN_SHOWN = 2
MISSING_SHOWN = 5
KEEP_UNTIL = "Lotsen-Keep-Until"


@role_required(*GUIDES)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Today's visits with the ways between them, missing reports, and what comes after."""
    user, now = request.user, timezone.now()
    missing = [visit_card(one, user, at=now) for one in unreported_visits(user, at=now)[:MISSING_SHOWN]]
    coming = [visit_card(one, user, at=now) for one in coming_visits(user, at=now)[: COMING + MISSING_SHOWN]]
    day = local_date(now)
    todays = [card for card in coming if local_date(card.visit.slot_starts_at) == day and not _is_in(card, missing)]
    later = [card for card in coming if local_date(card.visit.slot_starts_at) > day]
    named = [card.visit.client for card in [*todays, *missing] if "name" in card.shown]
    record_reads(named, fields=["name"], why="guide today", by=user, at=now)
    context = {
        "today": day,
        "halts": _with_ways(todays, user, now),
        "missing": missing,
        "later": later[:COMING],
        "helped": people_helped(user, since=at_minute(date(day.year, 1, 1), 0)),
    }
    return keep_until(page(request, "today", context, at=now), at_minute(day + timedelta(days=1), 0))


def _is_in(card: VisitCard, cards: list[VisitCard]) -> bool:
    return any(card.visit.pk == one.visit.pk for one in cards)


def _with_ways(cards: list[VisitCard], user: User, now: datetime) -> list[dict[str, Any]]:
    """Each halt of the day with how long until it begins and the way from the one before."""
    volunteer = Volunteer.objects.filter(user=user).first()
    halts: list[dict[str, Any]] = []
    for before, card in zip([None, *cards], cards, strict=False):
        minutes = 0
        if volunteer is not None and before is not None:
            minutes = way_minutes(volunteer, before.visit.client.address, card.visit.client.address)
        words = way_words(volunteer.travel_mode, minutes) if volunteer and minutes else ""
        halts.append(
            {
                "card": card,
                "until": until_words(card.visit.slot_starts_at, now),
                "way": words,
                "is_along": card.visit.companion_id == user.pk,
            }
        )
    return halts


def until_words(moment: datetime | None, now: datetime) -> str:
    """Writes "in 45 Minuten" for the next two hours, "jetzt" when it has begun, else ""."""
    assert moment is not None
    minutes = -(-(moment - now) // timedelta(minutes=1))
    if minutes <= 0:
        return _("jetzt")
    if minutes > 120:
        return ""
    return ngettext("in 1 Minute", "in %(minutes)d Minuten", minutes) % {"minutes": minutes}


def way_words(mode: str, minutes: int) -> str:
    """Writes "11 Minuten mit dem Rad"."""
    words = {"minutes": minutes}
    sentences = {
        "foot": ngettext("1 Minute zu Fuß", "%(minutes)d Minuten zu Fuß", minutes),
        "bike": ngettext("1 Minute mit dem Rad", "%(minutes)d Minuten mit dem Rad", minutes),
        "transit": ngettext("1 Minute mit Bus und Bahn", "%(minutes)d Minuten mit Bus und Bahn", minutes),
        "car": ngettext("1 Minute mit dem Auto", "%(minutes)d Minuten mit dem Auto", minutes),
    }
    return sentences[mode] % words


@role_required(*GUIDES)
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the soonest deadline first."""
    now = timezone.now()
    return page(request, "offers", {"taken": taken_offers(request.user, since=now)[:TAKEN_SHOWN]}, at=now)


@role_required(*GUIDES)
@require_safe
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """One offer, as the link of a message opens it; nothing is accepted by looking."""
    row, now = _offer(request, token), timezone.now()
    if row.state == Offer.State.ACCEPTED and row.visit.guide_id == request.user.pk:
        return redirect("bookings:guide-visit", row.visit.reference)
    is_open = row.state == Offer.State.OPEN and now <= row.answer_by
    context = {"card": shown_offer(row, now) if is_open else None, "offer": row, "rest": _rest(row, now)}
    return page(request, "offer", context, at=now)


def _rest(row: Offer, now: datetime) -> str:
    """Why it ended, where their own pause or days away did it."""
    if row.state != Offer.State.WITHDRAWN or row.visit.state != HomeVisit.State.SCHEDULED:
        return ""
    until = rests_until(row.volunteer, row.visit, at=now)
    return offer_verbs.RestsThen(row.volunteer, until, is_own=True).sentence if until else ""


def _offer(request: HttpRequest, token: str) -> Offer:
    return get_object_or_404(visible_offers(request.user).prefetch_related("visit__topics"), token=token)


@role_required(*GUIDES)
@require_POST
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Ja, ich komme."""
    row, now = _offer(request, token), timezone.now()
    try:
        visit = offer_verbs.accept_offer(row, by=request.user, at=now)
    except Refused as no:
        return page(request, "lost", {"refusal": no.sentence, "offer": row}, at=now, status=409)
    words = {"date": long_day(visit.slot_starts_at), "time": spoken_clock(visit.slot_starts_at)}
    messages.success(request, _("Danke! Sie haben zugesagt: %(date)s, %(time)s Uhr.") % words)
    return redirect("bookings:guide-visit", visit.reference)


@role_required(*GUIDES)
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Passt mir nicht; a reason helps, but nobody has to give one."""
    row, now = _offer(request, token), timezone.now()
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return page(request, "decline", {"form": form, "offer": row}, at=now, status=422 if form.is_bound else 200)
    try:
        offer_verbs.decline_offer(row, because=form.cleaned_data["because"], by=request.user, at=now)
    except Refused as no:
        return page(request, "lost", {"refusal": no.sentence, "offer": row}, at=now, status=409)
    messages.success(request, _("Danke für die schnelle Antwort. Wir fragen andere."))
    return redirect("bookings:guide-offers")


@role_required(*GUIDES)
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """What we know of the volunteer, and where to change it."""
    volunteer = Volunteer.objects.filter(user=request.user).select_related("home").prefetch_related("skills__topic")
    context = {"volunteer": volunteer.first(), "push_key": push_public_key()}
    return page(request, "me", context, at=timezone.now())


def shown_offer(row: Offer, now: datetime) -> dict[str, Any]:
    """One offer as the page draws it: when, facts with their icons, until when to answer."""
    card, why = offer_card(row), [said(from_data(reason)) for reason in row.reasons]
    return {"offer": row, "facts": list(_facts(card)), "until": _until(row.answer_by, now), "reasons": why}


def _facts(card: OfferCard) -> list[dict[str, str]]:
    place = card.district
    if card.kilometres:
        words = {"district": card.district, "distance": decimal_words(card.kilometres)}
        place = _("%(district)s, etwa %(distance)s km") % words
    modes = {"foot": "person", "bike": "bike", "transit": "van", "car": "van"}
    way = way_words(card.travel_mode, card.travel_minutes) if card.travel_minutes else ""
    wish = {"woman": _("Wünscht sich eine Frau"), "man": _("Wünscht sich einen Mann")}
    facts = [
        {"icon": "place", "text": place},
        {"icon": modes[card.travel_mode], "text": way},
        {"icon": "screen", "text": ", ".join(said(topic) for topic in card.topics)},
        {"icon": "person", "text": wish.get(card.visit.client.wish, "")},
        {"icon": "info", "text": card.needs},
    ]
    return [fact for fact in facts if fact["text"]]


def _until(deadline: datetime, now: datetime) -> str:
    """Writes "heute, 18 Uhr", "morgen, 12 Uhr", "Freitag, 27. November, 12 Uhr"."""
    days = (local_date(deadline) - local_date(now)).days
    day = {0: _("heute"), 1: _("morgen")}.get(days) or long_day(deadline)
    return _("%(day)s, %(time)s Uhr") % {"day": day, "time": spoken_clock(deadline)}


def page(request: HttpRequest, name: str, context: dict[str, Any], *, at: datetime, status: int = 200) -> HttpResponse:
    """One page of this area; every page knows the open offers, for the number on the tab."""
    waiting = [shown_offer(row, at) for row in open_offers(request.user, at=at)]
    owner = salted_hmac("lotsen.owner", str(request.user.pk)).hexdigest()[:16]
    context = {"offers": waiting, "open_offer_count": len(waiting), "now": at, "owner": owner, **context}
    return TemplateResponse(request, f"bookings/guide/{name}.html", context, status=status)


def keep_until(response: HttpResponse, until: datetime) -> HttpResponse:
    """Let the telephone keep this page for a place without network, no longer than until then."""
    response.headers[KEEP_UNTIL] = str(int(until.timestamp()))
    return response
