"""Teams and their hours, as the coordinator keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from lotsen.people.models import User
from touring.models import Team


@transaction.atomic
def edit_team(team: Team, *, by: User | None, at: datetime, **fields: Any) -> Team:
    """Change a team. Published plans keep their times, a new planning takes the change up."""
    for name, value in fields.items():
        setattr(team, name, value)
    team.save()
    return team
