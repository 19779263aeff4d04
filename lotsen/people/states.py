"""How a mass export moves: asked for by one, approved by another, fetched once within a quarter of an hour."""

from __future__ import annotations

from lotsen.kernel.moves import moves

MASS_EXPORT = moves(
    asked="approved refused expired",
    approved="fetched refused expired",
    fetched="",
    refused="",
    expired="",
)
