"""Print runs: many letters as one file, drawn by the worker, printed and posted by people. No letter is in two runs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.kernel.errors import AlreadyMoved, Refused
from lotsen.kernel.moves import begin, move
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.channels.letter import is_careful, page_count
from lotsen.messages.jobs import defer
from lotsen.messages.letters import mark_posted, mark_printed, waiting_letters
from lotsen.messages.models import Letter, PrintRun
from lotsen.messages.sending import fail_message
from lotsen.messages.states import MessageState, PrintRunState
from lotsen.messages.wanted import still_wanted
from lotsen.people.models import User

DRAW_PRINT_RUN = "draw_print_run"
MOST_LETTERS = 2000
KEEP_PDF = timedelta(days=7)


class NothingToPrint(Refused):
    """No letter waits, or somebody else has just taken them."""

    sentence = gettext_lazy("Es wartet kein Brief. Vielleicht hat gerade jemand anderes einen Druckauftrag gemacht.")


class Printer(Protocol):
    """What draws letters; the letter channel of the post office."""

    def pages(
        self, sheets: Sequence[dict[str, Any]], *, title: str, at: datetime, told: Callable[[int], object] = bool
    ) -> bytes:
        """These letters as one PDF; `told` hears how many are set."""


@transaction.atomic
def make_run(*, kinds: Iterable[str] = (), by: User, at: datetime) -> PrintRun:
    """Put what waits (of these kinds, else all; at most 2,000) into a new run, and tell the worker.

    Two people at once: a letter that one of them has locked is none of the other's. Refuses an empty run.
    """
    waiting = waiting_letters().filter(message__kind__in=kinds) if kinds else waiting_letters()
    locked = waiting.select_for_update(of=("self",), skip_locked=True)
    keys = list(locked.values_list("pk", flat=True)[:MOST_LETTERS])
    if not keys:
        raise NothingToPrint
    run = PrintRun.objects.create(requested_by=by, requested_at=at, letter_count=len(keys))
    begin(run, by=by, at=at)
    Letter.objects.filter(pk__in=keys, run__isnull=True).update(run=run)
    _tell_worker(run)
    return run


def _tell_worker(run: PrintRun) -> None:
    defer(DRAW_PRINT_RUN, once=f"print:{run.pk}", run_id=str(run.pk))


@transaction.atomic
def try_again(run: PrintRun, *, by: User, at: datetime) -> None:
    """Draw a failed run once more."""
    move(run, PrintRunState.QUEUED, by=by, at=at, drawn=0)
    _tell_worker(run)


def draw_run(run: PrintRun, *, printer: Printer, now: Callable[[], datetime]) -> None:
    """The worker's part: set all letters, keep the file. A job that comes back after its worker died begins again."""
    try:
        if run.state == PrintRunState.QUEUED:
            move(run, PrintRunState.DRAWING, by=None, at=now())
        if run.state != PrintRunState.DRAWING:
            return
        letters = sorted(_still_wanted(run, at=now()), key=lambda letter: is_careful(letter.sheet))
        try:
            pdf = _drawn(run, letters, printer, at=now())
        except ChannelError:
            move(run, PrintRunState.FAILED, by=None, at=now())
            return
        _keep(run, letters, pdf, at=now())
    except AlreadyMoved:
        return


def _still_wanted(run: PrintRun, *, at: datetime) -> list[Letter]:
    """The run's letters in order; what is no longer true is put aside, never printed."""
    kept = []
    for letter in run.letters.select_related("message").order_by("created_at", "pk"):
        if not still_wanted(letter.message):
            _put_aside(letter, at=at)
        elif letter.sheet:
            kept.append(letter)
        else:
            fail_message(letter.message, "no_words", at=at)
    return kept


@transaction.atomic
def _put_aside(letter: Letter, *, at: datetime) -> None:
    Letter.objects.filter(pk=letter.pk).update(run=None)
    if letter.message.state == MessageState.SENT:
        move(letter.message, MessageState.DROPPED, by=None, at=at, finished_at=at, failure="no_longer_wanted")


def _drawn(run: PrintRun, letters: Sequence[Letter], printer: Printer, *, at: datetime) -> bytes:
    def told(done: int) -> None:
        PrintRun.objects.filter(pk=run.pk).update(drawn=done)

    title = _("Druckauftrag %(number)s") % {"number": run.pk}
    return printer.pages([letter.sheet for letter in letters], title=title, at=at, told=told)


@transaction.atomic
def _keep(run: PrintRun, letters: Sequence[Letter], pdf: bytes, *, at: datetime) -> None:
    for number, letter in enumerate(letters, 1):
        letter.sheet_number = number
    Letter.objects.bulk_update(letters, ["sheet_number"], batch_size=500)
    move(run, PrintRunState.READY, by=None, at=at, pdf=pdf, pages=page_count(pdf), letter_count=len(letters))


@transaction.atomic
def mark_run_printed(run: PrintRun, *, by: User, at: datetime) -> None:
    """All of it is on paper."""
    move(run, PrintRunState.PRINTED, by=by, at=at, printed_at=at)
    mark_printed(run.letters.all(), by=by, at=at)


@transaction.atomic
def mark_run_posted(run: PrintRun, *, by: User, at: datetime) -> int:
    """All of it is in the letter box; returns how many letters."""
    move(run, PrintRunState.POSTED, by=by, at=at, posted_at=at)
    return mark_posted(run.letters.all(), by=by, at=at)


@transaction.atomic
def forget_printed(*, at: datetime) -> int:
    """Delete the files of runs, and the words of letters, that were posted a week ago; returns how many runs."""
    Letter.objects.filter(posted_at__lte=at - KEEP_PDF).exclude(sheet={}).update(sheet={})
    return PrintRun.objects.filter(posted_at__lte=at - KEEP_PDF, pdf__isnull=False).update(pdf=None)
