"""Whether a channel works at all. Where it does not, messages take their next way at once instead of trying in turn.

Down: five failures in a row, or two over twenty seconds, without a success between. Up again: a try that goes well,
one a minute, from five minutes after the switch on. So there is never more than one switch in five minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lotsen.messages.models import Circuit

MANY_FAILURES = 5
FEW_FAILURES, FEW_OVER = 2, timedelta(seconds=20)
HOLDS = timedelta(minutes=5)
TRY_EVERY = timedelta(seconds=60)


def keeps_away(channel: str, *, at: datetime) -> bool:
    """Whether this message should not be tried: the channel is down, and it is not the one that may try it again."""
    circuit = Circuit.objects.filter(channel=channel, is_down=True).first()
    if circuit is None:
        return False
    assert circuit.switched_at is not None
    if at < circuit.switched_at + HOLDS:
        return True
    rested = Q(tried_at__isnull=True) | Q(tried_at__lte=at - TRY_EVERY)
    return Circuit.objects.filter(rested, pk=circuit.pk, is_down=True).update(tried_at=at) == 0


def note_success(channel: str, *, at: datetime) -> None:
    """It works: the count begins anew, and a channel that was down is up again (not within five minutes)."""
    Circuit.objects.filter(channel=channel, is_down=False, failures__gt=0).update(failures=0, failing_since=None)
    Circuit.objects.filter(channel=channel, is_down=True, switched_at__lte=at - HOLDS).update(
        is_down=False, failures=0, failing_since=None, switched_at=at
    )


@transaction.atomic
def note_failure(channel: str, *, at: datetime) -> bool:
    """It did not work, and the number was not to blame. Returns whether the channel counts as down now."""
    Circuit.objects.get_or_create(channel=channel)
    circuit = Circuit.objects.select_for_update().get(channel=channel)
    circuit.failures += 1
    circuit.failing_since = circuit.failing_since or at
    if not circuit.is_down and _is_enough(circuit, at) and _may_switch(circuit, at):
        circuit.is_down, circuit.switched_at, circuit.tried_at = True, at, None
    circuit.save(update_fields=["failures", "failing_since", "is_down", "switched_at", "tried_at"])
    return circuit.is_down


def _is_enough(circuit: Circuit, at: datetime) -> bool:
    assert circuit.failing_since is not None
    is_long = at - circuit.failing_since >= FEW_OVER
    return circuit.failures >= MANY_FAILURES or (circuit.failures >= FEW_FAILURES and is_long)


def _may_switch(circuit: Circuit, at: datetime) -> bool:
    return circuit.switched_at is None or at - circuit.switched_at >= HOLDS
