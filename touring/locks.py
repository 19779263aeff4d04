"""What may happen only once at a time."""

from __future__ import annotations

from django.db import connection

PUBLISHING = 0x746F7572
"""Number of the lock; any, but always the same."""


def one_publisher_at_a_time() -> None:
    """Wait until nobody else makes or publishes a version, and keep others waiting until this transaction ends.

    The exclusion constraint on published plans would refuse the slower one too; with the lock it reads what the
    faster one did, and can say so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING])
