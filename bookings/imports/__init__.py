"""The import of a city's own lists. It touches every room, hence it lives in the highest one."""

from __future__ import annotations

from bookings.imports.city import CityFile, Outcome, import_city
from bookings.imports.kinds import KINDS, Kind, kind_of

__all__ = ["KINDS", "CityFile", "Kind", "Outcome", "import_city", "kind_of"]
