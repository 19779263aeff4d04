"""An organisation asks for several people: who it is, then one person after another on one list. No account.

The address carries a random token and no data. The desk's page calls the organisation and confirms it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import referrals
from bookings.forms.referral import OrganisationForm, PersonForm
from bookings.models import Referral
from bookings.rules import DESK
from bookings.views.web import is_ordinary_number
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.spoken import said
from lotsen.suspicion import CROWD
from volunteers.queries import public_topics

READ_BACK_FOR = timedelta(hours=24)
DRAFT = Referral.State.DRAFT
SHOWN = ("name", "phone", "address", "caller")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Who asks. Its answer begins the list; nothing is kept before."""
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, "referral_start.html", form)
    now = timezone.now()
    referral = referrals.start(
        organisation=form.values(),
        signs=form.signs if is_ordinary_number(request, now) else [*form.signs, CROWD],
        token=form.stamp.token if form.stamp else "",
        by=None,
        at=now,
    )
    return redirect("bookings:referral-list", referral.token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, token: str) -> HttpResponse:
    """The list: everybody named so far, and room for one more; sending from here."""
    referral = _referral(token)
    if referral.state != DRAFT:
        return redirect("bookings:referral-done", token)
    if request.method != "POST":
        return _list(request, referral, _empty_or_known(referral, request.GET.get("zeile", "")))
    try:
        return _take(request, referral)
    except referrals.ReferralSent:
        return redirect("bookings:referral-done", token)
    except Refused as no:
        return _list(request, _referral(token), PersonForm(request.POST), refusal=no.sentence)


def _take(request: HttpRequest, referral: Referral) -> HttpResponse:
    """A line comes in, one goes out, or all is sent; what is typed when sending counts as a line."""
    now, verb = timezone.now(), request.POST.get("tun", "")
    if verb == "weg":
        referrals.remove_person(referral, key=request.POST.get("key", ""), by=None, at=now)
        return redirect("bookings:referral-list", referral.token)
    form = PersonForm(request.POST)
    is_sending = verb == "senden"
    if not (is_sending and form.is_blank):
        if not form.is_valid():
            return _list(request, referral, form)
        key, person = form.cleaned_data["key"], form.values()
        referrals.put_person(referral, key=key, person=person, signs=form.signs, by=None, at=now)
    if is_sending:
        referrals.send(referral, by=None, at=now, language=(get_language() or "de")[:2])
        return redirect("bookings:referral-done", referral.token)
    return redirect("bookings:referral-list", referral.token)


def _empty_or_known(referral: Referral, key: str) -> PersonForm:
    """An empty line with a key of its own, or the one that is to be changed."""
    known = next((dict(one) for one in referral.people if one["key"] == key), None)
    return PersonForm(initial=known or {"key": secrets.token_hex(6), "times": ["egal"]})


@never_cache
@require_safe
def done(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next, with a number for each person; fit to be printed. A held list reads exactly the same."""
    referral = _referral(token)
    if referral.state == DRAFT:
        return redirect("bookings:referral-list", token)
    if referral.sent_at is None or timezone.now() - referral.sent_at > READ_BACK_FOR:
        return redirect("bookings:status")
    context = {"referral": referral, "visits": referrals.requests_of(referral)}
    return TemplateResponse(request, "bookings/web/referral_done.html", context)


def _referral(token: str) -> Referral:
    return get_object_or_404(Referral, token=token)


def _list(request: HttpRequest, referral: Referral, form: PersonForm, *, refusal: str = "") -> HttpResponse:
    names = {topic.key: said(topic.name) for topic in public_topics()}
    rows = [one | {"topic_words": ", ".join(names.get(key, key) for key in one["topics"])} for one in referral.people]
    key = str(form["key"].value() or "")
    context = {"referral": referral, "rows": rows, "refusal": refusal, "most": referrals.MOST}
    context |= {"is_change": any(one["key"] == key for one in referral.people), "is_full": len(rows) >= referrals.MOST}
    return _page(request, "referral_list.html", form, **context)


def _page(request: HttpRequest, name: str, form: Any, **more: Any) -> HttpResponse:
    is_wrong = bool(more.get("refusal")) or (form.is_bound and bool(form.errors))
    return TemplateResponse(request, f"bookings/web/{name}", {"form": form, **more}, status=422 if is_wrong else 200)


# --- the desk --------------------------------------------------------------------------------------


@role_required(*DESK)
@require_safe
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """Who asks for whom; call the organisation, then say what came of it."""
    referral = get_object_or_404(Referral.objects.exclude(state=DRAFT), reference=reference)
    visits = referrals.requests_of(referral)
    record_reads([visit.client for visit in visits], fields=SHOWN, why="referral", by=request.user, at=timezone.now())
    return TemplateResponse(request, "bookings/desk/referral.html", {"referral": referral, "visits": visits})


@role_required(*DESK)
@require_POST
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Confirm the organisation, or refuse it."""
    if verb not in ("bestaetigen", "ablehnen"):
        raise Http404
    referral = get_object_or_404(Referral.objects.exclude(state=DRAFT), reference=reference)
    now = timezone.now()
    try:
        if verb == "bestaetigen":
            count = len(referrals.confirm_organisation(referral, by=request.user, at=now))
            messages.success(request, _("Bestätigt. %(count)d Menschen werden jetzt gefragt.") % {"count": count})
        else:
            because = _("Die Fachstelle wurde nicht bestätigt.")
            referrals.refuse_organisation(referral, because=because, by=request.user, at=now)
            messages.success(request, _("Abgelehnt. Niemand wird angeschrieben."))
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("bookings:referral", reference)
