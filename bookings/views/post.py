"""The post that goes out: letters that wait, print runs, one letter to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings import exports, notices
from bookings.post import take_returned
from bookings.queries.post import (
    LetterRow,
    letter_rows,
    letters_of,
    open_runs,
    posted_runs,
    waiting_kinds,
)
from bookings.rules import DESK
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.messages import letters, print_runs
from lotsen.messages.house import letter_printer
from lotsen.messages.letters import waiting_letters
from lotsen.messages.models import Letter, PrintRun
from lotsen.messages.states import PrintRunState
from lotsen.messages.wording.catalogue import kind_name
from lotsen.people.access import role_required
from lotsen.people.exports import needs_two
from lotsen.people.models import User

PAGE = 50
LAST_RUNS = 5
OVER, NOTHING_NEW = 286, 204
UNDER_WAY = frozenset({PrintRunState.QUEUED, PrintRunState.DRAWING})


@role_required(*DESK)
@require_safe
def post(request: HttpRequest) -> HttpResponse:
    """What waits, by kind and by age, the runs under way, and the last ones that went out."""
    page = Paginator(waiting_letters().defer("sheet"), PAGE).get_page(request.GET.get("seite"))
    rows = _shown(request, letter_rows(list(page)), why="post")
    kinds = waiting_kinds()
    context = {
        "page": page,
        "rows": rows,
        "kinds": [(one, kind_name(one.kind, get_language() or "de")) for one in kinds],
        "runs": list(open_runs()),
        "posted": list(posted_runs(limit=LAST_RUNS)),
    }
    return TemplateResponse(request, "bookings/post/post.html", context)


def _shown(request: HttpRequest, rows: list[LetterRow], *, why: str) -> list[LetterRow]:
    """Names are about to be shown: the journal first."""
    people = {row.visit.client for row in rows if row.visit is not None}
    record_reads(people, fields=["name"], why=why, by=request.user, at=timezone.now())
    return rows


@role_required(*DESK)
@require_POST
def make_run(request: HttpRequest) -> HttpResponse:
    """Put what waits (of the ticked kinds) into one file for the printer."""
    try:
        run = print_runs.make_run(kinds=request.POST.getlist("kind"), by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, str(no.sentence))
        return redirect("bookings:post")
    return redirect("bookings:print-run", run.pk)


@role_required(*DESK)
@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One print run: how far it is, what to do next, and what is in it."""
    run = _run(pk)
    page = Paginator(letters_of(run), PAGE).get_page(request.GET.get("seite"))
    rows = _shown(request, letter_rows(list(page)), why="print run")
    context = {**_progress(run), "page": page, "rows": rows}
    return TemplateResponse(request, "bookings/post/run.html", context)


def _run(pk: int) -> PrintRun:
    return get_object_or_404(PrintRun.objects.defer("pdf").select_related("requested_by"), pk=pk)


def _progress(run: PrintRun) -> dict[str, Any]:
    return {"run": run, "is_under_way": run.state in UNDER_WAY, "mark": f"{run.state}-{run.drawn}"}


@role_required(*DESK)
@require_safe
def run_state(request: HttpRequest, pk: int) -> HttpResponse:
    """The region that shows how far the worker is; asked for again and again until it is over."""
    run = _run(pk)
    context = _progress(run)
    if request.GET.get("bekannt") == context["mark"]:
        return HttpResponse(status=NOTHING_NEW)
    if context["is_under_way"]:
        return TemplateResponse(request, "bookings/post/_run.html", context)
    return HttpResponse(status=NOTHING_NEW, headers={"HX-Redirect": reverse("bookings:print-run", args=[run.pk])})


@role_required(*DESK)
@require_safe
def run_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file for the printer. With more than twenty letters a second person approves first."""
    run = get_object_or_404(PrintRun.objects.filter(pdf__isnull=False).defer("pdf"), pk=pk)
    if needs_two(exports.people_with_letters(str(run.pk))):
        return redirect("people:export-ask", exports.LETTERS, run.pk)
    made = exports.letters_file(str(run.pk), request.user, timezone.now())
    return _pdf(made.body, made.name)


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


RUN_ACTS: dict[str, Callable[..., Any]] = {
    "gedruckt": print_runs.mark_run_printed,
    "gepostet": print_runs.mark_run_posted,
    "nochmal": print_runs.try_again,
}


@role_required(*DESK)
@require_POST
def run_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Printed, posted, or drawn once more."""
    run = _run(pk)
    if verb not in RUN_ACTS:
        raise Http404
    try:
        RUN_ACTS[verb](run, by=request.user, at=timezone.now())
    except Refused as no:
        messages.error(request, str(no.sentence))
    return redirect("bookings:post" if verb == "gepostet" else reverse("bookings:print-run", args=[pk]))


# --- one letter -------------------------------------------------------------------------------------


@role_required(*DESK)
@require_safe
def letter_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One letter as it looks on paper."""
    row = _letter(pk)
    if not row.can_be_seen:
        raise Http404
    if row.visit is not None:
        fields, now = ["name", "address", "code_word"], timezone.now()
        record_reads([row.visit.client], fields=fields, why="letter", by=request.user, at=now)
    return _pdf(letter_printer().page(row.letter), "brief.pdf")


def _letter(pk: UUID) -> LetterRow:
    letter = get_object_or_404(Letter.objects.select_related("message__recipient_user", "run"), pk=pk)
    return letter_rows([letter])[0]


def _out(row: LetterRow, *, by: User, at: Any) -> str:
    letters.take_out(row.letter, by=by, at=at)
    return _("Der Brief ist herausgenommen. Er kommt in den nächsten Druckauftrag.")


def _discard(row: LetterRow, *, by: User, at: Any) -> str:
    letters.discard(row.letter, by=by, at=at)
    return _("Der Brief wird nicht verschickt.")


def _returned(row: LetterRow, *, by: User, at: Any) -> str:
    take_returned(row.letter, row.visit, by=by, at=at)
    return _("Aufgeschrieben. Jetzt kümmert sich ein Mensch: Die Aufgabe steht unter „Zu tun“.")


def _again(row: LetterRow, *, by: User, at: Any) -> str:
    address = notices.postal_block(row.visit.client) if row.visit is not None else ""
    letters.send_again(row.letter, to=address, by=by, at=at)
    return _("Der Brief geht noch einmal hinaus, an die Anschrift von heute.")


LETTER_ACTS: Mapping[str, Callable[..., str]] = {
    "herausnehmen": _out,
    "verwerfen": _discard,
    "zurueck": _returned,
    "nochmal": _again,
}


@role_required(*DESK)
@require_POST
def letter_act(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """Take one letter out, throw it away, note that it came back, or send it once more."""
    row = _letter(pk)
    if verb not in LETTER_ACTS:
        raise Http404
    run = row.letter.run_id
    try:
        messages.success(request, LETTER_ACTS[verb](row, by=request.user, at=timezone.now()))
    except Refused as no:
        messages.error(request, str(no.sentence))
    if verb in {"herausnehmen", "verwerfen"}:
        return redirect(reverse("bookings:print-run", args=[run]) if run else reverse("bookings:post"))
    return redirect(reverse("bookings:visit", args=[row.visit.reference]) if row.visit else reverse("bookings:post"))
