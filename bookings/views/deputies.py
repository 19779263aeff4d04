"""Who is away and who stands in: coordinators for everybody, the others for themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings.forms.calls import DeputyForm
from bookings.rules import DESK
from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.people import deputies
from lotsen.people.access import role_required
from lotsen.people.models import Role


@role_required(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Absences of today and later, and the form for one more."""
    if request.method != "POST":
        return _page(request, DeputyForm(by=request.user))
    form = DeputyForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        deputies.appoint_deputy(**form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as no:
        form.add_error(None, no.sentence)
        return _page(request, form, 409)
    messages.success(request, _("Die Vertretung ist eingetragen."))
    return redirect("bookings:deputies")


def _page(request: HttpRequest, form: DeputyForm, status: int = 200) -> HttpResponse:
    today = local_date(timezone.now())
    context = {"form": form, "absences": deputies.visible_absences(request.user, on=today), "today": today}
    context["is_coordinator"] = request.user.has_role(Role.COORDINATOR)
    return TemplateResponse(request, "bookings/desk/deputies.html", context, status=status)


@role_required(*DESK)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """They are back, or it does not come to it."""
    now = timezone.now()
    row = get_object_or_404(deputies.changeable_absences(request.user, on=local_date(now)), pk=pk)
    deputies.end_absence(row, by=request.user, at=now)
    return redirect("bookings:deputies")
