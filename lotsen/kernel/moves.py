"""The only door through which a state changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from lotsen.kernel.errors import AlreadyMoved, MoveNotAllowed
from lotsen.kernel.models import Transition

Moves = Mapping[str, frozenset[str]]


def moves(**table: str) -> Moves:
    """Build a table of states from words: `moves(open="accepted declined", accepted="")`."""
    return {state: frozenset(targets.split()) for state, targets in table.items()}


def move(row: models.Model, target: str, *, by: Any, at: datetime, **changes: Any) -> None:
    """Move `row` from the state it was read in to `target`, with `changes` to other columns.

    One conditional UPDATE on the old state decides races: exactly one of many simultaneous callers
    wins, the others get `AlreadyMoved`. One line of history is written in the same transaction.
    The model names its table as `moves`. `by` is a User, or None where the system itself acts.
    Refuses a move that the table does not have with `MoveNotAllowed`.
    """
    source = row.state  # type: ignore[attr-defined]
    if target not in type(row).moves[source]:  # type: ignore[attr-defined]
        raise MoveNotAllowed(_("Das geht gerade nicht. Bitte laden Sie die Seite neu."))
    with transaction.atomic():
        same = type(row)._default_manager.filter(pk=row.pk, state=source)
        if same.update(state=target, **changes) != 1:
            raise AlreadyMoved(_("Jemand anderes war schneller. Bitte laden Sie die Seite neu."))
        Transition.objects.create(
            subject_type=row._meta.label_lower, subject_id=str(row.pk), source=source, target=target, by=by, at=at
        )
    for name, value in {"state": target, **changes}.items():
        setattr(row, name, value)


@transaction.atomic
def move_all(rows: models.QuerySet[Any], target: str, *, by: Any, at: datetime, **changes: Any) -> int:
    """Move every row of `rows` that is in a state from which `target` may follow; the others stay. Returns how many.

    The rows are locked first, so each moves once, whoever else is at work; two statements for any number of them.
    """
    model = rows.model
    sources = [state for state, after in model.moves.items() if target in after]
    here = rows.filter(state__in=sources).select_for_update(of=("self",)).order_by("pk")
    moved = list(here.values_list("pk", "state"))
    model._default_manager.filter(pk__in=[pk for pk, _source in moved]).update(state=target, **changes)
    kind = model._meta.label_lower
    Transition.objects.bulk_create(
        (
            Transition(subject_type=kind, subject_id=str(pk), source=source, target=target, by=by, at=at)
            for pk, source in moved
        ),
        batch_size=1000,
    )
    return len(moved)


def begin(row: models.Model, *, by: Any, at: datetime) -> None:
    """Write the first line of a row's history: it came into being in its present state."""
    Transition.objects.create(
        subject_type=row._meta.label_lower,
        subject_id=str(row.pk),
        source="",
        target=row.state,  # type: ignore[attr-defined]
        by=by,
        at=at,
    )


def begin_all(rows: Iterable[models.Model], *, by: Any, at: datetime) -> None:
    """Write the first line of history of many rows at once."""
    Transition.objects.bulk_create(
        (
            Transition(
                subject_type=row._meta.label_lower,
                subject_id=str(row.pk),
                source="",
                target=row.state,  # type: ignore[attr-defined]
                by=by,
                at=at,
            )
            for row in rows
        ),
        batch_size=1000,
    )
