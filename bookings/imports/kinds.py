"""The five lists of a city: what they are called, which columns they have, what checks and writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.imports.facilities import FACILITY_COLUMNS, check_facilities, write_facilities
from bookings.imports.requests import check_requests, request_columns, write_requests
from lotsen.kernel.imports import Counts
from lotsen.kernel.tables import Column, Problem, Table, folded, read_table
from touring.imports import STOP_COLUMNS, TEAM_COLUMNS, check_stops, check_teams, write_stops, write_teams
from volunteers.imports import check_volunteers, volunteer_columns, write_volunteers


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the lists. `columns` is asked at the time of reading, because topics can change."""

    name: str
    label: str | Promise
    columns: Callable[[], Sequence[Column]]
    check: Callable[..., tuple[Problem, ...]]
    write: Callable[..., Counts]

    @property
    def file_name(self) -> str:
        """What the file is called in a folder."""
        return f"{self.name}.csv"


def _without_time(check: Callable[[Table], tuple[Problem, ...]]) -> Callable[..., tuple[Problem, ...]]:
    def checked(table: Table, *, at: datetime) -> tuple[Problem, ...]:
        return check(table)

    return checked


KINDS = (
    Kind("teams", _("Teams"), lambda: TEAM_COLUMNS, _without_time(check_teams), write_teams),
    Kind("haltestellen", _("Haltestellen"), lambda: STOP_COLUMNS, _without_time(check_stops), write_stops),
    Kind(
        "einrichtungen",
        _("Einrichtungen"),
        lambda: FACILITY_COLUMNS,
        _without_time(check_facilities),
        write_facilities,
    ),
    Kind("lotsen", _("Lotsinnen und Lotsen"), volunteer_columns, _without_time(check_volunteers), write_volunteers),
    Kind("anfragen", _("Anfragen"), request_columns, check_requests, write_requests),
)


def kind_of(file_name: str, data: bytes) -> Kind | None:
    """Which list a file is: by its name, else by its headings; None where neither tells."""
    stem = folded(PurePath(file_name).stem)
    named = [kind for kind in KINDS if stem.startswith(kind.name)]
    if named:
        return named[0]
    fitting = [kind for kind in KINDS if _fits(kind, data)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(kind: Kind, data: bytes) -> bool:
    """Whether all columns that the list needs are there, whatever stands in them."""
    needed = [replace(column, parse=str) for column in kind.columns() if column.required]
    return bool(read_table(data, needed, kind.file_name).rows)
