"""How much each reason counts: read, change, and what each did for one request."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings import weights
from bookings.forms.rounds import WeightsForm
from bookings.models import HomeVisit
from bookings.queries.rounds import latest_weights, visits_for_round
from bookings.weighed import part_names, weighed
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role

OFFERED = 50


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The weights that hold, and a form for a new version."""
    row = latest_weights()
    if request.method != "POST":
        return _page(request, WeightsForm(row=row))
    form = WeightsForm(request.POST, row=row)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        weights.change_weights(values=form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as no:
        form.add_error(None, no.sentence)
        return _page(request, form, 409)
    messages.success(request, _("Gespeichert. Das gilt ab sofort."))
    return redirect("bookings:round-weights")


def _page(request: HttpRequest, form: WeightsForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "row": latest_weights(), **_example(request)}
    return TemplateResponse(request, "bookings/round/weights.html", context, status=status)


def _example(request: HttpRequest) -> dict[str, Any]:
    """The chosen open request, else the one that waits longest, with its five best suggestions."""
    now = timezone.now()
    open_visits = list(visits_for_round(at=now)[:OFFERED])
    text = request.GET.get("anfrage", "")
    named = HomeVisit.objects.filter(reference=text[:7]).first() if text else None
    chosen = named or next(iter(open_visits), None)
    found = weighed(chosen, at=now) if chosen else []
    return {"visits": open_visits, "chosen": chosen, "names": part_names(), "weighed": found}
