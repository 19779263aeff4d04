"""Large cities: districts of a few neighbouring teams are improved side by side, and their borders move each round.

A district has the size that the search is best at. Everything here is a pure function of problem, plan and
seed, so that each district can also be a piece of work of its own somewhere else.
"""

from touring.planning.districts.borders import District, districts
from touring.planning.districts.large import LARGE, is_large, solve_large
from touring.planning.districts.part import improve_district

__all__ = ["LARGE", "District", "districts", "improve_district", "is_large", "solve_large"]
