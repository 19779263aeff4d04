"""Tables for an office's spreadsheet: rows in, bytes out, as CSV or as a workbook (Office Open XML, ECMA-376).

A text never becomes a formula: in CSV such a cell begins with an apostrophe, in a workbook it is text by its type.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

import xlsxwriter

Cell = str | int | float
FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark, separated by semicolon, as a German spreadsheet opens it."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([_harmless(one) for one in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    plain = UNWRITABLE.sub("", cell)
    return f"'{plain}" if FORMULA.match(plain) else plain


def workbook_bytes(rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """One sheet called `title` (31 letters at most, signs that a sheet's name may not hold left out)."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", "", UNWRITABLE.sub("", title))[:31] or "Tabelle")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, UNWRITABLE.sub("", cell))
                else:
                    sheet.write_number(number, column, cell)
    return packed.getvalue()
