"""The search that feeds the partition: ruin and recreate, compiled, in one process or several.

`engine` searches over blocks (one start time for all weeks), `routes` over single tours (free start times), `crew`
runs several of them side by side. `warm` compiles everything once.
"""
