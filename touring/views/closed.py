"""Holidays of the schools and closing days, as the coordinator keeps them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lotsen.kernel.calendar import Period, local_date
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from touring import calendar_days
from touring.forms import ClosingDayForm, SchoolHolidayForm
from touring.models import ClosingDay, SchoolHoliday
from touring.queries.settings import closing_days, school_holidays

coordinator = role_required(Role.COORDINATOR)


@coordinator
@require_safe
def closed_days(request: HttpRequest) -> HttpResponse:
    """What is to come, and two forms."""
    return _page(request, SchoolHolidayForm(prefix="ferien"), ClosingDayForm(prefix="tag"))


def _page(request: HttpRequest, holiday: forms.Form, closing: forms.Form, *, status: int = 200) -> HttpResponse:
    today = local_date(timezone.now())
    context = {
        "holidays": school_holidays(today),
        "closing_days": closing_days(today),
        "holiday_form": holiday,
        "closing_form": closing,
    }
    return TemplateResponse(request, "touring/closed_days.html", context, status=status)


@coordinator
@require_POST
def holiday_add(request: HttpRequest) -> HttpResponse:
    """Holidays of the schools."""
    form = SchoolHolidayForm(request.POST, prefix="ferien")
    if form.is_valid():
        words = form.cleaned_data
        period = Period(words["starts_on"], words["ends_on"])
        try:
            calendar_days.add_school_holiday(words["name"], period=period, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_error("starts_on", refused.sentence)
        else:
            messages.success(request, _("Gespeichert: %(name)s.") % {"name": words["name"]})
            return redirect("touring:closed-days")
    return _page(request, form, ClosingDayForm(prefix="tag"), status=422)


@coordinator
@require_POST
def holiday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take holidays away."""
    row = get_object_or_404(SchoolHoliday, pk=pk)
    calendar_days.remove_school_holiday(row, by=request.user, at=timezone.now())
    messages.success(request, _("Entfernt: %(name)s.") % {"name": row.name})
    return redirect("touring:closed-days")


@coordinator
@require_POST
def closing_add(request: HttpRequest) -> HttpResponse:
    """A closing day; says how many published halts still stand on it."""
    form = ClosingDayForm(request.POST, prefix="tag")
    if form.is_valid():
        words = form.cleaned_data
        try:
            row = calendar_days.add_closing_day(
                words["date"], stop=words["stop"], team=words["team"], reason=words["reason"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error("date", refused.sentence)
        else:
            _say_added(request, row)
            return redirect("touring:closed-days")
    return _page(request, SchoolHolidayForm(prefix="ferien"), form, status=422)


def _say_added(request: HttpRequest, row: ClosingDay) -> None:
    count = calendar_days.halts_still_standing(row)
    if not count:
        messages.success(request, _("Gespeichert."))
        return
    sentence = ngettext(
        "Gespeichert. An diesem Tag steht noch %(n)d Halt im Fahrplan. Bitte lassen Sie ihn ausfallen.",
        "Gespeichert. An diesem Tag stehen noch %(n)d Halte im Fahrplan. Bitte lassen Sie sie ausfallen.",
        count,
    )
    messages.warning(request, sentence % {"n": count})


@coordinator
@require_POST
def closing_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a day again."""
    row = get_object_or_404(ClosingDay, pk=pk)
    calendar_days.remove_closing_day(row, by=request.user, at=timezone.now())
    messages.success(request, _("Entfernt."))
    return redirect("touring:closed-days")
