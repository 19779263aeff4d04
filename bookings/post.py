"""Post that comes in, typed in at the desk. A card in the hand is never refused: what it cannot settle, people do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import clients, visits
from bookings.models import HomeVisit, PostIn
from bookings.proposed_dates import answer_proposal
from bookings.queries.post import open_proposal
from bookings.rules import can_call_off
from lotsen.kernel import references
from lotsen.kernel.calendar import add_working_hours
from lotsen.messages.call_tasks import open_call_task
from lotsen.messages.letters import mark_returned
from lotsen.messages.models import CallTask, Letter
from lotsen.people.models import User

CALL_WITHIN_HOURS = 8
CALL_BACK_HOURS = 4


class Ticked(TextChoices):
    """What was ticked on a reply card."""

    YES = "yes", gettext_lazy("Ja, der Tag passt")
    OTHER_DAY = "other_day", gettext_lazy("Nein, lieber an einem anderen Tag")
    CALL = "call", gettext_lazy("Bitte rufen Sie mich an")
    NO_HELP = "no_help", gettext_lazy("Ich brauche keine Hilfe mehr")


@transaction.atomic
def take_reply_card(
    visit: HomeVisit, *, ticked: str, wish: str = "", phone: str = "", by: User, at: datetime
) -> PostIn:
    """A reply card: answers the open question, confirms a request that somebody else made, opens a call, or calls the
    visit off (the person gets that in writing). `wish` is the other day they wrote, `phone` (E.164) the number.
    """
    post = PostIn.objects.create(visit=visit, kind=PostIn.Kind.REPLY_CARD, answer=ticked, note=wish[:200], by=by, at=at)
    acts: Mapping[str, Callable[[], Any]] = {
        Ticked.YES: lambda: _yes(visit, post, by=by, at=at),
        Ticked.OTHER_DAY: lambda: _other_day(visit, post, by=by, at=at),
        Ticked.CALL: lambda: _call(visit, post, "senior_card_call", phone=phone, hours=CALL_BACK_HOURS, by=by, at=at),
        Ticked.NO_HELP: lambda: _no_help(visit, post, by=by, at=at),
    }
    acts[ticked]()
    return post


def _yes(visit: HomeVisit, post: PostIn, *, by: User, at: datetime) -> None:
    proposed = open_proposal(visit)
    if proposed is not None:
        answer_proposal(proposed, True, by=by, at=at)
    elif visit.state == HomeVisit.State.REQUESTED and visit.agreed_at is None:
        visits.confirm_request(visit, by=by, at=at)
    else:
        _call(visit, post, "senior_card_late", by=by, at=at)


def _other_day(visit: HomeVisit, post: PostIn, *, by: User, at: datetime) -> None:
    proposed = open_proposal(visit)
    if proposed is not None:
        answer_proposal(proposed, False, by=by, at=at, wish=post.note)
    else:
        _call(visit, post, "senior_card_late", by=by, at=at)


def _no_help(visit: HomeVisit, post: PostIn, *, by: User, at: datetime) -> None:
    if can_call_off(visit, at=at):
        visits.cancel_visit(visit, because=_("Antwortkarte"), own_wish=True, by=by, at=at)
    elif visit.state not in {HomeVisit.State.CANCELLED, HomeVisit.State.DONE}:
        _call(visit, post, "senior_card_late", by=by, at=at)


def _call(
    visit: HomeVisit,
    post: PostIn,
    kind: str,
    *,
    by: User,
    at: datetime,
    phone: str = "",
    hours: int = CALL_WITHIN_HOURS,
) -> CallTask:
    said = str(Ticked(post.answer).label) if post.answer in Ticked.values else ""
    words = {"reference": references.grouped(visit.reference), "said": ": ".join(filter(None, [said, post.note]))}
    return open_call_task(
        kind=kind,
        phone=phone or visit.client.phone or visit.caller_phone,
        variables=words,
        about=visit,
        deadline_at=add_working_hours(at, hours),
        key=f"post:{post.pk}",
        by=by,
        at=at,
        language=visit.client.language,
    )


@transaction.atomic
def take_letter(visit: HomeVisit, *, note: str, by: User, at: datetime) -> PostIn:
    """A letter about a case: what it says in a line, and somebody calls about it."""
    post = PostIn.objects.create(visit=visit, kind=PostIn.Kind.LETTER, note=note[:200], by=by, at=at)
    _call(visit, post, "senior_letter", by=by, at=at)
    return post


@transaction.atomic
def take_consents(
    visit: HomeVisit, *, answers: Mapping[str, bool], version: int, note: str = "", by: User, at: datetime
) -> PostIn:
    """A signed form: a row for each purpose with the version that is printed on it. `note` is whom they named."""
    clients.record_consents(
        visit.client, answers=dict(answers), channel=PostIn.Kind.LETTER, by=by, at=at, version=version
    )
    given = "yes" if all(answers.values()) else "no"
    return PostIn.objects.create(visit=visit, kind=PostIn.Kind.CONSENT, answer=given, note=note[:200], by=by, at=at)


@transaction.atomic
def take_returned(letter: Letter, visit: HomeVisit | None, *, by: User, at: datetime) -> PostIn:
    """The post brought a letter back: the next way takes over, in the end a human. A second time counts once."""
    if letter.returned_at is None:
        mark_returned(letter, by=by, at=at)
    return PostIn.objects.create(visit=visit, kind=PostIn.Kind.RETURNED, by=by, at=at)
