"""Reads the tables that a German office exports from its spreadsheet: bytes in, rows of values and problems out.

CSV in UTF-8 (with or without mark), UTF-16 with mark, or cp1252; separated by semicolon, comma or tab; headings in any
order and spelling. Every problem of the file is collected, each with the row that the spreadsheet shows. Nothing is
written anywhere: who imports decides, and a table with problems should be refused as a whole.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lotsen.kernel.cells import plain_text
from lotsen.kernel.sentences import NotUnderstood, Sentence

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000_000, 100_000, 200, 10_000
_SEPARATORS = ";\t,"
_BLANK = " \t\r\n\x0b\x0c\u00a0\u200b\u2060\u3164\ufeff"
_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"


@dataclass(frozen=True, slots=True)
class Column:
    """One column that we look for.

    `key`: the name of its value in a row. `headings`: its spellings, the first one is shown to people; case, umlauts,
    spaces, signs and a unit in brackets do not matter. `parse`: the text of a cell to a value, refusing with
    NotUnderstood; an empty cell (or a lone dash) is None and never parsed. `required`: the column must be there and
    no cell empty. `expected`: what an empty cell should hold. `phone`: a cell may begin with "+".
    """

    key: str
    headings: tuple[str, ...]
    parse: Callable[[str], object] = plain_text
    required: bool = True
    expected: str = ""
    phone: bool = False

    @property
    def name(self) -> str:
        """How people see it."""
        return self.headings[0]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. Row 0 and column "" mean the file as a whole; row 1 is the line of headings."""

    file: str
    row: int
    column: str
    sentence: Sentence

    def __str__(self) -> str:
        if not self.row:
            return f"{self.file}: {self.sentence}"
        if not self.column:
            return f"{self.file}, Zeile {self.row}: {self.sentence}"
        return f"{self.file}, Zeile {self.row}, Spalte „{self.column}“: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one line, by column key. `number` is the row that the spreadsheet shows."""

    number: int
    values: dict[str, object]

    def __getitem__(self, key: str) -> object:
        return self.values[key]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: the rows without a problem, and all problems of the others."""

    file: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


class _Unreadable(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, row: int, column: str, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.row, self.column, self.sentence = row, column, sentence


def read_table(data: bytes, columns: Sequence[Column], file_name: str) -> Table:
    """Reads a whole file. Columns that nobody asked for are left out. Never raises on what a file may hold."""
    try:
        lines = list(_lines(_decoded(data), columns))
        found, missing = _matched(lines, columns, file_name)
    except _Unreadable as refused:
        return Table(file_name, (), (Problem(file_name, refused.row, refused.column, refused.sentence),))
    if missing:
        return Table(file_name, (), missing)
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, cells in lines[1:]:
        row, wrong = _read_row(number, cells, found, file_name)
        wrong += _shifted(number, cells, len(lines[0][1]), file_name)
        problems += wrong
        if not wrong:
            rows.append(row)
    return Table(file_name, tuple(rows), tuple(problems))


def refuse_duplicates(table: Table, key: str, column: str) -> tuple[Problem, ...]:
    """One problem for each row whose value of `key` an earlier row has already."""
    first: dict[object, int] = {}
    problems = []
    for row in table.rows:
        other = first.setdefault(row[key], row.number)
        if other != row.number:
            sentence = Sentence("Wie Zeile {other_row}. Bitte eine Zeile löschen.", other_row=other)
            problems.append(Problem(table.file, row.number, column, sentence))
    return tuple(problems)


def folded(heading: str) -> str:
    """A heading as we compare it: "Straße und  Haus-Nr. (PLZ)" is "strasseundhausnr"."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    plain = re.sub(r"[(\[].*?[)\]]", "", plain)
    for umlaut, spelt in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        plain = unicodedata.normalize("NFC", plain).replace(umlaut, spelt)
    return re.sub(r"[^a-z0-9]", "", plain)


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise _Unreadable(0, "", Sentence("Die Datei ist zu groß. Möglich sind {limit} MB.", limit=MOST_BYTES // 10**6))
    if data.startswith((_ZIP, _OLD_EXCEL, _PDF)):
        raise _Unreadable(0, "", _not_a_table())
    text = _text(data)
    if "\x00" in text:
        raise _Unreadable(0, "", Sentence("Die Datei ist beschädigt. Bitte neu speichern und noch einmal schicken."))
    return unicodedata.normalize("NFC", text)


def _not_a_table() -> Sentence:
    return Sentence("Das ist keine CSV-Tabelle. Bitte als „CSV UTF-8“ speichern.")


def _text(data: bytes) -> str:
    """UTF-16 only with its mark; cp1252 where UTF-8 fails and no mark promised it."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig"]
    if encodings == ["utf-8-sig"] and not data.startswith(b"\xef\xbb\xbf"):
        encodings.append("cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\ufffd" not in text and not re.search("[ÃÂ][\u0080-\u00bf‚-›€Ÿœžš]", text):
            return text
    raise _Unreadable(0, "", Sentence("Die Umlaute sind nicht lesbar. Bitte als „CSV UTF-8“ speichern."))


def _lines(text: str, columns: Sequence[Column]) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold something, each with the row that a spreadsheet shows: a cell over two lines is still one row."""
    declared, text = _declared_separator(text.lstrip("\ufeff"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=declared or _separator(text, columns), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS + 1:
                raise _too_many_rows(text)
            bare = [cell.strip(_BLANK) for cell in cells]
            if any(bare):
                yield number, bare
    except csv.Error:
        row = number + 1
        raise _Unreadable(row, "", Sentence("Ein Anführungszeichen ist offen, ab Zeile {row}.", row=row)) from None


def _declared_separator(text: str) -> tuple[str, str]:
    """A first line "sep=;" tells the sign; spreadsheets do not show that line."""
    found = re.match(r"sep=([;,\t])\r?\n", text)
    return (found[1], text[found.end() :]) if found else ("", text)


def _separator(text: str, columns: Sequence[Column]) -> str:
    """The sign under which the line of headings shows most of our columns; on a draw most cells, then semicolon."""
    start = text.lstrip()[:20_000]

    def score(sign: str) -> tuple[int, int]:
        try:
            headings = next(csv.reader(io.StringIO(start, newline=""), delimiter=sign), [])
        except csv.Error:
            return 0, 0
        plain = [folded(heading) for heading in headings]
        return sum(bool(_places(column, plain)) for column in columns), len(headings)

    return max(_SEPARATORS, key=score)


def _too_many_rows(text: str) -> _Unreadable:
    return _Unreadable(
        0,
        "",
        Sentence(
            "Die Datei hat {rows} Zeilen. Möglich sind {limit}. Bitte teilen.", rows=text.count("\n"), limit=MOST_ROWS
        ),
    )


def _matched(
    lines: list[tuple[int, list[str]]], columns: Sequence[Column], file: str
) -> tuple[list[tuple[Column, int]], tuple[Problem, ...]]:
    """Which of our columns stands where; and a problem for each that is missing or there twice."""
    if not lines:
        raise _Unreadable(0, "", Sentence("Die Datei ist leer."))
    row, headings = lines[0]
    if len(headings) > MOST_COLUMNS:
        raise _Unreadable(row, "", _not_a_table())
    if len(headings) == 1 and len([column for column in columns if column.required]) > 1:
        raise _Unreadable(row, "", Sentence("Die Spalten sind nicht getrennt. Bitte mit Semikolon speichern."))
    plain = [folded(heading) for heading in headings]
    found: list[tuple[Column, int]] = []
    problems: list[Problem] = []
    for column in columns:
        places = _places(column, plain)
        if len(places) == 1:
            found.append((column, places[0]))
        elif places:
            sentence = Sentence("Die Spalte „{column}“ gibt es zweimal. Bitte eine löschen.", column=column.name)
            problems.append(Problem(file, row, column.name, sentence))
        elif column.required:
            problems.append(Problem(file, row, column.name, _missing(column, headings)))
    return found, tuple(problems)


def _places(column: Column, plain: list[str]) -> list[int]:
    names = {folded(heading) for heading in column.headings}
    return [place for place, name in enumerate(plain) if name in names]


def _missing(column: Column, headings: list[str]) -> Sentence:
    shown = ", ".join(heading[:40] for heading in headings[:30] if heading)
    return Sentence(
        "Die Spalte „{column}“ fehlt. Gefunden haben wir: {found_columns}.", column=column.name, found_columns=shown
    )


def _read_row(number: int, cells: list[str], found: list[tuple[Column, int]], file: str) -> tuple[Row, list[Problem]]:
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for column, place in found:
        try:
            values[column.key] = _read_cell(column, cells[place] if place < len(cells) else "")
        except NotUnderstood as refused:
            problems.append(Problem(file, number, column.name, refused.sentence))
    return Row(number, values), problems


def _shifted(number: int, cells: list[str], want: int, file: str) -> list[Problem]:
    """A separator within a cell that is not quoted moves all cells behind it."""
    if not any(cells[want:]):
        return []
    sentence = Sentence(
        "Diese Zeile hat {count} Zellen, die Überschrift hat {want}. Steht in einer Zelle ein Trennzeichen?",
        count=len(cells),
        want=want,
    )
    return [Problem(file, number, "", sentence)]


def _read_cell(column: Column, cell: str) -> object:
    if cell in ("", "-", "–"):
        if column.required:
            raise NotUnderstood(
                Sentence("Hier fehlt etwas. Nötig ist: {expected}.", expected=column.expected or column.name)
            )
        return None
    if len(cell) > LONGEST_CELL:
        raise NotUnderstood(Sentence("Das ist zu lang. Möglich sind {limit} Zeichen.", limit=LONGEST_CELL))
    _refuse_formula(cell, phone=column.phone)
    return column.parse(cell)


def _refuse_formula(cell: str, *, phone: bool) -> None:
    """A spreadsheet would run such a cell when it opens our export (OWASP, CSV injection)."""
    if cell[0] not in "=+-@＝＋－＠" or (phone and re.fullmatch(r"\+[\d\s()/.\-]+", cell)):
        return
    if re.fullmatch(r"[+-]\d+(?:[.,]\d+)?", cell):
        return
    raise NotUnderstood(Sentence("Die Zelle beginnt mit „{char}“. Das ist hier nicht erlaubt.", char=cell[0]))
