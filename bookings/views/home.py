"""The start page of the public, and where somebody lands who has signed in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lotsen.kernel.calendar import local_date
from lotsen.people.models import Role
from touring.queries import deviations_on, public_stop_count

PLACES = (
    (Role.COORDINATOR, "bookings:board"),
    (Role.HOTLINE, "bookings:intake"),
    (Role.VOLUNTEER, "bookings:guide-today"),
    (Role.ADVISOR, "bookings:team-day"),
    (Role.FACILITY, "bookings:facility"),
)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The public start page: telephone number first, then the ways, and what is different today."""
    today = local_date(timezone.now())
    return TemplateResponse(
        request,
        "public/start.html",
        {"stop_count": public_stop_count(), "deviations": deviations_on(today), "today": today},
    )


@login_required
@require_safe
def my_place(request: HttpRequest) -> HttpResponse:
    """Send a signed-in person to the page of their first role."""
    for role, name in PLACES:
        if request.user.has_role(role):
            return redirect(name)
    return redirect("pages:account")
