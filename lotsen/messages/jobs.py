"""The one place that puts work on the queue; tasks are named, so that verbs need not import them.

The job is a row of the same database: it exists exactly when the surrounding transaction commits.
"""

from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

SEND_MESSAGE = "send_message"
QUEUE = "messages"


def defer(name: str, *, once: str, schedule_at: datetime | None = None, **arguments: str) -> None:
    """Queue the task `name`, not before `schedule_at`; nothing if a job with the mark `once` waits already.

    Arguments are keys of rows, never contact data: they lie readable in the queue's table.
    """
    job = app.configure_task(name=name, queue=QUEUE, queueing_lock=once, schedule_at=schedule_at)
    try:
        with transaction.atomic():
            job.defer(**arguments)
    except AlreadyEnqueued:
        return


def defer_sending(message_id: str, *, schedule_at: datetime | None = None) -> None:
    """Queue the sending of one message."""
    defer(SEND_MESSAGE, once=f"send:{message_id}", schedule_at=schedule_at, message_id=message_id)
