"""How a volunteer is reached: their own page, and the same for who enters it on the phone for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.views import email as page_of_addresses
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.rules import DESK
from bookings.views.guide import page
from bookings.views.volunteer_calls import is_recognised
from bookings.volunteer_calls import AskWhoSpeaks
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.models import Role
from volunteers import contacts
from volunteers.forms.contacts import ContactsForm
from volunteers.models import Volunteer

SHOWN = ("name", "phone", "email", "address")


@role_required(Role.VOLUNTEER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_contacts(request: HttpRequest) -> HttpResponse:
    """How I am reached. A new e-mail address waits for the link that is sent there."""
    row, now = get_object_or_404(_volunteers(), user=request.user), timezone.now()
    if request.method == "POST" and "doch-nicht" in request.POST:
        contacts.drop_change(row, by=request.user, at=now)
        messages.success(request, _("Es bleibt bei der alten E-Mail-Adresse."))
        return redirect("bookings:guide-contacts")
    return _contacts(request, row, at=now)


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def their_contacts(request: HttpRequest, key: str) -> HttpResponse:
    """How somebody is reached, entered on the phone for them. An agent sees and changes nothing before it is proven who
    speaks; coordinators know their people, also one whose access rests."""
    rows = _volunteers(with_suspended=request.user.has_role(Role.COORDINATOR))
    row, now = get_object_or_404(rows, key=key), timezone.now()
    if not request.user.has_role(Role.COORDINATOR) and not is_recognised(request, row, at=now):
        return _not_proven(request, row)
    return _contacts(request, row, at=now)


@login_required
def sign_in_addresses(request: HttpRequest) -> HttpResponse:
    """The sign-in's own page of addresses; volunteers change theirs where the old one is told."""
    has_page = request.user.has_role(Role.VOLUNTEER) or not request.user.roles
    if has_page and Volunteer.objects.filter(user=request.user).exclude(state=Volunteer.State.LEFT).exists():
        return redirect("bookings:guide-contacts")
    return page_of_addresses(request)


def _volunteers(*, with_suspended: bool = False) -> Any:
    gone = [Volunteer.State.LEFT] if with_suspended else [Volunteer.State.LEFT, Volunteer.State.SUSPENDED]
    return Volunteer.objects.exclude(state__in=gone).select_related("user", "home")


def _contacts(request: HttpRequest, row: Volunteer, *, at: datetime) -> HttpResponse:
    is_own = row.user_id == request.user.pk
    form = ContactsForm(request.POST if request.method == "POST" else None, volunteer=row, is_own=is_own)
    if request.method != "POST" or not form.is_valid():
        return _page(request, row, form, at=at, status=422 if form.is_bound else 200)
    try:
        changed = contacts.set_contacts(row, form.contacts(), seen=form.stamps_seen(), by=request.user, at=at)
    except contacts.Overtaken as no:
        stands = _volunteers(with_suspended=True).get(pk=row.pk)
        again, theirs = form.overtaken_by(stands, no.fields, is_own=is_own)
        return _page(request, row, again, at=at, status=409, theirs=theirs, refusal=no.sentence)
    except Refused as no:
        form.refuse(no)
        return _page(request, row, form, at=at, status=409)
    messages.success(request, _said(changed))
    return redirect(_address(row, is_own=_is_own_page(request)))


def _said(changed: tuple[str, ...]) -> str:
    if "new_email" in changed:
        return _("Gespeichert. Bitte öffnen Sie jetzt Ihr Postfach: Die neue E-Mail-Adresse müssen Sie bestätigen.")
    return _("Die Kontaktdaten sind gespeichert.") if changed else _("Es war schon alles so eingetragen.")


def _is_own_page(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "guide-contacts"


def _address(row: Volunteer, *, is_own: bool) -> str:
    return reverse("bookings:guide-contacts") if is_own else reverse("bookings:their-contacts", args=[row.key])


def _not_proven(request: HttpRequest, row: Volunteer) -> HttpResponse:
    """What was typed is offered again once it is proven."""
    form = None
    if request.method == "POST":
        form = ContactsForm(request.POST, volunteer=row, is_own=False)
        form.initial = {}  # nothing of what stands is shown
        form.errors.clear()
        form.add_error(None, AskWhoSpeaks().sentence)
    context = {"volunteer": row, "is_own": False, "is_proven": False, "form": form}
    context["address"] = _address(row, is_own=False)
    status = 409 if request.method == "POST" else 200
    return TemplateResponse(request, "bookings/profile/contacts.html", context, status=status)


def _page(
    request: HttpRequest, row: Volunteer, form: ContactsForm, *, at: datetime, status: int = 200, **more: Any
) -> HttpResponse:
    is_own = _is_own_page(request)
    waiting = contacts.pending_change(row, at=at)
    context = {
        "volunteer": row,
        "is_own": is_own,
        "is_proven": True,
        "is_coordinator": request.user.has_role(Role.COORDINATOR),
        "form": form,
        "address": _address(row, is_own=is_own),
        "waiting": waiting if is_own else None,
        "waits_until": contacts.ends_at(waiting) if waiting else None,
        **more,
    }
    if is_own:
        return page(request, "contacts", context, at=at, status=status)
    record_reads([row], fields=SHOWN, why="volunteer contacts", by=request.user, at=at)
    return TemplateResponse(request, "bookings/profile/contacts.html", context, status=status)
