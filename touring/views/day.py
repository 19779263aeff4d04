"""The tours of a day, for the teams on the road and the coordinator: what is next, and saying what is different."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lotsen.kernel.calendar import day_from, local_date
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from touring import deviations
from touring.forms import DeviationForm
from touring.models import Deviation, TourPlan, TourStop
from touring.queries import tours_on, visible_halts

team = role_required(Role.ADVISOR, Role.COORDINATOR)


@team
@require_safe
def tours(request: HttpRequest) -> HttpResponse:
    """All tours of a day, today without `?tag=`."""
    today = local_date(timezone.now())
    day = day_from(request.GET.get("tag", ""), today)
    context = {
        "day": day,
        "today": today,
        "tours": tours_on(day),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
    }
    return TemplateResponse(request, "touring/day.html", context)


@team
@require_POST
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a halt is cancelled or late, or that it is as planned after all."""
    halt = get_object_or_404(visible_halts(request.user).filter(tour__plan__state=TourPlan.State.PUBLISHED), pk=pk)
    form = DeviationForm(request.POST)
    if form.is_valid():
        try:
            messages.success(request, _said(request, halt, form))
        except Refused as refused:
            messages.error(request, refused.sentence)
    else:
        messages.error(request, _("Bitte geben Sie die Minuten als Zahl an, zum Beispiel 20."))
    return redirect(f"{reverse('touring:my_tours')}?tag={halt.tour.date}")


def _said(request: HttpRequest, halt: TourStop, form: DeviationForm) -> str:
    kind, minutes, now = form.cleaned_data["kind"], form.cleaned_data["minutes"], timezone.now()
    if kind == Deviation.Kind.CANCELLED:
        deviations.announce_cancelled(halt, by=request.user, at=now)
        return _("Angesagt: Der Halt fällt aus. Es steht jetzt im Fahrplan.")
    if kind == Deviation.Kind.LATE:
        deviations.announce_late(halt, minutes=minutes or 0, by=request.user, at=now)
        return _("Angesagt: %(minutes)d Minuten später. Es steht jetzt im Fahrplan.") % {"minutes": minutes}
    if active := halt.active:  # type: ignore[attr-defined]
        deviations.revoke(active[0], by=request.user, at=now)
    return _("Zurückgenommen: Der Halt ist wie geplant.")
