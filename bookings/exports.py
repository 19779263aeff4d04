"""Files with data of many people, as this room hands them out: hours, cards, letters."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.card_paper import cards_pdf
from bookings.given_hours import KINDS, Given, hours_given
from bookings.queries.cards import cards_to_print
from bookings.queries.post import letter_rows, letters_of
from lotsen.kernel.journal import record_reads
from lotsen.kernel.sheets import SHEET_TYPE, csv_bytes, workbook_bytes
from lotsen.messages.models import PrintRun
from lotsen.people.exports import Kind, Made, number_in
from lotsen.people.models import Role, User
from volunteers.models import Volunteer

HOURS, CARDS, LETTERS = "hours", "cards", "letters"
HOURS_ABOUT = re.compile(r"20\d\d-(?:csv|xlsx)-(?:names|keys)-[a-z]+")
PDF = "application/pdf"
PEOPLE = ("home", "start", "user")


# --- hours --------------------------------------------------------------------------------------------


def hours_about(*, year: int, kind: str, with_names: bool, purpose: str) -> str:
    """What a file of hours holds, in a word that `hours_file` reads."""
    return f"{year}-{kind}-{'names' if with_names else 'keys'}-{purpose}"


def hours_of_year(volunteers: list[Volunteer], year: int) -> dict[int, Given]:
    """What each gave in this year; `volunteers` with `PEOPLE`."""
    return hours_given(volunteers, first=date(year, 1, 1), last=date(year, 12, 31))


def _with_hours(about: str) -> tuple[list[Volunteer], dict[int, Given]]:
    people = list(Volunteer.objects.select_related(*PEOPLE).order_by("key"))
    given = hours_of_year(people, int(about.partition("-")[0]))
    return [row for row in people if given[row.pk].minutes], given


def people_with_hours(about: str) -> int:
    """How many people are in it; nobody where these words are none of ours."""
    return len(_with_hours(about)[0]) if HOURS_ABOUT.fullmatch(about) else 0


def hours_file(about: str, by: User, at: datetime) -> Made:
    """Hours by person and month; who is in it stands in the journal with the purpose."""
    year, kind, names, purpose = about.split("-")
    people, given = _with_hours(about)
    with_names = names == "names"
    fields = ["key", "hours", "name"] if with_names else ["key", "hours"]
    record_reads(people, fields=fields, why=f"hours export: {purpose}", by=by, at=at)
    rows = _table(people, given, with_names=with_names)
    as_csv = kind == "csv"
    body = csv_bytes(rows) if as_csv else workbook_bytes(rows, title=_("Stunden %(year)d") % {"year": int(year)})
    return Made(body, "text/csv; charset=utf-8" if as_csv else SHEET_TYPE, f"stunden-{year}.{kind}")


def _table(people: list[Volunteer], given: dict[int, Given], *, with_names: bool) -> list[list[str | int]]:
    kinds = [_("Besuche in Minuten"), _("Wege in Minuten"), _("Kurse in Minuten"), _("Anderes in Minuten")]
    head: list[str | int] = [
        _("Nummer"),
        *([_("Name")] if with_names else []),
        _("Monat"),
        *kinds,
        _("Summe in Minuten"),
    ]
    rows = [head]
    for row in people:
        who: list[str | int] = [row.key, row.user.name] if with_names else [row.key]
        for (year, month), minutes in sorted(given[row.pk].months.items()):
            each = [minutes[kind] for kind in KINDS]
            rows.append([*who, f"{year}-{month:02d}", *each, sum(each)])
    return rows


# --- cards and letters --------------------------------------------------------------------------------


def _numbers(about: str) -> list[int]:
    return [number_in(one) for one in about.split(",")]


def people_with_cards(about: str) -> int:
    return cards_to_print(_numbers(about)).count()


def cards_file(about: str, by: User, at: datetime) -> Made:
    """Cards for the printer, five on a sheet, front and back side by side to be folded."""
    cards = list(cards_to_print(_numbers(about)))
    record_reads([card.user for card in cards], fields=["name", "photo"], why="cards", by=by, at=at)
    pdf = cards_pdf(
        cards,
        base_url=settings.PUBLIC_BASE_URL,
        hotline=settings.HOTLINE_NUMBER,
        city=settings.CITY_NAME,
        fonts_dir=settings.FONTS_DIR,
        at=at,
    )
    return Made(pdf, PDF, "ausweise.pdf")


def _run(about: str) -> PrintRun | None:
    return PrintRun.objects.filter(pk=number_in(about), pdf__isnull=False).first()


def people_with_letters(about: str) -> int:
    run = _run(about)
    return letters_of(run).count() if run is not None else 0


def letters_file(about: str, by: User, at: datetime) -> Made:
    """The file of a print run. Everybody who is in it stands in the journal before it is handed out."""
    run = _run(about)
    assert run is not None
    assert run.pdf is not None
    people = {row.visit.client for row in letter_rows(list(letters_of(run))) if row.visit is not None}
    record_reads(people, fields=["name", "address"], why="print run", by=by, at=at)
    return Made(bytes(run.pdf), PDF, f"druckauftrag-{run.pk}.pdf")


COORDINATION, DESK = frozenset({Role.COORDINATOR}), frozenset({Role.HOTLINE, Role.COORDINATOR})
EXPORTS = {
    HOURS: Kind(gettext_lazy("Stunden eines Jahres"), "", COORDINATION, people_with_hours, hours_file),
    CARDS: Kind(
        gettext_lazy("Ausweise zum Drucken"),
        gettext_lazy("Ausweise drucken"),
        COORDINATION,
        people_with_cards,
        cards_file,
    ),
    LETTERS: Kind(
        gettext_lazy("Briefe zum Drucken"), gettext_lazy("Briefe drucken"), DESK, people_with_letters, letters_file
    ),
}
