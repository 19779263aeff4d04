"""What somebody changes about their own request on the web: times, topics, telephone, how we answer.

A request without a date changes at once. Once a date is chosen it is never changed in silence: a human calls and finds
a new one, and the old date stands until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings import clients, notices
from bookings.models import HomeVisit, ReachBy
from bookings.rules import can_call_off
from lotsen.kernel import references
from lotsen.kernel.calendar import add_working_hours
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.kernel.phones import is_mobile
from lotsen.messages.call_tasks import CALL_WITHIN, drop_call_tasks, open_call_task
from lotsen.people.models import User
from lotsen.spoken import grouped_phone
from volunteers.models import Topic

CALL_HOURS = 8


class TooLateToChange(Refused):
    """It is over, called off or about to begin: then people speak."""

    def __init__(self) -> None:
        super().__init__(_("Das geht hier nicht mehr. Bitte rufen Sie uns an."))


@transaction.atomic
def change_times(visit: HomeVisit, *, times: str, times_words: str, by: User | None, at: datetime) -> bool:
    """Wish other times. True where they stand now, false where a human calls first, since a date is chosen."""
    row = _locked(visit, at)
    if (row.times, row.times_words) == (times, times_words):
        return True
    if row.state != HomeVisit.State.REQUESTED:
        _ask(row, _("lieber %(words)s") % {"words": times_words or _("egal wann")}, at=at)
        return False
    row.times, row.times_words = times, times_words
    row.save(update_fields=["times", "times_words"])
    record_changes(row, fields=["times"], by=by, at=at)
    return True


@transaction.atomic
def change_topics(visit: HomeVisit, *, topics: Sequence[Topic], by: User | None, at: datetime) -> bool:
    """Wish other topics. True where they stand now, false where a human calls first: who comes was chosen for them."""
    row = _locked(visit, at)
    if {topic.pk for topic in topics} == set(row.topics.values_list("pk", flat=True)):
        return True
    if row.state != HomeVisit.State.REQUESTED:
        _ask(row, _("anderes Thema: %(topics)s") % {"topics": ", ".join(topic.name for topic in topics)}, at=at)
        return False
    row.topics.set(topics)
    row.minutes = max(topic.minutes for topic in topics)
    row.save(update_fields=["minutes"])
    record_changes(row, fields=["topics"], by=by, at=at)
    return True


@transaction.atomic
def change_phone(visit: HomeVisit, *, phone: str, by: User | None, at: datetime) -> None:
    """Another number (E.164, "" for none). It gets no SMS until a human has spoken with the person; who was to be
    called on the old one is called on the new, and a person we know already is asked on the old one."""
    row = _locked(visit, at)
    client, old = row.client, row.client.phone
    if phone == old:
        return
    clients.change_client(client, by=by, at=at, phone=phone, reach_by=_possible(client.reach_by, phone))
    if row.held_because:
        return
    if row.agreed_at is None:
        drop_call_tasks(about=row, kinds=["senior_confirm"], by=by, at=at)
        until = notices.until_words(row.answer_by, client.language)
        notices.tell_client(
            row, "senior_confirm", by=by, at=at, channels=("call",), occasion=f"{at:%Y%m%d%H%M%S}", **until
        )
    elif old:
        _call(row, "senior_new_number", phone=old, at=at, new_phone=grouped_phone(phone) if phone else _("keine"))


@transaction.atomic
def change_ways(visit: HomeVisit, *, reach_by: Sequence[str], by: User | None, at: datetime) -> None:
    """Another way to answer, the first one first; what does not fit the number is left out, a letter always fits."""
    row = _locked(visit, at)
    ways = _possible(reach_by, row.client.phone)
    if ways != list(row.client.reach_by):
        clients.change_client(row.client, by=by, at=at, reach_by=ways)


def _locked(visit: HomeVisit, at: datetime) -> HomeVisit:
    """The visit, which waits for this change; refuses one that people can no longer call off themselves."""
    row = HomeVisit.objects.select_related("client__address").select_for_update(of=("self",)).get(pk=visit.pk)
    if not can_call_off(row, at=at):
        raise TooLateToChange
    return row


def _possible(reach_by: Sequence[str], phone: str) -> list[str]:
    gone = set() if phone else {ReachBy.CALL, ReachBy.SMS}
    gone |= set() if phone and is_mobile(phone) else {ReachBy.SMS}
    return [way for way in reach_by if way not in gone] or [ReachBy.LETTER]


def _ask(visit: HomeVisit, wish: str, *, at: datetime) -> None:
    with override("de"):
        words = notices.words_of(visit)
    when = {"date_long": words["date_long"], "time": words["time"]}
    _call(visit, "senior_change_wish", phone=visit.client.phone or visit.caller_phone, at=at, wish=wish, **when)


def _call(visit: HomeVisit, kind: str, *, phone: str, at: datetime, **words: str) -> None:
    """One call task for one wish, before the date; the same wish again opens none."""
    soon = add_working_hours(at, CALL_HOURS)
    deadline = soon if visit.slot_starts_at is None else max(at + CALL_WITHIN, min(soon, visit.slot_starts_at))
    wish = sha256("|".join(words.values()).encode()).hexdigest()[:12]
    open_call_task(
        kind=kind,
        phone=phone,
        variables={"reference": references.grouped(visit.reference), **words},
        about=visit,
        deadline_at=deadline,
        key=f"visit:{visit.reference}:{kind}:{wish}",
        by=None,
        at=at,
        language=visit.client.language,
    )
