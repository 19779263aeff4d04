"""Reads of the post: letters that wait, print runs, what came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from bookings.models import HomeVisit, PostIn, ProposedDate
from bookings.queries.requests import KINDS_OF_A_COMING_VISIT
from lotsen.kernel.calendar import spoken_clock
from lotsen.messages.letters import NOT_TO_BE_LINKED, waiting_letters
from lotsen.messages.models import Letter, Message, PrintRun
from lotsen.messages.states import PrintRunState

KINDS_OF_AN_OPEN_PROPOSAL = ("senior_proposal",)
ABOUT_VISIT = HomeVisit._meta.label_lower


@dataclass(frozen=True)
class WaitingKind:
    """Letters of one kind that wait: what they say first, how many, since when."""

    kind: str
    count: int
    since: datetime


@dataclass(frozen=True)
class LetterRow:
    """One letter for the page, with its case; `is_outdated`: what it says is no longer true."""

    letter: Letter
    visit: HomeVisit | None
    is_outdated: bool

    @property
    def can_be_seen(self) -> bool:
        """Its words are still there, and it is no card whose sender must stay unknown."""
        message = self.letter.message
        return bool(message.variables) and message.kind not in NOT_TO_BE_LINKED

    @property
    def addressee(self) -> str:
        """The first line of the address; the second where the first is only "Frau" or "Herr"."""
        lines = [line.strip() for line in self.letter.message.to.splitlines() if line.strip()] or [""]
        return " ".join(lines[:2]) if lines[0] in {"Frau", "Herr"} else lines[0]


def waiting_kinds() -> list[WaitingKind]:
    """What waits, by kind, the oldest first; one query."""
    counted = waiting_letters().order_by().values("message__kind")
    rows = counted.annotate(count=Count("pk"), since=Min("created_at")).order_by("since", "message__kind")
    return [WaitingKind(row["message__kind"], row["count"], row["since"]) for row in rows]


def letter_rows(letters: Sequence[Letter]) -> list[LetterRow]:
    """Letters with their cases, in one query for any number of them."""
    keys = {letter.message.about_id for letter in letters if letter.message.about_type == ABOUT_VISIT}
    cases = HomeVisit.objects.filter(pk__in=keys).select_related("client").in_bulk()
    rows = ((letter, _case(letter, cases)) for letter in letters)
    return [LetterRow(letter, visit, _is_outdated(letter.message, visit)) for letter, visit in rows]


def _case(letter: Letter, cases: dict[int, HomeVisit]) -> HomeVisit | None:
    message = letter.message
    return cases.get(int(message.about_id)) if message.about_type == ABOUT_VISIT else None


def _is_outdated(message: Message, visit: HomeVisit | None) -> bool:
    if message.kind not in KINDS_OF_A_COMING_VISIT or visit is None:
        return False
    if visit.state != HomeVisit.State.ASSIGNED or visit.slot_starts_at is None:
        return True
    return message.variables.get("time") not in (None, spoken_clock(visit.slot_starts_at))


def open_runs() -> QuerySet[PrintRun]:
    """Print runs that are not in the letter box yet, the newest first."""
    runs = PrintRun.objects.defer("pdf").select_related("requested_by").exclude(state=PrintRunState.POSTED)
    return runs.order_by("-pk")


def posted_runs(*, limit: int) -> QuerySet[PrintRun]:
    """The last runs that went out."""
    runs = PrintRun.objects.defer("pdf").select_related("requested_by").filter(state=PrintRunState.POSTED)
    return runs.order_by("-pk")[:limit]


def letters_of(run: PrintRun) -> QuerySet[Letter]:
    """The letters of a run in the order of its file."""
    return run.letters.select_related("message").defer("sheet").order_by("sheet_number", "created_at", "pk")


def letters_about(visit: HomeVisit) -> QuerySet[Letter]:
    """Every letter of a case, the newest first."""
    about = {"message__about_type": ABOUT_VISIT, "message__about_id": str(visit.pk)}
    return Letter.objects.filter(**about).select_related("message").defer("sheet").order_by("-created_at", "-pk")


def post_in_of(visit: HomeVisit) -> QuerySet[PostIn]:
    """What came in by post about a case, the newest first."""
    return PostIn.objects.filter(visit=visit).select_related("by").order_by("-at", "-pk")


def open_proposal(visit: HomeVisit) -> ProposedDate | None:
    """The date that waits for the person's answer."""
    return ProposedDate.objects.filter(visit=visit, state=ProposedDate.State.OPEN).select_related("visit").first()


def is_still_proposed(message: Message) -> bool:
    """Whether the question of a message is still open."""
    if message.about_type != ABOUT_VISIT:
        return True
    rows = ProposedDate.objects.filter(visit=message.about_id, state=ProposedDate.State.OPEN)
    return rows.filter(code=message.variables.get("code", "")).exists()
