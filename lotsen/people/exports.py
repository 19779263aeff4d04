"""Files with data of many people: a second person approves, and only who has just proven who they are fetches one.

Up to `MOST_ALONE` people a file is handed out at once by its own page. Above that the rooms register a kind here, which
counts the people and makes the file when it is fetched; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lotsen.kernel.errors import MoveNotAllowed, Refused
from lotsen.kernel.moves import begin, move, move_all
from lotsen.people.models import MassExport, Role, User

MOST_ALONE = 20
WAITS_FOR, OPEN_FOR, PROVEN_FOR = timedelta(hours=24), timedelta(minutes=15), timedelta(minutes=5)
KEPT = timedelta(days=365)
"""So long it stands here who took what out, for whoever asks."""


class OwnExport(Refused):
    """Nobody approves what they asked for themselves."""


class NoPurpose(Refused):
    """What it is for is written down."""


class NotProven(Refused):
    """Who fetches a file has shown in the last five minutes who they are."""


class TooLate(Refused):
    """The quarter of an hour is over, or there are more people in it than were approved."""


@dataclass(frozen=True)
class Made:
    """A file as it is handed out."""

    body: bytes
    content_type: str
    name: str


@dataclass(frozen=True)
class Kind:
    """One sort of file: `people` counts who is in it, `make` draws it and writes the journal. Both get `about`."""

    title: str | Promise
    purpose: str | Promise
    roles: frozenset[str]
    people: Callable[[str], int]
    make: Callable[[str, User, datetime], Made]


KINDS: dict[str, Kind] = {}


Notice = Callable[[MassExport, User, datetime], object]
_notices: list[Notice] = []


def register_notice(notice: Notice) -> None:
    """Let a floor above tell those who may approve: called in the transaction in which somebody asks, with who asked.
    Register in `AppConfig.ready`."""
    if notice not in _notices:
        _notices.append(notice)


def register_export(key: str, kind: Kind) -> None:
    """Let a room above hand out a file with many people. Register in `AppConfig.ready`."""
    KINDS[key] = kind


def number_in(about: str) -> int:
    """The number of the row that a file is about; 0, which no row has, for anything else."""
    return int(about) if about.isascii() and about.isdigit() and len(about) < 10 else 0


def needs_two(persons: int) -> bool:
    """Whether a file with so many people needs a second person."""
    return persons > MOST_ALONE


@transaction.atomic
def ask_export(*, kind: str, about: str, purpose: str, by: User, at: datetime) -> MassExport:
    """Ask for a file; coordinators other than `by` are told and have a day to approve it. Refuses without a purpose
    (`NoPurpose`) and where there are too few people to need it (`MoveNotAllowed`)."""
    if not purpose.strip():
        raise NoPurpose(_("Bitte schreiben Sie, wofür Sie die Datei brauchen."))
    if not by.has_role(*KINDS[kind].roles) or not needs_two(persons := KINDS[kind].people(about)):
        raise MoveNotAllowed(_("Dafür braucht es keine zweite Person. Bitte laden Sie die Seite neu."))
    row = MassExport.objects.create(
        kind=kind, about=about, persons=persons, purpose=purpose.strip()[:120], asked_by=by, asked_at=at
    )
    begin(row, by=by, at=at)
    for notice in _notices:
        notice(row, by, at)
    return row


def approve_export(row: MassExport, *, by: User, at: datetime) -> None:
    """From now on it may be fetched, for a quarter of an hour. Refuses one's own (`OwnExport`), and who is no
    coordinator or comes after a day (`MoveNotAllowed`)."""
    if row.asked_by_id == by.pk:
        raise OwnExport(_("Ihre eigene Datei gibt jemand anderes frei."))
    if not by.has_role(Role.COORDINATOR) or row.asked_at <= at - WAITS_FOR:
        raise MoveNotAllowed(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    move(row, MassExport.State.APPROVED, by=by, at=at, approved_by=by, approved_at=at)


def refuse_export(row: MassExport, *, by: User, at: datetime) -> None:
    """It is not handed out; whoever asked may take it back in the same way."""
    if row.asked_by_id != by.pk and not by.has_role(Role.COORDINATOR):
        raise MoveNotAllowed(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    move(row, MassExport.State.REFUSED, by=by, at=at)


@transaction.atomic
def fetch_export(row: MassExport, *, proven_at: datetime | None, by: User, at: datetime) -> Made:
    """Make the file, once. Where making it fails nothing is used up.

    Refuses who did not ask for it or may no longer (`MoveNotAllowed`), a proof older than five minutes (`NotProven`),
    and after a quarter of an hour or when more people are in it than were approved (`TooLate`).
    """
    kind = KINDS[row.kind]
    if row.asked_by_id != by.pk or not by.has_role(*kind.roles):
        raise MoveNotAllowed(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    if proven_at is None or proven_at <= at - PROVEN_FOR:
        raise NotProven(_("Bitte bestätigen Sie zuerst, dass Sie es sind."))
    if row.approved_at is not None and row.approved_at <= at - OPEN_FOR:
        raise TooLate(_("Die Freigabe galt eine Viertelstunde. Bitte fragen Sie noch einmal."))
    move(row, MassExport.State.FETCHED, by=by, at=at, fetched_at=at)
    if kind.people(row.about) > row.persons:
        raise TooLate(_("Inzwischen sind mehr Menschen darin als freigegeben. Bitte fragen Sie noch einmal."))
    return kind.make(row.about, by, at)


def end_exports(*, at: datetime) -> int:
    """What waited a day or was open a quarter of an hour has expired; what is a year old is deleted."""
    late = Q(state=MassExport.State.ASKED, asked_at__lte=at - WAITS_FOR)
    late |= Q(state=MassExport.State.APPROVED, approved_at__lte=at - OPEN_FOR)
    ended = move_all(MassExport.objects.filter(late), MassExport.State.EXPIRED, by=None, at=at)
    MassExport.objects.filter(asked_at__lte=at - KEPT).delete()
    return ended
