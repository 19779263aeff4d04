"""All lists of a city in one transaction: everything or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from bookings.imports.kinds import KINDS, Kind
from lotsen.kernel.imports import Counts, without_problems
from lotsen.kernel.tables import Problem, Table, read_table
from lotsen.people.models import User
from volunteers.topics import load_topics

ONE_IMPORT_AT_A_TIME = 7_215_042


@dataclass(frozen=True, slots=True)
class CityFile:
    """One file: which list it is (`Kind.name`), its name for people, its bytes."""

    kind: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did or, in a rehearsal, would do. Counts are of the rows without problems, by list."""

    counts: Mapping[str, Counts]
    problems: tuple[Problem, ...]
    is_written: bool

    @property
    def bad_rows(self) -> int:
        """How many lines are wrong; a file that cannot be read counts as one."""
        return len({(problem.file, problem.row) for problem in self.problems})

    @property
    def changes_nothing(self) -> bool:
        """Every row was there already, as it is."""
        return not self.problems and all(not one.new and not one.changed for one in self.counts.values())


def import_city(files: Sequence[CityFile], *, by: User | None, at: datetime, is_rehearsal: bool = False) -> Outcome:
    """Make the rows of the files true: all of them, or none where one line of one file is wrong.

    A row that is known by its key is changed, others are new; what is not on a list stays. Nothing is sent to anybody.
    A rehearsal does all of it and takes it back, so that what it says is what the import will do.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_IMPORT_AT_A_TIME])
        load_topics()
        tables = [(kind, _read(kind, one, at=at)) for kind in KINDS for one in files if one.kind == kind.name]
        problems = tuple(problem for _kind, table in tables for problem in table.problems)
        counts = _write(tables, by=by, at=at) if is_rehearsal or not problems else {}
        is_written = not problems and not is_rehearsal
        if not is_written:
            transaction.set_rollback(True)
    return Outcome(counts, problems, is_written)


def _read(kind: Kind, one: CityFile, *, at: datetime) -> Table:
    table = read_table(one.data, kind.columns(), one.name)
    return without_problems(table, kind.check(table, at=at))


def _write(tables: Sequence[tuple[Kind, Table]], *, by: User | None, at: datetime) -> dict[str, Counts]:
    return {kind.name: kind.write(table, by=by, at=at) for kind, table in tables}
