"""What every import of a table needs: cells of limited length, and rows written by their key, many at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from lotsen.kernel.cells import plain_text
from lotsen.kernel.sentences import NotUnderstood, Sentence
from lotsen.kernel.tables import Problem, Row, Table

BATCH = 1000
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a file are new, changed and as they were. `kept` says what of a row was not written, and why."""

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Written(Generic[M]):
    """Rows by key after writing, and the keys of those that are new and of those that changed."""

    rows: dict[Any, M] = field(default_factory=dict)
    new: frozenset[Any] = frozenset()
    changed: frozenset[Any] = frozenset()


def line(limit: int) -> Callable[[str], str]:
    """A reader of one line of at most `limit` characters: what the database's column holds."""

    def read(cell: str) -> str:
        text = plain_text(cell)
        if len(text) > limit:
            raise NotUnderstood(Sentence("Das ist zu lang. Möglich sind {limit} Zeichen.", limit=limit))
        return text

    return read


def row_key(cell: str) -> str:
    """Reads a key: it stands in addresses of pages, hence no slash and the like."""
    text = line(40)(cell)
    if not re.fullmatch(r"\w[\w .\-]*", text):
        raise NotUnderstood(
            Sentence(
                "Eine Kennung besteht aus Buchstaben, Ziffern und Strichen. Zum Beispiel: {example}", example="S01"
            )
        )
    return text


def email(cell: str) -> str:
    """Reads an e-mail address; lower case, as two spellings reach the same box."""
    text = line(254)(cell).lower()
    try:
        validate_email(text)
    except ValidationError:
        raise NotUnderstood(
            Sentence("Das ist keine E-Mail-Adresse. Zum Beispiel: {example}", example="name@example.org")
        ) from None
    return text


def given(row: Row, *keys: str) -> dict[str, Any]:
    """The values of those columns that the file has; an empty cell of text is ""."""
    return {key: row.values[key] for key in keys if key in row.values}


def without_problems(table: Table, problems: Iterable[Problem]) -> Table:
    """The table without the rows that have one of `problems`; all problems together."""
    problems = tuple(problems)
    bad = {problem.row for problem in problems}
    return Table(table.file, tuple(row for row in table.rows if row.number not in bad), table.problems + problems)


def count_rows(keys: Iterable[Hashable], *, new: Iterable[Hashable], changed: Iterable[Hashable]) -> Counts:
    """Counts each row once: new wins over changed."""
    keys, new = set(keys), set(new)
    changed = set(changed) & keys - new
    return Counts(len(new), len(changed), len(keys) - len(new) - len(changed))


def write_rows(
    model: type[M],
    wanted: Mapping[Any, Mapping[str, Any]],
    *,
    known: Mapping[Any, M],
    key: str = "key",
    for_new: Callable[[Any], Mapping[str, Any]] = lambda key: {},
) -> Written[M]:
    """Make the rows `wanted` (columns by key) true with two statements a batch, whatever their number.

    `known` are the rows that exist, by the same key. `for_new` adds columns that only a new row gets.
    Columns that are not wanted stay as they are.
    """
    fresh: dict[Any, M] = {}
    changed: dict[Any, M] = {}
    for name, columns in wanted.items():
        row = known.get(name)
        if row is None:
            fresh[name] = model(**{key: name}, **columns, **for_new(name))
        elif _takes(row, columns):
            changed[name] = row
    model._default_manager.bulk_create(fresh.values(), batch_size=BATCH)
    update_rows(model, changed.values(), {column for columns in wanted.values() for column in columns})
    rows = {name: fresh.get(name) or known[name] for name in wanted}
    return Written(rows, frozenset(fresh), frozenset(changed))


def update_rows(model: type[M], rows: Iterable[M], columns: Iterable[str]) -> None:
    """Write columns of rows that exist: an INSERT that always meets its row, because the long CASE of `bulk_update`
    takes five times as long for thousands of rows."""
    rows, columns = list(rows), sorted(columns)
    if rows and columns:
        model._default_manager.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=[model._meta.pk.attname], update_fields=columns
        )


def _takes(row: models.Model, columns: Mapping[str, Any]) -> bool:
    """Put the columns on the row; says whether that changed it."""
    differs = {name: value for name, value in columns.items() if _value(row, name) != _plain(value)}
    for name, value in differs.items():
        setattr(row, name, value)
    return bool(differs)


def _value(row: models.Model, name: str) -> Any:
    return getattr(row, row._meta.get_field(name).attname)


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value
