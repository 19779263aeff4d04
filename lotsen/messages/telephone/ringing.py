"""Brings together who waits and who is free. Runs in a worker: only here does the telephone talk to the provider."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from lotsen.messages.channels.base import ChannelError
from lotsen.messages.models import AgentLine, AgentRing, PhoneCall
from lotsen.messages.spending import may_spend
from lotsen.messages.telephone.calls import CALL_LASTS, kept_places, waiting_calls
from lotsen.messages.telephone.lines import RINGS_FOR, end_ring, new_ring
from lotsen.messages.telephone.network import Network

PLACED_WITHIN = timedelta(seconds=30)


def ring_agents(*, network: Network, at: datetime) -> int:
    """Ring free telephones for waiting calls, the longest free for the longest waiting; returns how many ring now."""
    _stop_needless(network, at)
    for cause, line in zip(_without_ring(at), _free_lines(), strict=False):
        new_ring(line, call=cause, task=cause.task, at=at)
    return sum(_place(ring, network, at) for ring in _unplaced())


def _without_ring(at: datetime) -> list[PhoneCall]:
    """Callers and kept places for whom nothing rings, the earliest first."""
    ringing = AgentRing.objects.filter(ended_at__isnull=True, accepted_at__isnull=True).values("call")
    waiting = waiting_calls().exclude(pk__in=ringing).select_related("task")
    kept = kept_places(at).exclude(pk__in=ringing).select_related("task")
    return sorted([*waiting, *kept], key=lambda call: (call.queued_at, call.pk))


def _free_lines() -> list[AgentLine]:
    """The longest free first; who did not pick up lately comes after the others."""
    busy = AgentRing.objects.filter(ended_at__isnull=True).values("line")
    return list(AgentLine.objects.filter(is_on=True).exclude(pk__in=busy).order_by("missed", "free_since", "pk"))


def _unplaced() -> list[AgentRing]:
    return list(AgentRing.objects.filter(sid="", ended_at__isnull=True).select_related("line").order_by("rang_at"))


def _place(ring: AgentRing, network: Network, at: datetime) -> bool:
    """One call to one agent. The reservation says who makes it: the first to mark the row."""
    if not AgentRing.objects.filter(pk=ring.pk, sid="").update(sid="…"):
        return False
    try:
        sid = network.ring(ring) if ring.call_id or may_spend("call", at) else ""
    except ChannelError:
        sid = ""
    AgentRing.objects.filter(pk=ring.pk).update(sid=sid or "-")
    if not sid:
        AgentRing.objects.filter(pk=ring.pk).update(ended_at=at)
    return bool(sid)


def _stop_needless(network: Network, at: datetime) -> None:
    """The caller has hung up and nobody else waits: stop ringing."""
    rings = AgentRing.objects.filter(
        ended_at__isnull=True, accepted_at__isnull=True, call__isnull=False, task__isnull=True
    ).order_by("-rang_at")
    still = waiting_calls().count()
    for ring in islice(rings, max(0, rings.count() - still)):
        if ring.sid.startswith("CA"):
            network.hang_up(ring.sid)
        AgentRing.objects.filter(pk=ring.pk, ended_at__isnull=True).update(ended_at=at)


def sweep_rings(*, at: datetime) -> None:
    """Free telephones whose end was never reported: a ring lasts a quarter of a minute, a talk some hours."""
    unanswered = AgentRing.objects.filter(ended_at__isnull=True, accepted_at__isnull=True, rang_at__lt=at - RINGS_FOR)
    talks = AgentRing.objects.filter(ended_at__isnull=True, rang_at__lt=at - CALL_LASTS)
    for ring in [*unanswered, *talks]:
        end_ring(ring.pk, at=at)
