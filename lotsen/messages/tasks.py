"""The worker's side of the outbox. Job arguments are numbers of rows, nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lotsen.messages import erasing, forgetting, print_runs, sending, sms_month, watch
from lotsen.messages.house import letter_printer, post_office
from lotsen.messages.jobs import QUEUE, SEND_MESSAGE
from lotsen.messages.models import PrintRun

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
@app.task(name="beat", queue=QUEUE, queueing_lock="beat")
def beat(timestamp: int) -> None:
    """Leave a sign of life; whoever watches looks for it from outside."""
    with living_connection():
        watch.beat(at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="warn_of_sms_month", queue=QUEUE, queueing_lock="warn_of_sms_month")
def warn_of_sms_month(timestamp: int) -> None:
    """Tell the coordinators when the month's SMS are nearly used up."""
    with living_connection():
        sms_month.warn(limit=settings.SMS_A_MONTH, percent=settings.SMS_WARN_PERCENT, at=timezone.now())


@app.task(name=print_runs.DRAW_PRINT_RUN, queue=QUEUE)
def draw_print_run(run_id: str) -> None:
    """Set the letters of a print run as one file."""
    with living_connection():
        run = PrintRun.objects.defer("pdf").filter(pk=run_id).first()
        if run is not None:
            print_runs.draw_run(run, printer=letter_printer(), now=timezone.now)


@app.periodic(cron="40 3 * * *")
@app.task(name="forget_printed", queue=QUEUE, queueing_lock="forget_printed")
def forget_printed(timestamp: int) -> None:
    """Every night: delete what was posted a week ago."""
    with living_connection():
        print_runs.forget_printed(at=timezone.now())


@app.periodic(cron="45 3 * * *")
@app.task(name="forget_inbound", queue=QUEUE, queueing_lock="forget_inbound")
def forget_inbound(timestamp: int) -> None:
    """Every night: words of SMS that came in a week ago, and their numbers after ninety days."""
    with living_connection():
        erasing.forget_inbound(at=timezone.now())


@app.periodic(cron="50 3 * * *")
@app.task(name="forget_messages", queue=QUEUE, queueing_lock="forget_messages")
def forget_messages(timestamp: int) -> None:
    """Every night: words of messages and call tasks that ended a week ago, the rows after ninety days."""
    with living_connection():
        forgetting.forget_messages(at=timezone.now())


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
