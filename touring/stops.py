"""Stops, as the coordinator keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress, address_for
from touring.models import Stop, Team, TourPlan

TEAMS = ("wish_teams", "forbidden_teams")


class StopKeyTaken(Refused):
    """Another stop has this key."""


class StopNotFound(Refused):
    """The address is not on the map, and a stop without a point cannot be planned."""


@transaction.atomic
def add_stop(*, key: str, address: TypedAddress, by: User | None, at: datetime, **fields: Any) -> Stop:
    """A new stop. `fields` are columns of `Stop` and its teams; hours as canonical text."""
    if Stop.objects.filter(key=key).exists():
        raise StopKeyTaken(_("Die Kennung „%(key)s“ hat schon eine andere Haltestelle.") % {"key": key})
    row = address_for(address)
    _refuse_nowhere(row.point)
    row.save()
    columns, teams = _parted(fields)
    stop = Stop(key=key, address=row, **columns)
    stop.save(force_insert=True)
    _set_teams(stop, teams)
    return stop


@transaction.atomic
def edit_stop(stop: Stop, *, address: TypedAddress | None, by: User | None, at: datetime, **fields: Any) -> Stop:
    """Change a stop; `address` None keeps it. Published plans keep their times, a new planning takes the change up."""
    if address is not None:
        row = address_for(address)
        _refuse_nowhere(row.point)
        row.save()
        stop.address = row
    columns, teams = _parted(fields)
    for name, value in columns.items():
        setattr(stop, name, value)
    stop.save()
    _set_teams(stop, teams)
    TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, pattern__stop=stop).update(changed_at=at)
    return stop


def _parted(fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns of the stop, and the teams that are wished or forbidden."""
    teams = {name: value for name, value in fields.items() if name in TEAMS}
    return {name: value for name, value in fields.items() if name not in TEAMS}, teams


def _set_teams(stop: Stop, teams: Mapping[str, Iterable[Team]]) -> None:
    for name, chosen in teams.items():
        getattr(stop, name).set(chosen)


def _refuse_nowhere(point: tuple[float, float] | None) -> None:
    if point is None:
        raise StopNotFound(_("Diese Adresse finden wir nicht. Bitte prüfen Sie Straße, Hausnummer und Postleitzahl."))
