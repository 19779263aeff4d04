"""Search for plans with free start times: ruin and recreate over whole sets of days, compiled."""

from touring.planning.search.routes.engine import RouteEngine, longer_coolings

__all__ = ["RouteEngine", "longer_coolings"]
