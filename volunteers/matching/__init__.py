"""Who fits to whom, and why not. Knows no Django and no geography.

`case` holds the words, `fit` the one list of checks, `rank` orders slots and people for one request. Distances and
minutes come from the caller's `Travel`.
"""
