"""The team's day on the road: each halt with time and place, and the record of a training afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings import records
from bookings.forms.team import RecordForm
from bookings.models import Training
from bookings.queries import trainings_on, visible_tours, visible_trainings
from bookings.rules import is_loggable
from lotsen.kernel.calendar import day_from, local_date
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from lotsen.places.models import Address
from touring.models import Tour, TourStop
from touring.words import steps_sentence

team = role_required(Role.ADVISOR, Role.COORDINATOR)
MAP = "https://www.openstreetmap.org/?mlat={0:.5f}&mlon={1:.5f}#map=18/{0:.5f}/{1:.5f}"


@dataclass(frozen=True)
class Halt:
    """One halt as the page shows it."""

    row: TourStop
    title: str
    address: Address
    steps: str
    map_url: str
    training: Training | None
    can_log: bool


@team
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The tours of a day, today without `?tag=`."""
    today = local_date(timezone.now())
    chosen = day_from(request.GET.get("tag", ""), today)
    tours = list(visible_tours(request.user, chosen))
    found = trainings_on(tours)
    context = {
        "day": chosen,
        "today": today,
        "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1),
        "tours": [(tour, _halts(tour, found)) for tour in tours],
        "announce_url": f"{reverse('touring:my_tours')}?tag={chosen.isoformat()}",
    }
    return TemplateResponse(request, "bookings/team/day.html", context)


def _halts(tour: Tour, found: dict[int, Training]) -> list[Halt]:
    return [_halt(row, found.get(row.request_stop_id or 0)) for row in tour.halts.all()]


def _halt(row: TourStop, training: Training | None) -> Halt:
    place = row.stop or row.request_stop
    assert place is not None
    point = place.address.point
    return Halt(
        row=row,
        title=row.stop.name if row.stop else place.title,
        address=place.address,
        steps=steps_sentence(row.stop.step_free, row.stop.steps) if row.stop else "",
        map_url=MAP.format(*point) if point else "",
        training=training,
        can_log=training is not None and is_loggable(training, at=timezone.now()),
    )


@team
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, reference: str) -> HttpResponse:
    """The record of a training, written once by the team that was there."""
    training = get_object_or_404(visible_trainings(request.user), reference=reference)
    if request.method != "POST":
        return _log_page(request, training, RecordForm(initial=_expected(training)))
    form = RecordForm(request.POST)
    if not form.is_valid():
        return _log_page(request, training, form, status=422)
    try:
        records.log_training(training, **form.words(), by=request.user, at=timezone.now())
    except Refused as no:
        form.add_error(None, no.sentence)
        return _log_page(request, training, form, status=409)
    messages.success(request, _("Danke. Das Protokoll ist da, die Einrichtung kann es lesen."))
    return redirect(f"{reverse('bookings:team-day')}?tag={_date_of(training).isoformat()}")


def _log_page(request: HttpRequest, training: Training, form: RecordForm, status: int = 200) -> HttpResponse:
    context = {
        "training": training,
        "form": form,
        "record": getattr(training, "record", None),
        "is_loggable": is_loggable(training, at=timezone.now()),
        "back_url": f"{reverse('bookings:team-day')}?tag={_date_of(training).isoformat()}",
    }
    return TemplateResponse(request, "bookings/team/log.html", context, status=status)


def _expected(training: Training) -> dict[str, object]:
    """What was booked, so that the team only corrects it. The head count is left to be counted."""
    stop = training.request_stop
    return {
        "minutes": stop.minutes if stop else None,
        "level": training.level,
        "topics": [topic.key for topic in training.topics.all()],
    }


def _date_of(training: Training) -> date:
    stop = training.request_stop
    return local_date(stop.starts_at if stop is not None and stop.starts_at is not None else training.requested_at)
