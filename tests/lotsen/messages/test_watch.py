"""The dead-man's switch: a scheduler that stops is noticed from outside within three minutes."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from lotsen.management.commands import watch as command
from lotsen.messages import watch
from lotsen.messages.models import Heartbeat, Message
from tests.lotsen.messages.shared import AT


def seconds(number):
    return AT + timedelta(seconds=number)


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """The test's own transaction lives on the connection that the watchman would replace."""
    monkeypatch.setattr(command, "close_old_connections", lambda: None)


@pytest.mark.django_db
def test_stopped_scheduler_alarms_within_180_seconds():
    """It beats each minute, then somebody stops it; the watchman looks every 15 seconds."""
    alarms, stops = [], 10 * 60
    for second in range(0, 30 * 60, 15):
        if second < stops and second % 60 == 0:
            watch.beat(at=seconds(second))
        watch.look(alarm=lambda since, second=second: alarms.append(second), at=seconds(second))
    last_beat = stops - 60
    assert len(alarms) == 1
    assert stops < alarms[0] <= last_beat + 180


@pytest.mark.django_db
def test_control_while_it_beats_nobody_is_woken():
    for second in range(0, 30 * 60, 15):
        if second % 60 == 0:
            watch.beat(at=seconds(second))
        assert not watch.look(alarm=pytest.fail, at=seconds(second))


@pytest.mark.django_db
def test_an_alarm_comes_again_after_half_an_hour_and_not_before():
    alarms = []
    for minute in range(65):
        watch.look(alarm=lambda since, minute=minute: alarms.append(minute), at=seconds(60 * minute))
    assert alarms == [0, 30, 60]


@pytest.mark.django_db
def test_a_queue_that_stands_is_noticed_though_the_scheduler_beats(queue):
    queue(at=AT)
    watch.beat(at=seconds(301))
    state = watch.health(at=seconds(301))
    assert (state.is_beating, state.is_sending, state.is_good) == (True, False, False)


@pytest.mark.django_db
def test_a_reminder_of_next_week_does_not_stand(queue):
    queue(not_before_at=AT + timedelta(days=7))
    watch.beat(at=AT + timedelta(hours=1))
    assert watch.health(at=AT + timedelta(hours=1)).is_good


@pytest.mark.django_db
def test_the_page_turns_red(client):
    watch.beat(at=timezone.now())
    good = client.get("/health")
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=131))
    bad = client.get("/health")
    assert (good.status_code, good.json()["status"]) == (200, "ok")
    assert (bad.status_code, bad.json()["checks"]) == (503, {"database": True, "scheduler": False, "messages": True})


@pytest.mark.django_db
def test_the_watchman_writes_past_the_outbox(settings):
    settings.ALARM_EMAILS = ["wache@example.org"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Heartbeat.objects.create(name="scheduler", at=timezone.now() - timedelta(minutes=3))
    with pytest.raises(SystemExit) as ended:
        call_command("watch", "--once")
    assert (ended.value.code, [one.to for one in mail.outbox]) == (1, [["wache@example.org"]])
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_an_sms_that_fails_does_not_stop_the_rest(settings, monkeypatch):
    settings.ALARM_PHONES = ["+491722345678"]
    settings.ALARM_EMAILS = []
    settings.TWILIO_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(SystemExit):
        call_command("watch", "--once")


def test_it_is_no_job_of_the_queue_that_it_watches():
    code = "import ast,sys;sys.exit('procrastinate' in open(sys.argv[1]).read())"
    assert subprocess.run([sys.executable, "-c", code, command.__file__], check=False).returncode == 0
