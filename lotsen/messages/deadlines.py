"""How long each way of a message has, by kind: the one table. Pure.

All times count from the moment when the message may go out (not from the try before), so that a late first way takes
nothing away from the human at the end. A way that is not over by its time is given up and the next one begins; `human`
is when a human has the task at the latest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """Minutes. `needs_proof`: only ways that report back (SMS, voice) count, a letter or an e-mail does not."""

    sms: int
    voice: int
    human: int
    needs_proof: bool = False

    def until(self, channel: str, *, start: datetime, human_by: datetime) -> datetime:
        """When this way is given up; e-mail and letter have until the end, and no way has longer."""
        minutes = {"sms": self.sms, "voice": self.voice}.get(channel, self.human)
        return min(start + timedelta(minutes=minutes), human_by)


A_DAY = 24 * 60
URGENT_WITHIN = timedelta(minutes=15)
URGENT = Pace(sms=5, voice=10, human=15)
"""Whatever must be known within a quarter of an hour: everything about a date less than a day ahead."""
URGENT_CANCELLATION = Pace(sms=5, voice=10, human=15, needs_proof=True)
USUAL = Pace(sms=60, voice=120, human=A_DAY)
PACES = {
    "senior_reminder_7d": Pace(sms=4 * 60, voice=8 * 60, human=2 * A_DAY),
    "senior_reminder_1d": Pace(sms=60, voice=2 * 60, human=4 * 60),
    "senior_reminder_today": Pace(sms=15, voice=30, human=45),
    "senior_late": Pace(sms=5, voice=10, human=15),
    "senior_code_word": Pace(sms=0, voice=60, human=2 * 60, needs_proof=True),
    "v_offer": Pace(sms=30, voice=30, human=A_DAY),
    "v_offer_urgent": Pace(sms=10, voice=10, human=60),
}
CANCELLATIONS = frozenset(
    {"senior_cancelled", "senior_cancelled_today", "v_cancelled", "v_cancelled_today", "v_withdraw_late"}
)


def pace_of(kind: str, *, start: datetime, human_by: datetime | None) -> Pace:
    """The row of the table for this kind; a deadline within a quarter of an hour makes any kind urgent."""
    if human_by is not None and human_by - start <= URGENT_WITHIN:
        return URGENT_CANCELLATION if kind in CANCELLATIONS else URGENT
    return PACES.get(kind, USUAL)


def human_by(kind: str, *, start: datetime, deadline_at: datetime | None) -> datetime:
    """When a human has it at the latest: as the caller promised, else by the table."""
    if deadline_at is not None:
        return deadline_at
    return start + timedelta(minutes=PACES.get(kind, USUAL).human)
