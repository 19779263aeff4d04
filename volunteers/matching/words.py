"""How matching says numbers."""

from __future__ import annotations

_TIMES = {1: "einmal", 2: "zweimal", 3: "dreimal"}
_MODES = {"foot": "zu Fuß", "bike": "mit dem Rad", "transit": "mit Bus und Bahn", "car": "mit dem Auto"}


def mode_words(mode: str) -> str:
    """Says "mit dem Rad", after a number of minutes."""
    return _MODES[mode]


def times_words(count: int) -> str:
    """Says "zweimal", "7-mal"."""
    return _TIMES.get(count, f"{count}-mal")


def kilometres(metres: int) -> str:
    """Says "3,9" for 3,870 metres; whole kilometres without a comma."""
    return f"{metres / 1000:.1f}".removesuffix(".0").replace(".", ",")


def distance_words(metres: int) -> str:
    """Says "700 m" below a kilometre, to the next hundred; "3,9 km" above."""
    if metres < 950:
        return f"{max(100, round(metres, -2))} m"
    return f"{kilometres(metres)} km"


def listed(words: tuple[str, ...]) -> str:
    """Says "Fotos, Tablet und iPhone"."""
    return " und ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
