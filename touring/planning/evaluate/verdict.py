"""What the judge says: violations in words, figures, and one objective to compare plans by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from touring.planning.problem import WEEKDAYS


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that is not kept.

    `code` names the rule, `data` holds what a sentence in any language needs (seconds, keys,
    weekdays), `sentence` is the German one. `hard`: such a plan must not be published.
    """

    code: str
    hard: bool
    sentence: str
    job: str | None = None
    team: str | None = None
    weekday: int | None = None
    week: int | None = None
    data: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Objective:
    """Compares plans in the order of importance; smaller is better.

    `unserved` counts stops left out, the highest priority first. `cost` is driving in seconds per
    cycle plus `Problem.wish_price` per missed wish (and `Problem.change_price` per change, where that
    is set; then `changes` is 0). `unfairness` is the difference between the
    fullest and the emptiest team, in thousandths of their hours.
    """

    unserved: tuple[int, ...]
    hard: int
    changes: int
    cost: int
    idle: int
    unfairness: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one plan. Seconds are per cycle."""

    violations: tuple[Violation, ...]
    unserved: tuple[str, ...]
    changed: tuple[str, ...]
    missed_wishes: int
    driving_seconds: int
    idle_seconds: int
    tours: int
    objective: Objective

    @property
    def hard(self) -> tuple[Violation, ...]:
        """What must not be published."""
        return tuple(violation for violation in self.violations if violation.hard)

    @property
    def soft(self) -> tuple[Violation, ...]:
        """What is not nice."""
        return tuple(violation for violation in self.violations if not violation.hard)

    @property
    def is_feasible(self) -> bool:
        """No hard rule is broken; stops may be left out."""
        return not self.hard


def minutes(seconds: int) -> str:
    """`90` as "2 Minuten", always rounded up: a minute that has begun is missing."""
    whole = -(-seconds // 60)
    return "1 Minute" if whole == 1 else f"{whole} Minuten"


def listed(words: list[str]) -> str:
    """`["a", "b", "c"]` as "a, b und c"."""
    return " und ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def weekday_words(days: frozenset[int] | tuple[int, ...] | list[int]) -> str:
    """Weekdays in order, as a sentence has them."""
    return listed([WEEKDAYS[day] if day in range(7) else str(day) for day in sorted(days)])
