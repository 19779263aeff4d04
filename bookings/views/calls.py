"""The queue "Zu tun": everything that a human must do, the oldest promise first, each with a named owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bookings import calling
from bookings.forms.calls import HandForm, LineForm, SettleForm, desk_people
from bookings.queries import open_calls, visible_visits
from bookings.queries.queue import Queue, QueueRow, count_waiting, queue_of
from bookings.queries.waiting import kept_promises, kept_table, waited_table, waiting_times
from bookings.queue_words import SEEN_TO
from bookings.rules import DESK
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.messages import call_tasks, telephone
from lotsen.messages.call_tasks import CALL_WITHIN
from lotsen.messages.models import CallTask
from lotsen.people.access import role_required
from lotsen.people.deputies import away_alone
from lotsen.people.models import Role

FIELDS = ["name", "phone"]
POLL_SECONDS = 15
LONGEST_SECOND = 12


@role_required(*DESK)
@require_safe
@csp_update({"media-src": ["'self'"]})
def call_list(request: HttpRequest) -> HttpResponse:
    """One's own tasks with number and words, everything else masked; the list alone for whoever asks again."""
    now = timezone.now()
    queue = queue_of(request.user, show=_show(request), number=request.GET.get("seite"), at=now)
    if "bekannt" in request.GET:
        return _list_again(request, queue, now)
    return _page(request, queue, now)


def _show(request: HttpRequest) -> str:
    return "frei" if request.GET.get("zeige") == "frei" else ""


def _page(
    request: HttpRequest, queue: Queue, now: datetime, *, wrong: SettleForm | None = None, status: int = 200
) -> HttpResponse:
    people = {row.client.pk: row.client for row in queue.own if row.client}
    record_reads(people.values(), fields=FIELDS, why="queue", by=request.user, at=now)
    context = _list_context(request, queue, now) | {
        "own": [(row, _form_of(row, wrong, now)) for row in queue.own],
        "people": list(desk_people()),
        "waiting_times": waiting_times(at=now),
        "promises": kept_promises(at=now),
        "line": telephone.line_of(request.user),
        "away_alone": away_alone(at=now) if request.user.has_role(Role.COORDINATOR) else [],
    }
    context["waiting_table"] = waited_table(context["waiting_times"])
    context["promise_table"] = kept_table(context["promises"])
    context["line_form"] = LineForm(initial={"phone": context["line"].phone if context["line"] else request.user.phone})
    return TemplateResponse(request, "bookings/desk/calls.html", context, status=status)


def _form_of(row: QueueRow, wrong: SettleForm | None, now: datetime) -> SettleForm | None:
    assert row.task is not None
    if wrong is not None and wrong.task.pk == row.task.pk:
        return wrong
    return None if row.task.kind in SEEN_TO else SettleForm(task=row.task, at=now)


def _list_context(request: HttpRequest, queue: Queue, now: datetime) -> dict[str, Any]:
    loaded = _second(request.GET.get("geladen", ""), now)
    return {
        "queue": queue,
        "page": queue.page,
        "show": _show(request),
        "mark": _mark(queue),
        "since": int(now.timestamp()),
        "loaded": loaded,
        "given": any(row.task.taken_at and row.task.taken_at.timestamp() > loaded for row in queue.own if row.task),
        "is_coordinator": request.user.has_role(Role.COORDINATOR),
        "poll_seconds": POLL_SECONDS,
    }


def _mark(queue: Queue) -> str:
    """A short sign of what the list says: the same sign, nothing new."""
    own = [row.key for row in queue.own]
    shown = [(row.key, row.deadline, row.why, row.say, row.can_take, row.place, _owner(row)) for row in queue.rows]
    return sha256(repr((queue.count, queue.page.number, own, shown)).encode()).hexdigest()[:16]


def _owner(row: QueueRow) -> int | None:
    return row.task.owner_id if row.task else None


def _list_again(request: HttpRequest, queue: Queue, now: datetime) -> HttpResponse:
    """204 where nothing is new; else the list, its count for the title, and a sentence about what is new and urgent."""
    if request.GET.get("bekannt") == _mark(queue):
        return HttpResponse(status=204)
    context = _list_context(request, queue, now) | {"said": _said(queue, request.GET.get("seit", ""), now)}
    return TemplateResponse(request, "bookings/desk/_queue.html", context)


def _said(queue: Queue, since: str, now: datetime) -> str:
    """For screen readers: what is new and due within a quarter of an hour. No names."""
    before = _second(since, now)
    new = [row for row in queue.rows if row.task and row.task.created_at.timestamp() > before]
    if not (urgent := sum(row.due_at <= now + CALL_WITHIN for row in new)):
        return ""
    return ngettext("Neu und eilig: %(n)d Aufgabe.", "Neu und eilig: %(n)d Aufgaben.", urgent) % {"n": urgent}


def _second(text: str, now: datetime) -> int:
    """A second since 1970 as it stands in the address; now, where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_SECOND else int(now.timestamp())


@role_required(*DESK)
@require_safe
def call_count(request: HttpRequest) -> HttpResponse:
    """How much is to be done, for the bar at the top of every page of the desk."""
    count, late = count_waiting(at=timezone.now())
    return TemplateResponse(request, "bookings/desk/_count.html", {"count": count, "late": late})


Act = Callable[[HttpRequest, CallTask, datetime], None]


def _hand(request: HttpRequest, task: CallTask, now: datetime) -> None:
    form = HandForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Bitte wählen Sie, an wen die Aufgabe geht."))
    to = form.cleaned_data["to"]
    call_tasks.hand_over(task, to=to, by=request.user, at=now)
    messages.success(request, _("Die Aufgabe hat jetzt %(name)s.") % {"name": to.name})


def _call(request: HttpRequest, task: CallTask, now: datetime) -> None:
    telephone.call_out(task, by=request.user, at=now)
    messages.success(request, _("Ihr Telefon klingelt gleich. Danach verbinden wir."))


def _take(request: HttpRequest, task: CallTask, now: datetime) -> None:
    call_tasks.take_call_task(task, by=request.user, at=now)


def _put_back(request: HttpRequest, task: CallTask, now: datetime) -> None:
    call_tasks.release_call_task(task, by=request.user, at=now)


def _take_over(request: HttpRequest, task: CallTask, now: datetime) -> None:
    call_tasks.hand_over(task, to=request.user, by=request.user, at=now)


ACTS: dict[str, Act] = {
    "nehmen": _take,
    "zurueck": _put_back,
    "uebernehmen": _take_over,
    "geben": _hand,
    "anrufen": _call,
}


@role_required(*DESK)
@require_POST
@csp_update({"media-src": ["'self'"]})
def call_act(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """Take a task, put it back, give it to somebody, call, or say how it went."""
    if verb == "fertig":
        return _settle(request, get_object_or_404(open_calls(), pk=pk))
    if verb not in ACTS:
        raise Http404
    task = get_object_or_404(open_calls(), pk=pk)
    try:
        ACTS[verb](request, task, timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("bookings:calls")


def _settle(request: HttpRequest, task: CallTask) -> HttpResponse:
    """What was chosen stays where it cannot be done."""
    now = timezone.now()
    form = SettleForm(request.POST, task=task, at=now)
    if form.is_valid():
        try:
            calling.settle(task, **form.settling(), by=request.user, at=now)
        except Refused as no:
            form.add_error(None, no.sentence)
        else:
            messages.success(request, _("Eingetragen."))
            return redirect("bookings:calls")
    queue = queue_of(request.user, at=now)
    if all(row.task != task for row in queue.own):
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("bookings:calls")
    return _page(request, queue, now, wrong=form, status=422)


@role_required(*DESK)
@require_POST
def take_asked(request: HttpRequest, reference: str) -> HttpResponse:
    """Take what a request asks for."""
    visit = get_object_or_404(visible_visits(request.user), reference=reference)
    try:
        calling.take_asked(visit, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("bookings:calls")


@role_required(*DESK)
@require_POST
def switch_line(request: HttpRequest, verb: str) -> HttpResponse:
    """ "Ich nehme Anrufe an" and "Pause"."""
    now = timezone.now()
    if verb == "pause":
        telephone.go_off(request.user, by=request.user, at=now)
    elif verb == "an":
        _go_on(request, now)
    else:
        raise Http404
    return redirect("bookings:calls")


def _go_on(request: HttpRequest, now: datetime) -> None:
    form = LineForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["phone"]))
        return
    try:
        telephone.go_on(request.user, phone=form.cleaned_data["phone"], by=request.user, at=now)
    except Refused as no:
        messages.error(request, no.sentence)
