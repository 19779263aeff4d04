"""The coordinators' week, with the names behind the numbers of the Monday e-mail."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings.digest import LONG_DAYS, week_of
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.models import Role

PAGE = 10


@role_required(Role.COORDINATOR)
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """What waits, what stands still, who is silent, what was missed; whose names are shown is journalled."""
    now = timezone.now()
    found = week_of(at=now)
    stuck = Paginator(found.stuck, PAGE).get_page(request.GET.get("page"))
    longest = list(found.waiting[:PAGE])
    people = {visit.client for visit in [*longest, *stuck, *found.missed[:PAGE]]}
    record_reads(people, fields=["name"], why="week", by=request.user, at=now)
    context = {
        "week": found,
        "figures": found.figures(at=now),
        "longest": longest,
        "stuck": stuck,
        "missed": found.missed[:PAGE],
        "due": found.due[:PAGE],
        "silent": found.silent[:PAGE],
        "long_days": LONG_DAYS,
        "now": now,
    }
    return TemplateResponse(request, "bookings/desk/week.html", context)
