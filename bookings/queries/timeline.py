"""Reads of one case: everything that happened, on one timeline, in the same number of queries however much it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate

from bookings.labels import INFORMATION, PURPOSES
from bookings.models import CaseNote, Client, Consent, HomeVisit, Offer, PostIn, ProposedDate, Wave
from bookings.queries.happenings import (
    Happening,
    Read,
    asked,
    asked_in_wave,
    called,
    changed,
    consented,
    looked,
    moved,
    noted,
    posted,
    proposed,
    rang,
    reported,
    seen,
    told,
    wrote,
)
from lotsen.kernel.calendar import BERLIN
from lotsen.kernel.models import ContactRead, FieldChange, Transition
from lotsen.messages.models import CallTask, InboundSms, Message, PhoneCall

MESSAGE_COLUMNS = (
    *("kind", "channel", "state", "failure", "subject", "text"),
    *("created_at", "not_before_at", "sent_at", "finished_at", "recipient_user__name"),
    *("letter__printed_at", "letter__posted_at", "letter__returned_at", "call_task__state", "stand_in__channel"),
)
"""Not the words filled in and not the letter's sheet: the code word lies in them."""
Source = Callable[[HomeVisit], Iterable[Happening]]


def history_of(visit: HomeVisit, *, group: str = "") -> list[Happening]:
    """What happened to a case, the newest first; `group` names one of `Happening.GROUPS`, "" is all of them.

    `client` should be loaded. The code word is in none of it.
    """
    sources = [source for name, of in SOURCES.items() for source in of if group in ("", name)]
    lines = [line for source in sources for line in source(visit)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _about(visit: HomeVisit) -> dict[str, str]:
    return {"about_type": visit._meta.label_lower, "about_id": str(visit.pk)}


def _subject(*rows: Any) -> Q:
    return Q(*(Q(subject_type=row._meta.label_lower, subject_id=str(row.pk)) for row in rows), _connector=Q.OR)


def _notes(visit: HomeVisit) -> Iterable[Happening]:
    return map(noted, CaseNote.objects.filter(visit=visit).select_related("by"))


def _calls(visit: HomeVisit) -> Iterable[Happening]:
    """Call tasks; one that stands for a message is told there too."""
    return map(called, CallTask.objects.filter(**_about(visit)).select_related("owner"))


def _messages(visit: HomeVisit) -> Iterable[Happening]:
    messages = Message.objects.filter(**_about(visit))
    messages = messages.select_related("recipient_user", "letter", "call_task", "stand_in")
    return map(told, messages.only(*MESSAGE_COLUMNS))


def _inbound(visit: HomeVisit) -> Iterable[Happening]:
    """SMS from the person's number since the request; a number proves nothing, hence it stands beside it."""
    phone = visit.client.phone
    if not phone:
        return []
    return map(wrote, InboundSms.objects.filter(from_number=phone, received_at__gte=visit.requested_at))


def _phone_calls(visit: HomeVisit) -> Iterable[Happening]:
    """Calls from the person's number since the request, while we still keep the number."""
    phone = visit.client.phone
    if not phone:
        return []
    return map(rang, PhoneCall.objects.filter(phone=phone, arrived_at__gte=visit.requested_at).select_related("agent"))


def _post(visit: HomeVisit) -> Iterable[Happening]:
    return map(posted, PostIn.objects.filter(visit=visit).select_related("by"))


def _proposals(visit: HomeVisit) -> Iterable[Happening]:
    return map(proposed, ProposedDate.objects.filter(visit=visit))


def _moves(visit: HomeVisit) -> Iterable[Happening]:
    moves = Transition.objects.filter(_subject(visit)).select_related("by")
    return (moved(move, visit) for move in moves)


def _changes(visit: HomeVisit) -> Iterable[Happening]:
    changes = FieldChange.objects.filter(_subject(visit, visit.client), at__gte=visit.requested_at)
    return map(changed, changes.select_related("by"))


def _offers(visit: HomeVisit) -> Iterable[Happening]:
    offers = Offer.objects.filter(visit=visit).select_related("volunteer__user")
    return (line for offer in offers for line in asked(offer))


def _waves(visit: HomeVisit) -> Iterable[Happening]:
    return map(asked_in_wave, Wave.objects.filter(visit=visit).select_related("by"))


def _consents(visit: HomeVisit) -> Iterable[Happening]:
    consents = Consent.objects.filter(client=visit.client_id, at__gte=visit.requested_at)
    return map(consented, consents.select_related("by"))


def _reports(visit: HomeVisit) -> Iterable[Happening]:
    return map(reported, visit.reports.select_related("by"))


def _reads(visit: HomeVisit) -> Iterable[Happening]:
    """Who looked: one line a day, which unfolds."""
    by_day: dict[date, list[Read]] = defaultdict(list)
    for row in reads_of(visit):
        by_day[row["day"]].append(Read(**{name: row[name] for name in Read.__dataclass_fields__}))
    return map(looked, by_day.values())


def reads_of(visit: HomeVisit) -> QuerySet[ContactRead, dict[str, Any]]:
    """Who saw this person's data since the request, by day, reader and reason, the latest first."""
    reads = ContactRead.objects.filter(_subject(visit, visit.client), at__gte=visit.requested_at)
    by = reads.values("why", "fields", "by__name", "by__roles", day=TruncDate("at", tzinfo=BERLIN))
    return by.annotate(times=Count("pk"), last=Max("at")).order_by("-last")


def reads_in_words(client: Client) -> list[str]:
    """Everybody who ever saw a person's data, by role and reason, for a letter to them: the latest first, no names."""
    reads = ContactRead.objects.filter(_subject(client))
    rows = reads.values("why", "by__roles").annotate(times=Count("pk"), first=Min("at"), last=Max("at"))
    return [seen(**row) for row in rows.order_by("-last")]


@dataclass(frozen=True)
class Standing:
    """The latest answer to one consent question. `can_withdraw`: it is a yes that can be taken back."""

    purpose: str
    label: str
    given: bool
    version: int
    channel: str
    by: str
    at: datetime

    @property
    def can_withdraw(self) -> bool:
        """A yes that is consent; what the city may keep for the visit anyway is only information."""
        return self.given and self.purpose not in INFORMATION


def consents_of(client: Client) -> list[Standing]:
    """How each consent of a person stands, in one query."""
    answers = Consent.objects.filter(client=client).select_related("by").order_by("purpose", "-at", "-pk")
    return [
        Standing(
            purpose=one.purpose,
            label=str(PURPOSES.get(one.purpose, one.purpose)),
            given=one.given,
            version=one.version,
            channel=one.channel,
            by=one.by.name if one.by else "",
            at=one.at,
        )
        for one in answers.distinct("purpose")
    ]


SOURCES: dict[str, tuple[Source, ...]] = {
    "talk": (_notes, _calls, _phone_calls),
    "message": (_messages, _inbound, _post, _proposals),
    "change": (_moves, _offers, _waves, _changes, _consents, _reports),
    "read": (_reads,),
}
