"""Stops and teams, as the coordinator keeps them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from touring.forms import NewStopForm, StopForm, TeamForm
from touring.models import Stop, Team
from touring.stops import add_stop, edit_stop
from touring.teams import edit_team

PER_PAGE = 100

coordinator = role_required(Role.COORDINATOR)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@coordinator
@require_safe
def stops(request: HttpRequest) -> HttpResponse:
    """All stops."""
    rows = Stop.objects.select_related("address__district").order_by("-is_active", "key")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("seite"))
    return TemplateResponse(request, "touring/stops.html", {"page": page})


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
            return redirect("touring:stops")
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
            return redirect("touring:stops")
    return _form_page(request, form, stop)


def _form_page(request: HttpRequest, form: StopForm, stop: Stop | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "touring/stop_form.html", {"form": form, "stop": stop}, status=status)


@coordinator
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """All teams."""
    rows = Team.objects.select_related("base").order_by("order", "key")
    return TemplateResponse(request, "touring/teams.html", {"teams": rows})


@coordinator
@get_or_post
def team_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a team."""
    team = get_object_or_404(Team.objects.select_related("base"), key=key)
    form = TeamForm(request.POST or None, initial=TeamForm.values_of(team))
    if request.method == "POST" and form.is_valid():
        edit_team(team, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Gespeichert: Team %(team)s.") % {"team": team.name})
        return redirect("touring:teams")
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "touring/team_form.html", {"form": form, "team": team}, status=status)
