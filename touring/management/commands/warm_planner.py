"""`manage.py warm_planner`: compiles the tour search, so that no planning waits for it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Takes one to two minutes on a new machine and after a change of the code, else two seconds."""

    help = "compiles the tour search once, so that no planning waits for it"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        from touring.planning.search.warm import warm  # noqa: PLC0415 - loading it takes seconds

        warm()
