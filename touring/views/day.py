"""The tours of a day, for the teams on the road and the coordinator: what is next, and saying what is different."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.kernel.calendar import day_from, local_date
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from touring import day_notices, day_off, deviations
from touring.forms import DayForm, DeviationForm, HaltForm
from touring.models import Deviation, Tour, TourPlan, TourStop
from touring.queries import tours_on, visible_halts, visible_tours
from touring.request_stops import place_from
from touring.rules import can_plan

team = role_required(Role.ADVISOR, Role.COORDINATOR)
coordinator = role_required(Role.COORDINATOR)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@team
@require_safe
def tours(request: HttpRequest) -> HttpResponse:
    """All tours of a day, today without `?tag=`."""
    now = timezone.now()
    today = local_date(now)
    day = day_from(request.GET.get("tag", ""), today)
    rows = list(tours_on(day))
    own = set(visible_tours(request.user).filter(date=day).values_list("pk", flat=True))
    context = {
        "day": day,
        "today": today,
        "now": now,
        "tours": [(tour, tour.pk in own) for tour in rows],
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "can_plan": can_plan(request.user),
    }
    return TemplateResponse(request, "touring/day.html", context)


@team
@require_POST
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a halt is cancelled or late, or that it is as planned after all."""
    halt = _visible_halt(request, pk)
    form = DeviationForm(request.POST)
    if form.is_valid():
        try:
            messages.success(request, _said(request, halt, form))
        except Refused as refused:
            messages.error(request, refused.sentence)
    else:
        messages.error(request, _("Bitte geben Sie die Minuten als Zahl an, zum Beispiel 20."))
    return redirect(_day_url(halt.tour))


def _visible_halt(request: HttpRequest, pk: int) -> TourStop:
    return get_object_or_404(visible_halts(request.user).filter(tour__plan__state=TourPlan.State.PUBLISHED), pk=pk)


def _day_url(tour: Tour) -> str:
    return f"{reverse('touring:my_tours')}?tag={tour.date}"


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


# --- one date is different: what, who learns of it, one button ----------------------------------------


@team
@get_or_post
def change_halt(request: HttpRequest, pk: int) -> HttpResponse:
    """A halt drops out, is late or moved: `?kind=` asks for confirmation and names everybody concerned."""
    halt = _visible_halt(request, pk)
    form = HaltForm(_asked(request), halt=halt)

    def do(form: Any) -> str:
        kind, reason = form.cleaned_data["kind"], form.cleaned_data["reason"]
        words = {"reason": reason, "by": request.user, "at": timezone.now()}
        if kind == Deviation.Kind.MOVED:
            deviations.announce_moved(halt, starts_at=form.starts_at, **words)
        elif kind == Deviation.Kind.LATE:
            deviations.announce_late(halt, minutes=form.cleaned_data["minutes"], **words)
        else:
            deviations.announce_cancelled(halt, **words)
            if can_plan(request.user):
                messages.success(request, _("Angesagt. Alle Betroffenen erfahren es."))
                return reverse("touring:replace", args=[halt.pk])
        messages.success(request, _("Angesagt. Alle Betroffenen erfahren es."))
        return _day_url(halt.tour)

    return _confirmed(request, form, do, halt.tour, [halt])


@team
@get_or_post
def change_day(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is left of a tour drops out or is late; confirmed as above."""
    tour = get_object_or_404(visible_tours(request.user), pk=pk)
    form = DayForm(_asked(request))

    def do(form: Any) -> str:
        words = {"reason": form.cleaned_data["reason"], "by": request.user, "at": timezone.now()}
        if form.cleaned_data["kind"] == Deviation.Kind.LATE:
            made = day_off.delay_day(tour, minutes=form.cleaned_data["minutes"], **words)
        else:
            made = day_off.cancel_day(tour, **words)
        said = ngettext("Angesagt für %(n)d Halt.", "Angesagt für %(n)d Halte.", len(made)) % {"n": len(made)}
        messages.success(request, f"{said} " + _("Alle Betroffenen erfahren es."))
        return _day_url(tour)

    return _confirmed(request, form, do, tour, day_off.halts_to_come(tour, at=timezone.now()))


def _asked(request: HttpRequest) -> Any:
    """What was filled in: the question stands in the address, the deed is posted."""
    return request.POST if request.method == "POST" else request.GET or None


def _confirmed(
    request: HttpRequest, form: forms.Form, do: Callable[[forms.Form], str], tour: Tour, halts: list[TourStop]
) -> HttpResponse:
    """First the question, then who learns of it and how, then the deed; a no stands above the form."""
    status = 200
    if form.is_bound and not form.is_valid():
        status = 422
    elif request.method == "POST":
        try:
            return redirect(do(form))
        except Refused as refused:
            form.add_error(None, refused.sentence)
            status = 409
    is_asked = form.is_bound and not form.errors
    context = {
        "form": form,
        "tour": tour,
        "halts": halts,
        "halt": halts[0] if isinstance(form, HaltForm) else None,
        "learners": day_notices.learners(halts, by=request.user) if is_asked else None,
        "words": _words(form) if is_asked else "",
        "back_url": _day_url(tour),
    }
    return TemplateResponse(request, "touring/change.html", context, status=status)


def _words(form: Any) -> str:
    """What will be said, as the people concerned will read it."""
    kind, reason = form.cleaned_data["kind"], form.cleaned_data["reason"]
    moved_to = form.starts_at if kind == Deviation.Kind.MOVED else None
    minutes = form.cleaned_data["minutes"] or 0
    return day_notices.change_words(Deviation(kind=kind, minutes=minutes, moved_to=moved_to, reason=reason))


@team
@require_POST
def revoke_day(request: HttpRequest, pk: int) -> HttpResponse:
    """The tour drives as planned after all."""
    tour = get_object_or_404(visible_tours(request.user), pk=pk)
    try:
        count = day_off.revoke_day(tour, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        said = ngettext("Zurückgenommen für %(n)d Halt.", "Zurückgenommen für %(n)d Halte.", count) % {"n": count}
        messages.success(request, said)
    return redirect(_day_url(tour))


@coordinator
@get_or_post
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Another date for a cancelled one: the free places, one button each."""
    halt = get_object_or_404(visible_halts(request.user).filter(stop__isnull=False), pk=pk)
    stop, now = halt.stop, timezone.now()
    assert stop is not None
    if request.method == "POST":
        try:
            place = place_from(request.POST.get("platz", ""), minutes=stop.duration_minutes)
            extra = day_off.replace_date(halt, place=place, by=request.user, at=now)
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("Der Ersatztermin steht im Fahrplan. Alle Betroffenen erfahren es."))
            return redirect(_day_url(extra.tour))
    is_off = any(one.kind == Deviation.Kind.CANCELLED for one in halt.active)  # type: ignore[attr-defined]
    known = deviations.replacement_of(halt)
    context = {
        "halt": halt,
        "is_off": is_off,
        "known": known,
        "places": day_off.replacement_places(halt, at=now) if is_off and known is None else [],
        "learners": day_notices.learners_at(halt),
        "back_url": _day_url(halt.tour),
    }
    return TemplateResponse(request, "touring/replace.html", context)
