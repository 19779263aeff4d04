"""Stops, teams and the calendar of closed days, as the coordinator keeps them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from touring import photos
from touring.forms import NewStopForm, PhotoForm, StopForm, TeamForm
from touring.models import Stop, StopPhoto, Team
from touring.queries.settings import permits_ending, stops_list
from touring.stops import add_stop, edit_stop
from touring.teams import edit_team

PER_PAGE = 100

coordinator = role_required(Role.COORDINATOR)
team_or_coordinator = role_required(Role.ADVISOR, Role.COORDINATOR)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@coordinator
@require_safe
def stops(request: HttpRequest) -> HttpResponse:
    """All stops, and whose permit ends."""
    today = local_date(timezone.now())
    page = Paginator(stops_list(today), PER_PAGE).get_page(request.GET.get("seite"))
    return TemplateResponse(request, "touring/stops.html", {"page": page, "ending": permits_ending(today)})


@coordinator
@get_or_post
def stop_add(request: HttpRequest) -> HttpResponse:
    """A new stop."""
    form = NewStopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.typed_address
        assert address is not None
        try:
            stop = add_stop(
                key=form.cleaned_data["key"], address=address, by=request.user, at=timezone.now(), **form.columns
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Gespeichert: %(stop)s.") % {"stop": stop.name})
            return redirect("touring:stop-pass", stop.key)
    return _form_page(request, form, None)


@coordinator
@get_or_post
def stop_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a stop."""
    stop = get_object_or_404(Stop.objects.select_related("address"), key=key)
    form = StopForm(request.POST or None, initial=StopForm.values_of(stop))
    if request.method == "POST" and form.is_valid():
        try:
            edit_stop(stop, address=form.typed_address, by=request.user, at=timezone.now(), **form.columns)
        except Refused as refused:
            form.add_error("street", refused.sentence)
        else:
            messages.success(request, _("Gespeichert: %(stop)s.") % {"stop": stop.name})
            return redirect("touring:stop-pass", stop.key)
    return _form_page(request, form, stop)


def _form_page(request: HttpRequest, form: StopForm, stop: Stop | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "touring/stop_form.html", {"form": form, "stop": stop}, status=status)


@team_or_coordinator
@require_safe
def stop_pass(request: HttpRequest, key: str) -> HttpResponse:
    """All that is known of a stop, for coordinators and the teams that go there."""
    return _pass_page(request, _stop_with_all(key), PhotoForm())


def _stop_with_all(key: str) -> Stop:
    rows = Stop.objects.select_related("address__district").prefetch_related("wish_teams", "forbidden_teams")
    return get_object_or_404(rows, key=key)


def _pass_page(request: HttpRequest, stop: Stop, form: forms.Form, *, status: int = 200) -> HttpResponse:
    context = {
        "stop": stop,
        "form": form,
        "photo": StopPhoto.objects.filter(stop=stop).defer("data").first(),
        "today": local_date(timezone.now()),
        "is_ending": stop in permits_ending(local_date(timezone.now())),
        "can_edit": request.user.has_role(Role.COORDINATOR),
    }
    return TemplateResponse(request, "touring/stop_pass.html", context, status=status)


@coordinator
@require_POST
def stop_photo(request: HttpRequest, key: str) -> HttpResponse:
    """A new picture of a stop, or none any more."""
    stop = _stop_with_all(key)
    if "entfernen" in request.POST:
        photos.remove_photo(stop, by=request.user, at=timezone.now())
        messages.success(request, _("Das Foto ist entfernt."))
        return redirect("touring:stop-pass", stop.key)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data["photo"].read(photos.MOST_BYTES + 1)
        words = form.cleaned_data["description"]
        try:
            photos.take_photo(stop, data=data, description=words, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_error("photo", refused.sentence)
        else:
            messages.success(request, _("Das Foto ist gespeichert. Es steht auf der Seite der Haltestelle."))
            return redirect("touring:stop-pass", stop.key)
    return _pass_page(request, stop, form, status=422)


@coordinator
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """All teams."""
    rows = Team.objects.select_related("base", "end_base").order_by("order", "key")
    return TemplateResponse(request, "touring/teams.html", {"teams": rows})


@coordinator
@get_or_post
def team_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a team."""
    team = get_object_or_404(Team.objects.select_related("base", "end_base"), key=key)
    form = TeamForm(request.POST or None, initial=TeamForm.values_of(team))
    if request.method == "POST" and form.is_valid():
        try:
            edit_team(team, end_base=form.end_base, by=request.user, at=timezone.now(), **form.columns)
        except Refused as refused:
            form.add_error("end_street", refused.sentence)
        else:
            messages.success(request, _("Gespeichert: Team %(team)s.") % {"team": team.name})
            return redirect("touring:teams")
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "touring/team_form.html", {"form": form, "team": team}, status=status)
