"""The search that feeds the partition: ruin and recreate over blocks.

`State` is a plan as blocks, `Search` changes it step by step and keeps the best and a `Pool` of good
blocks. Plain Python on whole numbers: blocks are values that are looked up, not copied.
"""

from touring.planning.search.improve import Search
from touring.planning.search.pool import Pool
from touring.planning.search.state import State, load_plan

__all__ = ["Pool", "Search", "State", "load_plan"]
