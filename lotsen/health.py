"""/livez, /readyz and /health, answered before host checks and redirects: a load balancer always gets through."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from lotsen.messages import watch


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.is_migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/livez":
            return JsonResponse({"status": "ok"})
        if request.path_info == "/readyz":
            return self.ready()
        if request.path_info == "/health":
            return self.works()
        return self.get_response(request)

    def works(self) -> HttpResponse:
        """200 while the worker's sign of life is fresh and nothing due waits for long, else 503; says nothing of
        people.

        For a monitor outside: the dead-man's switch (see `lotsen.messages.watch`).
        """
        try:
            state = watch.health(at=timezone.now())
        except DatabaseError:
            connection.close()
            return JsonResponse({"status": "not good", "checks": {"database": False}}, status=503)
        checks = {"database": True, "scheduler": state.is_beating, "messages": state.is_sending}
        body = {"status": "ok" if state.is_good else "not good", "checks": checks, "down": list(state.down)}
        return JsonResponse(body, status=200 if state.is_good else 503)

    def ready(self) -> HttpResponse:
        """200 when the database answers and is migrated, else 503; both as JSON."""
        checks = {"database": False, "migrations": False}
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            checks["database"] = True
            checks["migrations"] = self.is_migrated = self.is_migrated or self.nothing_pending()
        except DatabaseError:
            connection.close()
        ok = all(checks.values())
        return JsonResponse({"status": "ok" if ok else "not ready", "checks": checks}, status=200 if ok else 503)

    def nothing_pending(self) -> bool:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
