"""Stops, as the coordinator keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress, address_for
from touring.models import Stop, TourPlan


class StopKeyTaken(Refused):
    """Another stop has this key."""


class StopNotFound(Refused):
    """The address is not on the map, and a stop without a point cannot be planned."""


@transaction.atomic
def add_stop(*, key: str, address: TypedAddress, by: User | None, at: datetime, **fields: Any) -> Stop:
    """A new stop. `fields` are columns of `Stop`; hours as canonical text."""
    if Stop.objects.filter(key=key).exists():
        raise StopKeyTaken(_("Die Kennung „%(key)s“ hat schon eine andere Haltestelle.") % {"key": key})
    row = address_for(address)
    _refuse_nowhere(row.point)
    row.save()
    stop = Stop(key=key, address=row, **fields)
    stop.save(force_insert=True)
    return stop


@transaction.atomic
def edit_stop(stop: Stop, *, address: TypedAddress | None, by: User | None, at: datetime, **fields: Any) -> Stop:
    """Change a stop; `address` None keeps it. Published plans keep their times, a new planning takes the change up."""
    if address is not None:
        row = address_for(address)
        _refuse_nowhere(row.point)
        row.save()
        stop.address = row
    for name, value in fields.items():
        setattr(stop, name, value)
    stop.save()
    TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, pattern__stop=stop).update(changed_at=at)
    return stop


def _refuse_nowhere(point: tuple[float, float] | None) -> None:
    if point is None:
        raise StopNotFound(_("Diese Adresse finden wir nicht. Bitte prüfen Sie Straße, Hausnummer und Postleitzahl."))
