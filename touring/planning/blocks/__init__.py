"""Blocks: one team on one weekday over all weeks of the cycle, the pieces that the search moves.

Blocks meet only in "each stop once", so a plan is a choice of blocks. `ground` lays a problem out in plain lists,
`tables` in arrays; `times` and `ways` are compiled; `values` are blocks to look at from outside.
"""
