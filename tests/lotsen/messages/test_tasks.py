"""The worker's side: jobs of dead workers come back, and an installation without a telephone network calls by hand."""

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from lotsen.messages import house, tasks
from lotsen.messages.models import CallTask, Message


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """The test's own transaction lives on the connection that a task would replace."""
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)


@pytest.fixture
def without_network(settings):
    settings.TWILIO_BASE_URL, settings.TWILIO_ACCOUNT_SID = "", "AC" + "0" * 32
    house.post_office.cache_clear()
    yield
    house.post_office.cache_clear()


def test_without_a_network_a_human_calls(queue, without_network):
    message = queue(deadline_at=None)
    assert sorted(house.post_office().channels) == ["call", "email", "letter", "push"]
    tasks.send_message(str(message.pk))
    assert (Message.objects.get().failure, CallTask.objects.get().message_id) == ("channel_off", message.pk)


def test_jobs_of_dead_workers_come_back(queue):
    queue("lost"), queue("alive"), queue("waiting")
    waiting, alive, lost = ProcrastinateJob.objects.order_by("-pk").values_list("pk", flat=True)[:3]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        (worker,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [lost])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, alive])
    tasks.retry_stalled_jobs(0)
    found = dict(ProcrastinateJob.objects.filter(pk__in=[lost, alive, waiting]).values_list("pk", "status"))
    assert found == {lost: "todo", alive: "doing", waiting: "todo"}


def test_the_sweep_runs(queue):
    queue()
    tasks.sweep_messages(0)
    assert Message.objects.get().state == "failed"
