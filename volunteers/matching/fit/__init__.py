"""The one list of checks: who may go to whom, and when. Buttons, offers, the API and every explanation read it here.

A check is asked in two ways. `why` looks at one need, candidate and slot; it returns None where all is well, else a
Shortfall with the sentence that people read. `holds` looks at whole columns of people (`columns`) and says for all of
them at once whether all is well. A test holds both against each other for every check of the list. Checks of the pair
do not look at the slot, checks of the day not at its hour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from volunteers.matching.asked import Asked
from volunteers.matching.case import Candidate, Need, Shortfall, Slot, Travel
from volunteers.matching.columns import Bools
from volunteers.matching.fit import person, when
from volunteers.matching.fit.when import visits_left

__all__ = [
    "CHECKS", "DAY_CHECKS", "PAIR_CHECKS", "TIME_CHECKS", "Check",
    "fits", "pairs_that_fit", "shortfalls", "slots_that_fit", "visits_left",
]  # fmt: skip

Why = Callable[[Need, Candidate, Slot, Travel], Shortfall | None]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule: its code (as in the list of wordings), the function that tells why not, and the one that asks everybody.

    `holds` gives `[person]` for checks of the pair, `[person, day]` and `[person, slot]` for those of day and time.
    """

    code: str
    why: Why
    holds: Callable[[Asked], Bools]


PAIR_CHECKS = (
    Check("sperre", person.blocked, person.blocked_holds),
    Check("abgelehnt", person.declined, person.declined_holds),
    Check("thema", person.topic, person.topic_holds),
    Check("stufe", person.level, person.level_holds),
    Check("sprache", person.language, person.language_holds),
    Check("geschlecht", person.gender, person.gender_holds),
    Check("hund", person.dog, person.dog_holds),
    Check("treppe", person.stairs, person.stairs_holds),
    Check("hoeren", person.hearing, person.hearing_holds),
    Check("zweit", person.companion, person.companion_holds),
    Check("ausgeschlossen", person.excluded, person.excluded_holds),
    Check("absagen", person.returns, person.returns_holds),
    Check("angebote", person.offers, person.offers_holds),
    Check("umkreis", person.radius, person.radius_holds),
)
DAY_CHECKS = (
    Check("pause", when.pause, when.pause_holds),
    Check("nachweis", when.evidence, when.evidence_holds),
    Check("adressen", when.addresses, when.addresses_holds),
    Check("woche", when.weekly_limit, when.weekly_limit_holds),
)
TIME_CHECKS = (
    Check("wunschzeit", when.wished_time, when.wished_time_holds),
    Check("zeit", when.available, when.available_holds),
    Check("belegt", when.free, when.free_holds),
    Check("weg", when.way_between, when.way_between_holds),
)
CHECKS = PAIR_CHECKS + DAY_CHECKS + TIME_CHECKS


def shortfalls(
    need: Need, candidate: Candidate, slot: Slot, travel: Travel, *, checks: tuple[Check, ...] = CHECKS
) -> tuple[Shortfall, ...]:
    """Everything that speaks against it, in the order of the list; empty where they fit."""
    found = (check.why(need, candidate, slot, travel) for check in checks)
    return tuple(shortfall for shortfall in found if shortfall is not None)


def fits(need: Need, candidate: Candidate, slot: Slot, travel: Travel, *, checks: tuple[Check, ...] = CHECKS) -> bool:
    """Whether nothing speaks against it; stops at the first that does."""
    for check in checks:  # noqa: SIM110 - half the time of all(), and this is asked some ten thousand times
        if check.why(need, candidate, slot, travel) is not None:
            return False
    return True


def pairs_that_fit(asked: Asked) -> Bools:
    """Who passes all checks of the pair, in the order of `numbers`."""
    found = asked.all.copy()
    for check in PAIR_CHECKS:
        found &= check.holds(asked)
    return found


def slots_that_fit(asked: Asked) -> Bools:
    """`[person, slot]`: where all checks of day and time hold. Those of the pair are asked before."""
    days = np.ones((len(asked.numbers), len(asked.times.days.days)), np.bool_)
    for check in DAY_CHECKS:
        days &= check.holds(asked)
    found = days[:, asked.times.day]
    for check in TIME_CHECKS:
        found &= check.holds(asked)
    return found
