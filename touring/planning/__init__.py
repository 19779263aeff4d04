"""The planning core: a problem, a plan, one judge, and the search for good plans. Knows no Django."""
