"""The worker's side of the outbox. Job arguments are numbers of rows, nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lotsen.messages import sending
from lotsen.messages.house import post_office
from lotsen.messages.jobs import QUEUE, SEND_MESSAGE

WORKER_SILENT_FOR = timedelta(seconds=60)


@contextmanager
def living_connection() -> Iterator[None]:
    """A database connection as fresh as in a request: one that broke or grew old is replaced."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


@app.task(name=SEND_MESSAGE, queue=QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def send_message(message_id: str) -> None:
    """Send one message. Retried only when something unforeseen happens, such as a restart of the database."""
    with living_connection():
        sending.send_message(UUID(message_id), office=post_office(), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="sweep_messages", queue=QUEUE, queueing_lock="sweep_messages")
def sweep_messages(timestamp: int) -> None:
    """Settle what a crash or a silent provider left behind."""
    with living_connection():
        sending.sweep_messages(office=post_office(), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="retry_stalled_jobs", queue=QUEUE, queueing_lock="retry_stalled_jobs")
def retry_stalled_jobs(timestamp: int) -> None:
    """Give jobs of dead workers back to the queue; all our tasks bear running twice.

    A job is stalled when its worker has been silent, or when the worker's row is already gone. No `lock` here:
    a lock would die with its worker and stop this very task (procrastinate issue 1408).
    """
    now = timezone.now()
    silent = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=now - WORKER_SILENT_FOR)
    with living_connection():
        for job_id in ProcrastinateJob.objects.filter(silent, status="doing").values_list("id", flat=True):
            app.job_manager.retry_job_by_id(job_id, retry_at=now)
