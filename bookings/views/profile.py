"""Times and profile of a volunteer: their own pages, and the same for who enters it on the phone for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings import pairs, resting
from bookings.queries import guided_visits
from bookings.queries.silent import promised_outside
from bookings.rules import DESK
from bookings.views.guide import page
from bookings.views.volunteer_calls import is_recognised
from bookings.volunteer_calls import AskWhoSpeaks
from lotsen.kernel.calendar import iso_week, local_date, long_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.models import FieldChange
from lotsen.people.access import role_required
from lotsen.people.models import Role
from volunteers import availability
from volunteers.forms.profile import DayForm, PauseForm, ProfileForm, WeekForm, words_of
from volunteers.models import Absence, OtherHours, Volunteer
from volunteers.profiles import set_profile

LONGEST_NUMBER = 18
Forms = dict[str, Any]


def _volunteers() -> QuerySet[Volunteer]:
    found = Volunteer.objects.exclude(state__in=[Volunteer.State.LEFT, Volunteer.State.SUSPENDED])
    return found.select_related("user", "home", "start", "onward").prefetch_related(
        "absences", "other_hours", "skills", "districts"
    )


def _volunteer(request: HttpRequest, key: str) -> Volunteer:
    """The one with this key at the desk, else oneself."""
    if key:
        return get_object_or_404(_volunteers(), key=key)
    return get_object_or_404(_volunteers(), user=request.user)


@role_required(Role.VOLUNTEER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_times(request: HttpRequest) -> HttpResponse:
    """When I have time."""
    return _times(request, "")


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def their_times(request: HttpRequest, key: str) -> HttpResponse:
    """When somebody has time, entered on the phone for them."""
    return _times(request, key)


@role_required(Role.VOLUNTEER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_profile(request: HttpRequest) -> HttpResponse:
    """What I wish and can do."""
    return _profile(request, "")


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def their_profile(request: HttpRequest, key: str) -> HttpResponse:
    """What somebody wishes and can do, entered on the phone for them."""
    return _profile(request, key)


@role_required(Role.VOLUNTEER)
@require_POST
def not_again(request: HttpRequest, reference: str) -> HttpResponse:
    """I would rather not go to this person again; a coordinator decides."""
    visit = get_object_or_404(guided_visits(request.user), reference=reference)
    try:
        pairs.wish_apart(visit, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        messages.success(
            request, _("Danke, dass Sie es sagen. Die Koordination ruft Sie an. Die Person erfährt nichts.")
        )
    return redirect("bookings:guide-visit", reference)


# --- times ------------------------------------------------------------------------------------------


def _times(request: HttpRequest, key: str) -> HttpResponse:
    volunteer, now = _volunteer(request, key), timezone.now()
    what = request.POST.get("what", "")
    if request.method != "POST":
        return _times_page(request, volunteer, key, {}, at=now)
    form = _form_of(what, request, volunteer)
    if form is not None and not form.is_valid():
        return _times_page(request, volunteer, key, {what: form}, at=now, status=422)
    try:
        _check_who_speaks(request, volunteer, key, at=now)
        told = _write(what, form, request, volunteer, at=now)
    except Refused as no:
        if form is None:
            messages.error(request, no.sentence)
            return redirect(_address("times", key))
        form.add_error(None, no.sentence)
        return _times_page(request, volunteer, key, {what: form}, at=now, status=409)
    messages.success(request, told)
    return redirect(_address("times", key))


def _form_of(what: str, request: HttpRequest, volunteer: Volunteer) -> Any:
    if what == "week":
        return WeekForm(request.POST, volunteer=volunteer)
    forms = {"day": DayForm, "pause": PauseForm}
    return forms[what](request.POST) if what in forms else None


def _write(what: str, form: Any, request: HttpRequest, volunteer: Volunteer, *, at: datetime) -> str:
    """Call the one verb; returns the sentence for the page."""
    who: dict[str, Any] = {"by": request.user, "at": at}
    if what == "week":
        week = {"hours": form.hours(), "even": form.even(), "odd": form.odd()}
        availability.set_week(volunteer, **week, rests=form.cleaned_data["rests"], **who)
        return _("Die Zeiten sind gespeichert.")
    if what == "day":
        return _write_day(volunteer, form.cleaned_data, **who)
    if what == "pause":
        resting.pause(volunteer, until=form.cleaned_data["until"], **who)
        words = {"date": long_date(form.cleaned_data["until"])}
        return _("Die Pause ist eingetragen, bis %(date)s. Danach fragen wir wieder.") % words
    if what == "unpause":
        availability.end_pause(volunteer, **who)
        return _("Die Pause ist zu Ende. Wir fragen wieder.")
    availability.strike_out(_row(request.POST.get("row", ""), volunteer), **who)
    return _("Das ist gestrichen. Es gilt wieder Ihre Woche.")


def _write_day(volunteer: Volunteer, data: dict[str, Any], **who: Any) -> str:
    days = {"first_on": data["first_on"], "last_on": data["last_on"]}
    if data["times"]:
        availability.enter_other_hours(volunteer, windows=data["times"], **days, **who)
        return _("Die anderen Zeiten sind eingetragen.")
    resting.enter_absence(volunteer, **days, **who)
    return _("Es ist eingetragen: An diesen Tagen fragen wir nicht.")


class NoSuchDay(Refused):
    """It was struck out meanwhile."""


def _row(name: str, volunteer: Volunteer) -> Absence | OtherHours:
    """The row that a button names ("a12", "o7"), of this volunteer."""
    kind, number = name[:1], name[1:]
    rows: Any = {"a": volunteer.absences, "o": volunteer.other_hours}.get(kind)
    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    row = rows.filter(pk=number).first() if rows is not None and is_number else None
    if row is None:
        raise NoSuchDay(_("Das ist schon gestrichen."))
    return row


def _times_page(
    request: HttpRequest, volunteer: Volunteer, key: str, typed: Forms, *, at: datetime, status: int = 200
) -> HttpResponse:
    today = local_date(at)
    stored = _volunteer(request, key)
    context: dict[str, Any] = {
        "week": typed.get("week") or WeekForm(volunteer=stored),
        "week_number": iso_week(today)[1],
        "day": typed.get("day") or DayForm(),
        "pause": typed.get("pause") or PauseForm(),
        "form": next(iter(typed.values()), None),
        "is_paused": availability.is_paused(stored, on=today),
        "different": _different(stored, today),
        "outside": promised_outside(stored, at=at),
    }
    return _page(request, stored, key, "times", context, at=at, status=status)


def _different(volunteer: Volunteer, today: Any) -> list[dict[str, Any]]:
    """Days that are different, today and later, in order."""
    away = [
        {"row": f"a{one.pk}", "first": one.first_on, "last": one.last_on, "times": ""}
        for one in volunteer.absences.all()
        if one.last_on >= today
    ]
    others = [
        {
            "row": f"o{one.pk}",
            "first": one.on,
            "last": one.on,
            "times": words_of(one.opening_hours.on(one.on.weekday())),
        }
        for one in volunteer.other_hours.all()
        if one.on >= today
    ]
    return sorted([*away, *others], key=lambda one: (one["first"], one["row"]))


# --- profile ----------------------------------------------------------------------------------------


def _profile(request: HttpRequest, key: str) -> HttpResponse:
    volunteer, now = _volunteer(request, key), timezone.now()
    form = ProfileForm(request.POST if request.method == "POST" else None, volunteer=volunteer)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return _page(request, volunteer, key, "profile", {"form": form}, at=now, status=status)
    try:
        _check_who_speaks(request, volunteer, key, at=now)
    except Refused as no:
        form.add_error(None, no.sentence)
        return _page(request, volunteer, key, "profile", {"form": form}, at=now, status=409)
    set_profile(volunteer, form.profile(), by=request.user, at=now)
    messages.success(request, _("Das Profil ist gespeichert."))
    return redirect(_address("profile", key))


# --- both -------------------------------------------------------------------------------------------


def _check_who_speaks(request: HttpRequest, volunteer: Volunteer, key: str, *, at: datetime) -> None:
    """An agent enters nothing for somebody who is not proven; coordinators know their people."""
    is_agent = bool(key) and not request.user.has_role(Role.COORDINATOR)
    if is_agent and not is_recognised(request, volunteer, at=at):
        raise AskWhoSpeaks


def _address(name: str, key: str) -> str:
    return reverse(f"bookings:their-{name}", args=[key]) if key else reverse(f"bookings:guide-{name}")


def _page(
    request: HttpRequest,
    volunteer: Volunteer,
    key: str,
    name: str,
    context: dict[str, Any],
    *,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    context |= {
        "volunteer": volunteer,
        "is_own": not key,
        "is_coordinator": request.user.has_role(Role.COORDINATOR),
        "address": _address(name, key),
        "other_address": _address("profile" if name == "times" else "times", key),
        "changed": _latest_change(volunteer),
    }
    if not key:
        return page(request, name, context, at=at, status=status)
    return TemplateResponse(request, f"bookings/profile/{name}.html", context, status=status)


def _latest_change(volunteer: Volunteer) -> FieldChange | None:
    changes = FieldChange.objects.filter(subject_type=volunteer._meta.label_lower, subject_id=str(volunteer.pk))
    return changes.select_related("by").order_by("-at", "-pk").first()
