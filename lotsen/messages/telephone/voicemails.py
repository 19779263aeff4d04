"""What somebody spoke after agreeing: fetched to us, erased at the provider within a day, gone here after a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lotsen.kernel.calendar import add_working_hours
from lotsen.messages.call_tasks import open_call_task
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.models import PhoneCall, Voicemail
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.receipts import receive_once
from lotsen.messages.telephone.calls import LONGEST_NUMBER
from lotsen.messages.telephone.network import Network
from lotsen.messages.telephone.work import defer_keeping
from lotsen.people.models import User

KEPT_FOR = timedelta(days=7)
AT_PROVIDER_FOR = timedelta(hours=20)
CALL_BACK_HOURS = 4
SHORTEST_SECONDS = 2
LONGEST_SECONDS = 120


@transaction.atomic
def receive_recording(*, call_sid: str, recording_sid: str, seconds: int, at: datetime) -> Voicemail | None:
    """Somebody has spoken: a row, a task for a human, a job that fetches it. None for a replay.

    An empty recording gets a row as well, so that it is erased at the provider, but no task.
    """
    if not receive_once(sid=recording_sid, event="recording", at=at):
        return None
    call = PhoneCall.objects.filter(sid=call_sid).first()
    phone = (call.phone if call else "")[:LONGEST_NUMBER]
    voicemail = Voicemail.objects.create(
        sid=call_sid, recording_sid=recording_sid, phone=phone, seconds=min(seconds, LONGEST_SECONDS), received_at=at
    )
    if seconds >= SHORTEST_SECONDS:
        PhoneCall.objects.filter(sid=call_sid).update(outcome=PhoneCall.Outcome.VOICEMAIL)
        _ask_a_human(voicemail, at=at)
    defer_keeping(str(voicemail.pk))
    return voicemail


def _ask_a_human(voicemail: Voicemail, *, at: datetime) -> None:
    open_call_task(
        kind="voicemail",
        phone=voicemail.phone if may_be_dialled(voicemail.phone) else "",
        variables={},
        about=voicemail,
        deadline_at=add_working_hours(at, CALL_BACK_HOURS),
        key=f"voicemail:{voicemail.pk}",
        by=None,
        at=at,
    )


def keep_voicemail(voicemail: Voicemail, *, network: Network, at: datetime) -> None:
    """Fetch the audio if we do not have it, then erase the provider's copy and look until it is gone.

    After twenty hours the provider's copy is erased even if it could not be fetched: the promise is a day.
    """
    if voicemail.audio is None and voicemail.erased_at is None and voicemail.seconds >= SHORTEST_SECONDS:
        if (audio := _fetched(voicemail, network)) is not None:
            Voicemail.objects.filter(pk=voicemail.pk, erased_at__isnull=True).update(audio=audio)
        elif at - voicemail.received_at < AT_PROVIDER_FOR:
            return
    try:
        is_gone = network.erase(voicemail.recording_sid)
    except ChannelError:
        return
    if is_gone:
        Voicemail.objects.filter(pk=voicemail.pk).update(provider_erased_at=at)


def _fetched(voicemail: Voicemail, network: Network) -> bytes | None:
    try:
        return network.recording(voicemail.recording_sid)
    except ChannelError:
        return None


def sweep_voicemails(*, network: Network, at: datetime) -> None:
    """Once more for every recording that the provider may still have; ours are gone after a week."""
    for voicemail in Voicemail.objects.filter(provider_erased_at__isnull=True).order_by("received_at")[:100]:
        keep_voicemail(voicemail, network=network, at=at)
    old = Q(received_at__lte=at - KEPT_FOR, erased_at__isnull=True)
    Voicemail.objects.filter(old).update(audio=None, phone="", erased_at=at)


def mark_heard(voicemail: Voicemail, *, by: User, at: datetime) -> None:
    """Note who listened first, and when."""
    Voicemail.objects.filter(pk=voicemail.pk, heard_at__isnull=True).update(heard_at=at, heard_by=by)
