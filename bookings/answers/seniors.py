"""What a senior's SMS does: JA and NEIN to a date that was put to them. Everything else reaches a human."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from bookings.answers.answering import Answering, say, unclear
from bookings.models import ProposedDate
from bookings.proposed_dates import ProposalOver, answer_proposal, date_words
from lotsen.messages.replies import Meaning


def _answer(one: Answering, *, is_yes: bool) -> str:
    proposed = _meant(one)
    if proposed is None:
        return unclear(one)
    words = date_words(proposed, one.sender.language)
    try:
        answer_proposal(proposed, is_yes, by=None, at=one.at)
    except ProposalOver:
        proposed.refresh_from_db()
        kind = "senior_proposal_expired" if proposed.state in GONE else "senior_late_answer"
        say(one, kind, reference=words["reference"])
        return "proposal_over"
    say(one, "senior_proposal_yes" if is_yes else "senior_proposal_no", counts=False, **words)
    return "proposal_yes" if is_yes else "proposal_no"


GONE = (ProposedDate.State.EXPIRED, ProposedDate.State.WITHDRAWN)


def _meant(one: Answering) -> ProposedDate | None:
    """The question with this code to somebody on this number, the newest first; without a code the only open one."""
    asked = _asked(one)
    if one.reply.code:
        return asked.filter(code=one.reply.code).order_by("-created_at").first()
    still_open = list(asked.filter(state=ProposedDate.State.OPEN)[:2])
    return still_open[0] if len(still_open) == 1 else None


def _asked(one: Answering) -> QuerySet[ProposedDate]:
    """A household has one number: any of its people may be meant."""
    asked = ProposedDate.objects.filter(visit__client__phone=one.sender.number)
    return asked.select_related("visit__client__address")


SENIOR_ACTS: dict[Meaning, Callable[[Answering], str]] = {
    Meaning.YES: lambda one: _answer(one, is_yes=True),
    Meaning.NO: lambda one: _answer(one, is_yes=False),
}
