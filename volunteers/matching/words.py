"""How matching says numbers."""

from __future__ import annotations

from lotsen.kernel.sentences import Sentence

_TIMES = {1: Sentence("einmal"), 2: Sentence("zweimal"), 3: Sentence("dreimal")}
_MODES = {
    "foot": Sentence("zu Fuß"),
    "bike": Sentence("mit dem Rad"),
    "transit": Sentence("mit Bus und Bahn"),
    "car": Sentence("mit dem Auto"),
}


def mode_words(mode: str) -> Sentence:
    """Says "mit dem Rad", after a number of minutes; of the pace it says nothing ("bike-slow")."""
    return _MODES[mode.partition("-")[0]]


def times_words(count: int) -> Sentence:
    """Says "zweimal", "7-mal"."""
    return _TIMES.get(count) or Sentence("{count}-mal", count=count)


def kilometres(metres: int) -> str:
    """Says "3,9" for 3,870 metres; whole kilometres without a comma."""
    return f"{metres / 1000:.1f}".removesuffix(".0").replace(".", ",")


def distance_words(metres: int) -> str:
    """Says "700 m" below a kilometre, to the next hundred; "3,9 km" above."""
    if metres < 950:
        return f"{max(100, round(metres, -2))} m"
    return f"{kilometres(metres)} km"
