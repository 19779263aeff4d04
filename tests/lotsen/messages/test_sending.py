"""Claim, send, confirm: what happens to one message, and what a lost worker leaves behind."""

import threading
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lotsen.kernel.models import Transition
from lotsen.messages import circuits, sending, wanted, wording
from lotsen.messages.channels.base import CannotAsk, ChannelError
from lotsen.messages.models import CallTask, Message
from lotsen.messages.outbox import drop_messages
from lotsen.messages.sending import send_message, sweep_messages
from tests.lotsen.messages.shared import AT, MOBILE, WORDS

SMS_TEXT = (
    "Lotsen: Ihr Termin ist am Dienstag, 1. Dezember, 14:30 Uhr. Ein Brief kommt noch. Passt es nicht? "
    "Rufen Sie an: 030 231 25 100. Nummer 482 615 6"
)


def history(message):
    lines = Transition.objects.filter(subject_type="outbox.message", subject_id=str(message.pk)).order_by("pk")
    return [line.target for line in lines]


def states():
    return list(Message.objects.order_by("created_at").values_list("state", flat=True))


def test_queued_in_the_transaction_of_the_change(queue):
    with transaction.atomic():
        queue()
        assert (Message.objects.count(), ProcrastinateJob.objects.count()) == (1, 1)
        transaction.set_rollback(True)
    assert (Message.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


def test_the_job_carries_only_the_number_of_the_row(queue):
    message = queue()
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.queue_name, job.args) == ("send_message", "messages", {"message_id": str(message.pk)})


def test_the_same_key_queues_once(queue):
    assert queue().pk == queue().pk
    assert (Message.objects.count(), ProcrastinateJob.objects.count()) == (1, 1)


def test_only_the_words_that_the_text_names_are_kept(queue):
    assert queue().variables == {
        "date_long": "Dienstag, 1. Dezember",
        "time": "14:30",
        "reference": "482 615 6",
    }


def test_a_missing_word_is_the_callers_fault(queue):
    with pytest.raises(wording.WordingError, match="senior_booked by sms lacks time"):
        queue(variables={**WORDS, "time": " "})


def test_sent(queue, office, notebook):
    message = queue()
    send_message(message.pk, office=office, at=AT)
    message.refresh_from_db()
    assert notebook.taken == [str(message.pk)]
    assert (message.state, message.text, message.attempts, message.provider_reference, message.sent_at) == (
        "sent",
        SMS_TEXT,
        1,
        "N1",
        AT,
    )
    assert history(message) == ["queued", "sending", "sent"]


def test_not_before(queue, office, notebook):
    message = queue(not_before_at=AT + timedelta(hours=1))
    send_message(message.pk, office=office, at=AT)
    assert (notebook.taken, states()) == ([], ["queued"])
    send_message(message.pk, office=office, at=AT + timedelta(hours=1))
    assert (notebook.taken, states()) == ([str(message.pk)], ["sent"])


@pytest.fixture
def visit_cancelled():
    with mock.patch.dict(wanted._checks, {}):
        wanted.register_still_wanted(["senior_booked"], lambda message: False)
        yield


def test_a_cancelled_visit_gets_no_message(queue, office, notebook, visit_cancelled):
    message = queue()
    send_message(message.pk, office=office, at=AT)
    assert (notebook.taken, states(), history(message)) == ([], ["dropped"], ["queued", "dropped"])
    assert CallTask.objects.count() == 0


def test_control_without_the_check_it_would_go_out(queue, office, notebook, visit_cancelled):
    message = queue()
    with mock.patch.object(sending, "still_wanted", return_value=True):
        send_message(message.pk, office=office, at=AT)
    assert notebook.taken == [str(message.pk)]


def test_drop_messages_takes_back_what_waits(queue, office, notebook, django_user_model):
    user = django_user_model.objects.create_user("a@example.org", name="Anna Lehmann")
    old = queue("old", about=user)
    sent = queue("sent", about=user)
    send_message(sent.pk, office=office, at=AT)
    other = queue("other")
    assert drop_messages(about=user, by=None, at=AT) == 1
    found = {message.key: message.state for message in Message.objects.all()}
    assert found == {"old": "dropped", "sent": "sent", "other": "queued"}
    send_message(old.pk, office=office, at=AT)
    assert notebook.taken == [str(sent.pk)]
    assert other.about_type == ""


def test_permanent_failure_becomes_a_call_task(queue, office, notebook):
    notebook.error = ChannelError("not_mobile", permanent=True)
    message = queue()
    send_message(message.pk, office=office, at=AT)
    message.refresh_from_db()
    task = CallTask.objects.get()
    assert (message.state, message.failure) == ("failed", "not_mobile")
    assert (task.kind, task.phone, task.message_id, task.state, task.deadline_at) == (
        "senior_booked",
        MOBILE,
        message.pk,
        "open",
        AT + timedelta(minutes=15),
    )
    assert wording.call_sentence(task.kind, "de", task.variables) == (
        "Sagen Sie: Ihr Termin ist am Dienstag, 1. Dezember, 14:30 Uhr. Ein Brief kommt noch. Nummer 482 615 6."
    )


def test_temporary_failure_waits_longer_each_time_and_ends_with_a_human(queue, office, notebook, monkeypatch):
    monkeypatch.setattr(circuits, "keeps_away", lambda channel, *, at: False)  # the others' failures are its business
    notebook.error = ChannelError("http_429", permanent=False)
    message = queue(deadline_at=None)
    at, pauses = AT, []
    while Message.objects.get().state == "queued":
        send_message(message.pk, office=office, at=at)
        message.refresh_from_db()
        if message.state == "queued":
            pauses.append(int((message.not_before_at - at).total_seconds()))
            at = message.not_before_at
    assert pauses == [30, 60, 120, 240, 480]
    assert (message.state, message.failure, message.attempts) == ("failed", "http_429", 6)
    assert CallTask.objects.count() == 1


def test_a_lost_worker_is_noticed_and_the_provider_is_asked(queue, office, notebook):
    message = queue()
    notebook.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        send_message(message.pk, office=office, at=AT)
    notebook.error = None
    notebook.knows[message.pk] = "N9"
    sweep_messages(office=office, at=AT + timedelta(seconds=59))
    assert states() == ["sending"]
    sweep_messages(office=office, at=AT + timedelta(seconds=60))
    assert states() == ["uncertain"]
    sweep_messages(office=office, at=AT + timedelta(seconds=120))
    message.refresh_from_db()
    assert (message.state, message.provider_reference, notebook.taken) == ("sent", "N9", [])


def test_the_provider_does_not_know_it_so_it_goes_out_once_more(queue, office, notebook):
    message = queue()
    notebook.error = ChannelError("silent", permanent=False, untouched=False)
    send_message(message.pk, office=office, at=AT)
    notebook.error = None
    assert states() == ["uncertain"]
    sweep_messages(office=office, at=AT + timedelta(seconds=120))
    assert states() == ["queued"]
    send_message(message.pk, office=office, at=AT + timedelta(seconds=150))
    assert (states(), notebook.taken) == (["sent"], [str(message.pk)])


def test_who_cannot_be_asked_gets_two_copies_at_most(queue, office, notebook):
    notebook.find = mock.Mock(side_effect=CannotAsk)
    notebook.error = ChannelError("silent", permanent=False, untouched=False)
    message = queue(deadline_at=None)
    send_message(message.pk, office=office, at=AT)
    sweep_messages(office=office, at=AT + timedelta(seconds=120))
    send_message(message.pk, office=office, at=AT + timedelta(seconds=150))
    sweep_messages(office=office, at=AT + timedelta(seconds=270))
    message.refresh_from_db()
    assert (message.state, message.attempts, CallTask.objects.count()) == ("failed", 2, 1)


def test_a_deadline_without_a_receipt_becomes_a_call_task(queue, office):
    message = queue()
    send_message(message.pk, office=office, at=AT)
    sweep_messages(office=office, at=AT + timedelta(hours=1, minutes=59))
    assert states() == ["sent"]
    sweep_messages(office=office, at=AT + timedelta(hours=2))
    assert (states(), CallTask.objects.get().message_id) == (["failed"], message.pk)


def test_a_deadline_in_the_queue_becomes_a_call_task_without_a_try(queue, office, notebook):
    queue()
    sweep_messages(office=office, at=AT + timedelta(hours=2))
    assert (states(), notebook.taken, CallTask.objects.count()) == (["failed"], [], 1)


def test_a_lost_job_is_queued_again_once(queue, office):
    message = queue()
    ProcrastinateJob.objects.filter(pk__gt=0)._raw_delete(using="default")
    for minutes in (2, 3, 4):
        sweep_messages(office=office, at=AT + timedelta(minutes=minutes))
    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"message_id": str(message.pk)}]


def race(message, office, racers=8):
    """All take the message at the same moment."""
    barrier, errors = threading.Barrier(racers), []

    def run():
        try:
            barrier.wait()
            send_message(message.pk, office=office, at=AT)
        except Exception as error:  # noqa: BLE001 - shown to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def unconditional_move(row, target, *, by, at, **changes):
    """What `move` would be without its condition."""
    type(row).objects.filter(pk=row.pk).update(state=target, **changes)
    for name, value in {"state": target, **changes}.items():
        setattr(row, name, value)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_once(queue, office, notebook):
    for number in range(10):
        assert race(queue(f"race-{number}"), office) == []
    assert len(notebook.taken) == 10


@pytest.mark.django_db(transaction=True)
def test_control_without_the_condition_they_send_more_than_once(queue, office, notebook):
    with mock.patch.object(sending, "move", unconditional_move):
        for number in range(10):
            race(queue(f"race-{number}"), office)
    assert len(notebook.taken) > 10
