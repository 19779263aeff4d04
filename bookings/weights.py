"""How much each reason counts in matching: changed by a new row, so that it can be told what held when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from bookings.models import MatchingWeights
from lotsen.kernel.errors import Refused
from lotsen.people.models import User

GOOD = ("waiting_day", "level", "known", "wished_for", "round_known", "load")
BAD = ("later_day", "recent_visit", "minute", "kilometre")
MOST, MOST_VISITS = 1000, 10
LEAST_SERVED, MOST_SERVED = 100, 10_000


class NonsenseWeights(Refused):
    """A reason that would turn matching upside down."""


def change_weights(*, values: Mapping[str, int], by: User, at: datetime) -> MatchingWeights:
    """Write a new version; it holds from now on, for suggestions and for the next round.

    Refuses (`NonsenseWeights`): minus for what speaks for somebody, plus for what speaks against, points that are
    larger than a served request.
    """
    row = MatchingWeights(by=by, at=at, **values)
    for name in (*GOOD, *BAD):
        _refuse_nonsense(name, getattr(row, name))
    if not 0 <= row.most_known <= MOST_VISITS:
        raise NonsenseWeights(_("Es zählen 0 bis 10 frühere Besuche."))
    if not LEAST_SERVED <= row.served <= MOST_SERVED:
        raise NonsenseWeights(_("Ein Termin zählt 100 bis 10.000 Punkte."))
    row.save(force_insert=True)
    return row


def _refuse_nonsense(name: str, points: int) -> None:
    label = MatchingWeights._meta.get_field(name).verbose_name
    if name in GOOD and points < 0:
        raise NonsenseWeights(_("„%(label)s“ spricht dafür. Die Punkte sind nie kleiner als 0.") % {"label": label})
    if name in BAD and points > 0:
        raise NonsenseWeights(_("„%(label)s“ spricht dagegen. Die Punkte sind nie größer als 0.") % {"label": label})
    if abs(points) > MOST:
        raise NonsenseWeights(_("„%(label)s“: höchstens 1.000 Punkte.") % {"label": label})
