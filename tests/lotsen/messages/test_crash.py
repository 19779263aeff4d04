"""Workers are killed with `kill -9` between the steps of a send: nothing is lost, nothing goes out twice.

The provider is a file that only grows; it answers by our reference, as a provider does that can be asked.
"""

import os
import random
import signal
import traceback
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from lotsen.messages import sending
from lotsen.messages.channels.base import Sent
from lotsen.messages.models import Message
from lotsen.messages.sending import PostOffice, claim_message, confirm_sent, send_message, sweep_messages
from tests.lotsen.messages.shared import AT, house

MESSAGES = 20
KILLS = 12
pytestmark = pytest.mark.slow


class PaperRoll:
    """Takes a message by writing its number to a file, in one write that no kill can cut."""

    provider = "roll"
    gives_receipts = False

    def __init__(self, path, die_at=None):
        self.path = path
        self.die_at = die_at

    def step(self, name):
        if self.die_at == name:
            os.kill(os.getpid(), signal.SIGKILL)

    def send(self, message):
        self.step("before the send")
        with self.path.open("ab", buffering=0) as file:
            file.write(f"{message.pk}\n".encode())
        self.step("after the send")
        return Sent(str(message.pk))

    def find(self, message):
        return Sent(str(message.pk)) if str(message.pk) in self.path.read_text().split() else None


def right_order(pk, office, at):
    send_message(pk, office=office, at=at)


def send_then_mark(pk, office, at):
    """The wrong way that doubles."""
    message = Message.objects.filter(pk=pk, state="queued").first()
    if message:
        office.channels["sms"].send(message)
        Message.objects.filter(pk=pk).update(state="sent", claimed_at=at, sent_at=at)


def mark_then_send(pk, office, at):
    """The wrong way that loses."""
    message = claim_message(pk, office=office, at=at)
    if message:
        confirm_sent(message, Sent("?"), at=at)
        office.channels["sms"].send(message)


def run_worker_that_dies(work, office, at):
    """A process of its own, killed in the middle of the first message that it takes."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            for pk in Message.objects.filter(state="queued").values_list("pk", flat=True):
                work(pk, office, at)
        except BaseException:  # noqa: BLE001 - whatever it is, this process must never go on as a second test run
            traceback.print_exc()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def chaos(work, path, chance):
    """Kills, then workers in peace; returns how often each message went out, and the number of kills."""
    path.touch()
    at, kills = AT, 0
    for _ in range(KILLS):
        die_at = chance.choice(["before the send", "after the send"])
        kills += run_worker_that_dies(work, PostOffice({"sms": PaperRoll(path, die_at)}, house), at)
        at += timedelta(seconds=130)
        sweep_messages(office=PostOffice({"sms": PaperRoll(path)}, house), at=at)
    calm = PostOffice({"sms": PaperRoll(path)}, house)
    for _ in range(6):
        at += timedelta(seconds=1000)
        sweep_messages(office=calm, at=at)
        for pk in Message.objects.filter(state="queued").values_list("pk", flat=True):
            work(pk, calm, at)
    return Counter(path.read_text().split()), kills


@pytest.fixture
def twenty(transactional_db, queue):
    return {str(queue(f"crash-{number}", deadline_at=None).pk) for number in range(MESSAGES)}


def test_kill_between_the_steps(twenty, tmp_path):
    sent, kills = chaos(right_order, tmp_path / "roll", random.Random(1))
    assert kills == KILLS
    assert sent == dict.fromkeys(twenty, 1)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_control_sending_first_doubles(twenty, tmp_path):
    sent, _kills = chaos(send_then_mark, tmp_path / "roll", random.Random(1))
    assert max(sent.values()) > 1


def test_control_marking_first_loses(twenty, tmp_path):
    sent, _kills = chaos(mark_then_send, tmp_path / "roll", random.Random(1))
    assert set(sent) < twenty


def test_control_resending_without_asking_doubles(twenty, tmp_path, monkeypatch):
    monkeypatch.setattr(PaperRoll, "find", lambda self, message: None)
    sent, _kills = chaos(right_order, tmp_path / "roll", random.Random(1))
    assert max(sent.values()) > 1
    assert max(sent.values()) <= sending.MAX_ATTEMPTS
