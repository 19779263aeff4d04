"""What may happen only once at a time."""

from __future__ import annotations

from django.db import connection


def one_at_a_time(what: str) -> None:
    """Wait until nobody else does `what` (a word with a key), and keep others waiting until this transaction ends.

    For a form that is sent twice at once: the second one then finds what the first one wrote.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
