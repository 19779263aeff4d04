"""A facility's pages: its trainings, booking one, the calendar file and the record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings import trainings
from bookings.calendars import training_calendar
from bookings.forms.facility import PlaceForm, TrainingForm
from bookings.models import Training
from bookings.queries import own_trainings, visible_facilities
from bookings.records import record_pdf
from bookings.rules import can_change_online, last_online_day
from bookings.training_places import USUAL_MINUTES, FreeDay, free_days, usual_minutes
from lotsen.kernel.calendar import day_from, local_date, long_date, spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from touring.feeds import CONTENT_TYPE
from touring.request_stops import PlaceGone

facility_only = role_required(Role.FACILITY)


@facility_only
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The facility's own trainings, coming ones first; with none, the next free time."""
    now = timezone.now()
    rows = list(own_trainings(request.user))
    coming = [one for one in rows if one.state in (Training.State.REQUESTED, Training.State.BOOKED)]
    context = {
        "coming": coming[::-1],
        "past": [one for one in rows if one not in coming],
        "next_free": None if rows else _next_free(request, now),
        "show_facility": len({one.facility_id for one in rows}) > 1,
    }
    return TemplateResponse(request, "bookings/facility/overview.html", context)


def _next_free(request: HttpRequest, now: Any) -> FreeDay | None:
    facility = visible_facilities(request.user).first()
    if facility is None:
        return None
    try:
        return next(iter(free_days(facility, minutes=USUAL_MINUTES, at=now, limit=1)), None)
    except Refused:
        return None


@facility_only
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """The first step: what, and for how many."""
    form = TrainingForm(request.GET or None, user=request.user)
    return TemplateResponse(request, "bookings/facility/book.html", {"form": form, "facilities": _has_any(request)})


def _has_any(request: HttpRequest) -> bool:
    return visible_facilities(request.user).exists()


@facility_only
@require_http_methods(["GET", "HEAD", "POST"])
def book_time(request: HttpRequest) -> HttpResponse:
    """The second step: free times of published tours. Booking takes one at once, or says what is still free."""
    wanted = TrainingForm(request.GET, user=request.user)
    if not wanted.is_valid():
        return TemplateResponse(
            request, "bookings/facility/book.html", {"form": wanted, "facilities": _has_any(request)}, status=422
        )
    minutes = usual_minutes(wanted.cleaned_data["themen"])
    if request.method != "POST":
        return _times_page(request, wanted, PlaceForm(minutes=minutes, initial={"key": uuid4()}))
    form = PlaceForm(request.POST, minutes=minutes)
    if not form.is_valid():
        return _times_page(request, wanted, form, status=422)
    try:
        training = _book(request, wanted.cleaned_data, form.cleaned_data)
    except PlaceGone:
        form.add_error("termin", _taken_sentence(form, wanted, minutes))
        return _times_page(request, wanted, form, status=409)
    except Refused as no:
        form.add_error("termin", no.sentence)
        return _times_page(request, wanted, form, status=409)
    return redirect("bookings:facility-training", training.reference)


def _book(request: HttpRequest, wanted: dict[str, Any], chosen: dict[str, Any]) -> Training:
    return trainings.request_training(
        wanted["einrichtung"],
        topics=wanted["themen"],
        people=wanted["menschen"],
        level=wanted["stufe"],
        place=chosen["termin"],
        room=chosen["raum"],
        note=chosen["notiz"],
        idempotency_key=chosen["key"],
        by=request.user,
        at=timezone.now(),
    )


def _taken_sentence(form: PlaceForm, wanted: TrainingForm, minutes: int) -> str:
    place = form.cleaned_data["termin"]
    days = free_days(wanted.cleaned_data["einrichtung"], minutes=minutes, at=timezone.now(), limit=3)
    free = [_time_words(one.starts_at) for day in days for one in day.places]
    taken = _("%(when)s ist gerade vergeben.") % {"when": _time_words(place.starts_at)}
    return f"{taken} {_('Frei ist noch: %(list)s.') % {'list': '; '.join(free)}}" if free else taken


def _time_words(starts_at: Any) -> str:
    day = long_date(local_date(starts_at), language=get_language() or "de")
    return _("%(date)s, %(time)s Uhr") % {"date": day, "time": spoken_clock(starts_at)}


def _times_page(request: HttpRequest, wanted: TrainingForm, form: PlaceForm, status: int = 200) -> HttpResponse:
    data, now = wanted.cleaned_data, timezone.now()
    refusal, days = "", []
    try:
        days = free_days(data["einrichtung"], minutes=form.minutes, at=now, first=_first(request, now))
    except Refused as no:
        refusal = no.sentence
    context = {
        "form": form,
        "days": days,
        "refusal": refusal,
        "wanted": data,
        "minutes": form.minutes,
        "chosen": str(form["termin"].value() or ""),
        "more_url": _with_day(request, days[-1].date) if days else "",
        "back_url": f"{reverse('bookings:facility-book')}?{request.GET.urlencode()}",
    }
    return TemplateResponse(request, "bookings/facility/times.html", context, status=status)


def _first(request: HttpRequest, now: datetime) -> date:
    return day_from(request.GET.get("ab", ""), local_date(now))


def _with_day(request: HttpRequest, day: date) -> str:
    query = request.GET.copy()
    query["ab"] = day.isoformat()
    return f"?{query.urlencode()}"


@facility_only
@require_safe
def training(request: HttpRequest, reference: str) -> HttpResponse:
    """One training: the confirmation, what to prepare, the papers."""
    one = get_object_or_404(own_trainings(request.user), reference=reference)
    context = {
        "training": one,
        "can_change": can_change_online(one, at=timezone.now()),
        "last_day": last_online_day(one),
        "record": getattr(one, "record", None),
    }
    return TemplateResponse(request, "bookings/facility/training.html", context)


@facility_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Call a training off, after one question."""
    one = get_object_or_404(own_trainings(request.user), reference=reference)
    if request.method != "POST":
        return TemplateResponse(request, "bookings/facility/cancel.html", {"training": one})
    try:
        trainings.cancel_training(one, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        messages.success(request, _("Die Schulung ist abgesagt. Die Zeit ist wieder frei."))
    return redirect("bookings:facility-training", one.reference)


@facility_only
@require_safe
def calendar_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The date for somebody's own calendar."""
    one = get_object_or_404(own_trainings(request.user).exclude(request_stop__starts_at=None), reference=reference)
    url = settings.PUBLIC_BASE_URL + reverse("bookings:facility-training", args=[reference])
    response = HttpResponse(training_calendar(one, url=url), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="schulung-{reference}.ics"'
    return response


@facility_only
@require_safe
def record_paper(request: HttpRequest, reference: str) -> HttpResponse:
    """The record as PDF, after it took place."""
    one = get_object_or_404(own_trainings(request.user), reference=reference)
    record = getattr(one, "record", None)
    if record is None:
        raise Http404
    language = (get_language() or "de")[:2]
    response = HttpResponse(
        record_pdf(record, fonts_dir=settings.FONTS_DIR, language=language), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="protokoll-{reference}.pdf"'
    return response
