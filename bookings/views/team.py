"""The team's day on the road: each halt with time and place, and the record of a training afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
from bookings.models import HomeVisit, Training
from bookings.queries import team_visits_on, trainings_on, visible_tours, visible_trainings
from bookings.rules import HOUSE_NUMBER_FROM, SEEN_AFTER, is_loggable
from lotsen.kernel.calendar import day_from, local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
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
    address: Address | str
    steps: str
    map_url: str
    training: Training | None
    can_log: bool
    visit: HomeVisit | None = None


@team
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The tours of a day, today without `?tag=`. Where somebody lives is shown from a day before."""
    now = timezone.now()
    today = local_date(now)
    chosen = day_from(request.GET.get("tag", ""), today)
    tours = list(visible_tours(request.user, chosen))
    found, visits = trainings_on(tours), team_visits_on(tours)
    near = [one.client for one in visits.values() if _is_near(one, now)]
    record_reads(near, fields=["address"], why="team day", by=request.user, at=now)
    context = {
        "day": chosen,
        "today": today,
        "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1),
        "tours": [(tour, _halts(tour, found, visits, now)) for tour in tours],
        "announce_url": f"{reverse('touring:my_tours')}?tag={chosen.isoformat()}",
    }
    return TemplateResponse(request, "bookings/team/day.html", context)


def _is_near(visit: HomeVisit, now: datetime) -> bool:
    assert visit.slot_starts_at is not None
    assert visit.slot_ends_at is not None
    return visit.slot_starts_at - HOUSE_NUMBER_FROM <= now <= visit.slot_ends_at + SEEN_AFTER


def _halts(tour: Tour, found: dict[int, Training], visits: dict[int, HomeVisit], now: datetime) -> list[Halt]:
    rows = ((row, row.request_stop_id or 0) for row in tour.halts.all())
    return [_halt(row, found.get(pk), visits.get(pk), now) for row, pk in rows]


def _halt(row: TourStop, training: Training | None, visit: HomeVisit | None, now: datetime) -> Halt:
    place = row.stop or row.request_stop
    assert place is not None
    is_hidden = visit is not None and not _is_near(visit, now)
    point = None if is_hidden else place.address.point
    return Halt(
        row=row,
        title=row.stop.name if row.stop else place.title,
        address=place.address.postal_code if is_hidden else place.address,
        steps=steps_sentence(row.stop.step_free, row.stop.steps) if row.stop else "",
        map_url=MAP.format(*point) if point else "",
        training=training,
        can_log=training is not None and is_loggable(training, at=now),
        visit=visit,
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
