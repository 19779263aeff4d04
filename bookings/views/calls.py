"""Call tasks: what a human must do by phone, the oldest promise first."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bookings.queries import call_rows, open_calls
from bookings.rules import DESK
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.messages import call_tasks
from lotsen.people.access import role_required

PAGE = 25
ACTS = {
    "nehmen": call_tasks.take_call_task,
    "zurueck": call_tasks.release_call_task,
    "fertig": partial(call_tasks.finish_call_task, outcome="told"),
}


@role_required(*DESK)
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """Open call tasks with the number and what to say."""
    now = timezone.now()
    page = Paginator(open_calls(), PAGE).get_page(request.GET.get("seite"))
    rows = call_rows(list(page), now=now)
    record_reads(
        [row.client for row in rows if row.client], fields=["name", "phone"], why="call tasks", by=request.user, at=now
    )
    return TemplateResponse(request, "bookings/desk/calls.html", {"page": page, "rows": rows})


@role_required(*DESK)
@require_POST
def call_act(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """Take a call task, put it back, or finish it."""
    if verb not in ACTS:
        raise Http404
    task = get_object_or_404(open_calls(), pk=pk)
    try:
        ACTS[verb](task, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, str(no.sentence))
    return redirect("bookings:calls")
