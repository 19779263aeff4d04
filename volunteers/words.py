"""Sums and durations as people read them."""

from __future__ import annotations


def euros(cents: int) -> str:
    """Writes 123450 as "1.234,50"."""
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"


def hours(minutes: int) -> str:
    """Writes 90 as "1:30", 6030 as "100:30"."""
    return f"{minutes // 60}:{minutes % 60:02d}"
