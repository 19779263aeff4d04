"""The worker's side of the queue of tasks; named in `PROCRASTINATE_IMPORT_PATHS`, which is how the worker finds it."""

from django.utils import timezone
from procrastinate.contrib.django import app

from lotsen.messages import queue
from lotsen.messages.jobs import QUEUE
from lotsen.messages.tasks import living_connection


@app.periodic(cron="* * * * *")
@app.task(name="sweep_queue", queue=QUEUE, queueing_lock="sweep_queue")
def sweep_queue(timestamp: int) -> None:
    """Give back what lies still, and raise the alarm."""
    with living_connection():
        queue.sweep_queue(at=timezone.now())
