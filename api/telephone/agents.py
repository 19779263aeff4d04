"""At the telephone of one of the hotline: what it is about, a key to take it, the connection."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from twilio.twiml.voice_response import Dial, VoiceResponse

from api.spoken import waited_words
from api.telephone.door import Step, twiml, webhook
from api.telephone.prompts import ask, say, sentence
from api.telephone.waiting import QUEUE
from lotsen.kernel.errors import Refused
from lotsen.messages.call_tasks import take_call_task
from lotsen.messages.models import AgentRing, PhoneCall
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.spending import may_spend, spend
from lotsen.messages.states import CallState
from lotsen.messages.telephone import accept_ring, end_ring, take_call, waiting_calls
from lotsen.messages.telephone.lines import own_numbers, ring_by_id, ring_of

KEY_SECONDS = 15
RING_SECONDS = 40
DE = "de"


@webhook
def whisper(step: Step, ring_id: UUID) -> HttpResponse:
    """The agent has picked up, or their mailbox has: nothing is connected without a key."""
    answer, now = VoiceResponse(), timezone.now()
    ring = ring_by_id(ring_id, to=step["To"])
    if ring is None:
        _goodbye(answer, "agent_gone")
    else:
        to = reverse("api:agent-key", args=[ring_id])
        ask(answer, _about(ring, now), language=DE, to=to, seconds=KEY_SECONDS)
    return twiml(answer)


def _about(ring: AgentRing, now: datetime) -> str:
    if ring.call is None or ring.call.queued_at is None:
        return sentence("agent_task", DE)
    node = "agent_callback" if ring.task_id else "agent_call"
    return sentence(node, DE, minutes=waited_words(now - ring.call.queued_at))


@webhook
def agent_key(step: Step, ring_id: UUID) -> HttpResponse:
    """The one takes it; everything else lets the next one ring."""
    answer, now = VoiceResponse(), timezone.now()
    ring = ring_by_id(ring_id, to=step["To"])
    if ring is None:
        _goodbye(answer, "agent_gone")
    elif step["Digits"] != "1":
        _goodbye(answer, "agent_not_taken")
    elif ring.task is not None:
        _call_back(answer, ring, now)
    elif not waiting_calls().exists():
        _goodbye(answer, "agent_gone")
    elif accept_ring(ring, at=now):
        spend("connect", now)
        dial = Dial(action=reverse("api:agent-after", args=[ring_id]), method="POST", timeout=10)
        dial.queue(QUEUE, url=reverse("api:agent-connected", args=[ring_id]), method="POST")
        answer.append(dial)
    else:
        _goodbye(answer, "agent_gone")
    return twiml(answer)


def _call_back(answer: VoiceResponse, ring: AgentRing, now: datetime) -> None:
    """Connect to the number of the task: German, none of our own, and within the money of the day."""
    task = ring.task
    assert task is not None
    own = own_numbers() | {ring.line.phone}
    try:
        if ring.call_id is not None and task.state == CallState.OPEN:
            take_call_task(task, by=ring.line.user, at=now)
    except Refused:
        _goodbye(answer, "agent_gone")
        return
    if task.owner_id != ring.line.user_id:
        _goodbye(answer, "agent_gone")
    elif not accept_ring(ring, at=now) or not may_be_dialled(task.phone, own=own) or not may_spend("call", now):
        _goodbye(answer, "agent_not_possible")
    else:
        action = reverse("api:agent-after", args=[ring.pk])
        answer.dial(task.phone, caller_id=settings.TWILIO_NUMBER, timeout=RING_SECONDS, action=action, method="POST")


@webhook
def connected(step: Step, ring_id: UUID) -> HttpResponse:
    """Heard by the caller who was the first in the queue, before the two are connected: who answers is noted."""
    answer, now = VoiceResponse(), timezone.now()
    ring, call = ring_of(ring_id), PhoneCall.objects.filter(sid=step.sid).first()
    if ring is not None and call is not None:
        take_call(call, by=ring.line.user, at=now)
    language = "en" if call is not None and call.language == "en" else DE
    say(answer, sentence("connected", language), language)
    return twiml(answer)


@webhook
def agent_after(step: Step, ring_id: UUID) -> HttpResponse:
    """The talk is over, or the person called did not pick up."""
    answer = VoiceResponse()
    if step["DialCallStatus"] in {"busy", "no-answer", "failed", "canceled"}:
        _goodbye(answer, "agent_no_answer")
    else:
        answer.hangup()
    return twiml(answer)


@webhook
def agent_ended(step: Step, ring_id: UUID) -> HttpResponse:
    """The agent's telephone is free again, whether it was answered or not."""
    if step.is_over:
        end_ring(ring_id, at=timezone.now())
    return HttpResponse(status=204)


def _goodbye(answer: VoiceResponse, node: str) -> None:
    say(answer, sentence(node, DE), DE)
    answer.hangup()
