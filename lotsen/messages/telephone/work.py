"""Jobs of the telephone: the webhook only writes a row, a worker talks to the provider.

They lie in a queue of their own and go first: a caller waits.
"""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

RING_AGENTS = "ring_agents"
KEEP_VOICEMAIL = "keep_voicemail"
QUEUE = "telephone"
FIRST = 10


def defer_ringing() -> None:
    """Let a worker bring waiting calls and free telephones together. Many wishes at once are one job."""
    _defer(RING_AGENTS, once=RING_AGENTS)


def defer_keeping(voicemail_id: str) -> None:
    """Let a worker fetch one recording and erase it at the provider."""
    _defer(KEEP_VOICEMAIL, once=f"voicemail:{voicemail_id}", voicemail_id=voicemail_id)


def _defer(name: str, *, once: str, **arguments: str) -> None:
    job = app.configure_task(name=name, queue=QUEUE, queueing_lock=once, priority=FIRST)
    try:
        with transaction.atomic():
            job.defer(**arguments)
    except AlreadyEnqueued:
        return
