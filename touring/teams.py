"""Teams and their hours, as the coordinator keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress, address_for
from touring.models import Team


class BaseNotFound(Refused):
    """The second base is not on the map, and no tour can end there."""


@transaction.atomic
def edit_team(team: Team, *, end_base: TypedAddress | None, by: User | None, at: datetime, **fields: Any) -> Team:
    """Change a team; `end_base` is where its tours end, None where they end at the base. Published plans keep their
    times, a new planning takes the change up. Refuses an end that is not on the map (`BaseNotFound`)."""
    if end_base is None:
        team.end_base = None
    elif team.end_base is None or _typed(team) != (end_base.street, end_base.postal_code):
        row = address_for(end_base)
        if row.point is None:
            raise BaseNotFound(_("Den zweiten Stützpunkt finden wir nicht. Bitte prüfen Sie Straße und Hausnummer."))
        row.save()
        team.end_base = row
    for name, value in fields.items():
        setattr(team, name, value)
    team.save()
    return team


def _typed(team: Team) -> tuple[str, str]:
    assert team.end_base is not None
    return team.end_base.street_line, team.end_base.postal_code
