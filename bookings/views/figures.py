"""The coordinator's board: what waits, what was promised, what was done."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings.queries import board_counts, open_calls, open_requests
from lotsen.figures.engine import Span, figures
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.models import Role

SPAN = timedelta(days=30)
SHOWN = 8
FIGURES = ("requests", "visits", "people", "not_met", "satisfied", "alone", "trainings", "sms", "arrived", "by_a_human")


@role_required(Role.COORDINATOR)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Today's work at the top, the figures of the last 30 days below."""
    now = timezone.now()
    waiting = list(open_requests(request.user)[:SHOWN])
    record_reads({visit.client for visit in waiting}, fields=["name"], why="board", by=request.user, at=now)
    return TemplateResponse(
        request,
        "bookings/desk/board.html",
        {
            "counts": board_counts(now=now),
            "waiting": waiting,
            "calls": open_calls()[:SHOWN],
            "figures": figures(Span(now - SPAN, now), *FIGURES),
            "now": now,
        },
    )
