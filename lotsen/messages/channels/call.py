"""A human calls: the message becomes a call task in our own database, once."""

from lotsen.messages.call_tasks import CALL_WITHIN, call_task_from
from lotsen.messages.channels.base import Sent
from lotsen.messages.models import CallTask, Message


class CallChannel:
    """No provider but ourselves."""

    provider = "human"
    gives_receipts = False

    def send(self, message: Message) -> Sent:
        """Open the call task."""
        at = message.claimed_at or message.created_at
        task = call_task_from(message, deadline_at=message.deadline_at or at + CALL_WITHIN, by=None, at=at)
        return Sent(str(task.pk))

    def find(self, message: Message) -> Sent | None:
        """The task exists or it does not."""
        task = CallTask.objects.filter(message=message).first()
        return Sent(str(task.pk)) if task else None
