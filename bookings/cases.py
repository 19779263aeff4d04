"""What the desk writes into a case: notes of calls, changed data, consents taken back, the letter about who looked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings import clients
from bookings.models import CaseNote, Client, Consent, HomeVisit
from bookings.notices import URGENT, URGENT_ANSWER, WORKING_DAY_HOURS, contact_points, postal_block, words_of
from bookings.queries.timeline import reads_in_words
from bookings.states import CLOSED
from lotsen.kernel import references
from lotsen.kernel.calendar import add_working_hours, local_date, long_date, spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.messages.call_tasks import open_call_task
from lotsen.messages.models import CallTask, Message
from lotsen.messages.readdressing import readdress
from lotsen.messages.telling import tell
from lotsen.people.models import User
from lotsen.places.addresses import TypedAddress, address_for
from lotsen.places.models import Address
from volunteers.models import Topic

LETTER_WITHIN_HOURS = 40
"""Working hours until a letter that somebody asked for on the phone is with them: a week."""
PERSON = (
    "salutation",
    "name",
    "phone",
    "email",
    "reach_by",
    "language",
    "large_print",
    "speaks",
    "needs",
    "wish",
    "contact_name",
    "contact_relation",
    "contact_phone",
)
REQUEST = ("caller", "caller_name", "caller_phone", "goal", "note")
Values = dict[str, Any]


class NothingSaid(Refused):
    """A note without words."""


class ConsentMissing(Refused):
    """What to keep in mind is written down only if the person has agreed."""


class Overtaken(Refused):
    """Somebody else has changed the same case meanwhile. `fields` names what."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(_("Jemand anderes hat inzwischen etwas geändert. Es ist noch nichts gespeichert."))
        self.fields = tuple(fields)


def note_call(visit: HomeVisit, *, kind: str, text: str, by: User, at: datetime) -> CaseNote:
    """Write down in one line what was said. `kind` is a call in, a call out or a note; nothing said is refused."""
    if not text.strip():
        raise NothingSaid(_("Bitte schreiben Sie in einem Satz, was gesagt wurde."))
    return CaseNote.objects.create(visit=visit, kind=kind, text=text.strip(), by=by, at=at)


# --- what can be changed ----------------------------------------------------------------------------


def values_of(visit: HomeVisit) -> Values:
    """What stands in a case, in the words in which it can be changed: lists in order, the address as three lines."""
    client, address = visit.client, visit.client.address
    line = f"{address.street} {address.house_number}".strip() if address else ""
    values = {name: getattr(client, name) for name in PERSON} | {name: getattr(visit, name) for name in REQUEST}
    return values | {
        "speaks": ", ".join(client.speaks),
        "reach_by": sorted(client.reach_by),
        "needs": sorted(client.needs),
        "address": [line, address.postal_code if address else "", address.extra if address else ""],
        "topics": sorted(visit.topics.values_list("key", flat=True)),
        "times": visit.times_words or visit.times,
    }


def stamps(values: Mapping[str, Any]) -> dict[str, str]:
    """A mark for each value, by which a page can tell later whether it still stands."""
    return {
        name: salted_hmac("bookings.cases", f"{name}={json.dumps(value)}").hexdigest()[:12]
        for name, value in values.items()
    }


@transaction.atomic
def change_case(
    visit: HomeVisit,
    *,
    values: Values,
    hours: str,
    seen: Mapping[str, str],
    has_consent: bool,
    by: User,
    at: datetime,
) -> tuple[str, ...]:
    """Change the person and the request; returns the names of what changed. Each change leaves a line without values.

    `values` in the words of `values_of`, `hours` the wished times as opening hours, `seen` the stamps of what the agent
    had on screen: `Overtaken` if any of it has changed since. `has_consent`: the person agreed just now that needs are
    kept; without any consent `ConsentMissing`. A new number is unconfirmed, messages that wait follow it, and where a
    guide is to come to another address a human tells them.
    """
    row = HomeVisit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    row.client = Client.objects.select_for_update(of=("self",)).select_related("address").get(pk=row.client_id)
    before = values_of(row)
    if overtaken := [name for name, stamp in stamps(before).items() if seen.get(name) != stamp]:
        raise Overtaken(overtaken)
    changed = {name: value for name, value in values.items() if before[name] != value}
    _needs_consent(row.client, changed, has_consent=has_consent, by=by, at=at)
    _change_person(row, changed, by=by, at=at)
    if row.state not in CLOSED:
        _change_request(row, changed, hours, by=by, at=at)
    return tuple(changed)


def _needs_consent(client: Client, changed: Values, *, has_consent: bool, by: User, at: datetime) -> None:
    if (changed.get("contact_name") or changed.get("contact_phone")) and not is_given(client, "contact"):
        if not has_consent:
            raise ConsentMissing(_("Den Notfallkontakt schreiben wir nur auf, wenn die Person es erlaubt."))
        clients.record_consents(client, answers={"contact": True}, channel="phone", by=by, at=at)
    if not changed.get("needs") or is_given(client, "needs"):
        return
    if not has_consent:
        raise ConsentMissing(_("„Bitte beachten“ schreiben wir nur auf, wenn die Person es erlaubt. Bitte fragen Sie."))
    clients.record_consents(client, answers={"needs": True}, channel="phone", by=by, at=at)


def _change_person(visit: HomeVisit, changed: Values, *, by: User, at: datetime) -> None:
    client, old = visit.client, visit.client.address
    fields = {name: changed[name] for name in PERSON if name in changed}
    if "speaks" in fields:
        fields["speaks"] = [one.strip() for one in fields["speaks"].split(",") if one.strip()]
    before = _contacts(client)
    if "address" in changed:
        fields["address"] = _address(*changed["address"])
    if not fields:
        return
    clients.change_client(client, by=by, at=at, **fields)
    moved = {old: new for old, new in zip(before, _contacts(client), strict=True) if old and old != new}
    readdress(client.visits.all(), moved=moved, at=at)
    if "address" in changed:
        _drop_if_unused(old)
        _tell_guides(client, by=by, at=at)


def _contacts(client: Client) -> tuple[str, str, str]:
    return client.phone, client.email, postal_block(client)


def _address(line: str, postal_code: str, extra: str) -> Address | None:
    if not line and not postal_code:
        return None
    address = address_for(TypedAddress(street=line, postal_code=postal_code, extra=extra, city="Dresden"))
    address.save()
    return address


def _drop_if_unused(address: Address | None) -> None:
    """Where somebody used to live is kept no longer; where others still live it stays."""
    if address is None:
        return
    try:
        with transaction.atomic():
            address.delete()
    except ProtectedError:
        return


def _tell_guides(client: Client, *, by: User, at: datetime) -> None:
    """A human tells each guide who is to come that the door is another one: it stands on their page, not in an SMS.
    Where the mobile team comes on a tour, somebody must also look whether the tour can still be driven."""
    coming = client.visits.filter(state=HomeVisit.State.ASSIGNED, slot_ends_at__gt=at).select_related("guide")
    for visit in coming:
        assert visit.guide is not None
        _call_about_address(visit, "v_address_changed", visit.guide.phone, visit.guide.language, by=by, at=at)
        if visit.request_stop_id is not None:
            _call_about_address(visit, "k_tour_address", "", "de", by=by, at=at)


def _call_about_address(visit: HomeVisit, kind: str, phone: str, language: str, *, by: User, at: datetime) -> None:
    """Less than a day ahead within a quarter of an hour, else within a working day and before the date."""
    assert visit.slot_starts_at is not None
    is_urgent = visit.slot_starts_at - at < URGENT
    latest = at + URGENT_ANSWER if is_urgent else min(add_working_hours(at, WORKING_DAY_HOURS), visit.slot_starts_at)
    open_call_task(
        kind=kind,
        phone=phone,
        variables={
            "visitor_name": visit.guide.name if visit.guide else "",
            "date_long": long_date(local_date(visit.slot_starts_at)),
            "time": spoken_clock(visit.slot_starts_at),
            "reference": references.grouped(visit.reference),
        },
        about=visit,
        deadline_at=latest,
        key=f"visit:{visit.reference}:{kind}:{at:%Y%m%d%H%M%S%f}",
        by=by,
        at=at,
        language=language,
    )


def _change_request(visit: HomeVisit, changed: Values, hours: str, *, by: User, at: datetime) -> None:
    fields = {name: changed[name] for name in REQUEST if name in changed}
    if "times" in changed:
        fields |= {"times": hours, "times_words": changed["times"]}
    if "topics" in changed:
        topics = list(Topic.objects.filter(key__in=changed["topics"]))
        visit.topics.set(topics)
        if visit.slot_starts_at is None:  # a date that is fixed keeps its length
            fields["minutes"] = max((topic.minutes for topic in topics), default=visit.minutes)
    if fields:
        HomeVisit.objects.filter(pk=visit.pk).update(**fields)
    names = [name for name in (*REQUEST, "topics", "times") if name in changed]
    record_changes(visit, fields=names, by=by, at=at)


# --- consents ---------------------------------------------------------------------------------------


def is_given(client: Client, purpose: str) -> bool:
    """Whether the person's latest answer to this question was yes."""
    latest = client.consents.filter(purpose=purpose).order_by("at", "pk").last()
    return latest is not None and latest.given


@transaction.atomic
def withdraw_consent(visit: HomeVisit, *, purpose: str, by: User, at: datetime) -> Consent:
    """Take a yes back, as easily as it was given: from this moment on nothing uses it. The appointment stays.

    Needs are emptied, so that no offer, page, ranking or paper can show them; a contact's name and number are emptied
    in every request that is still open.
    """
    client = Client.objects.select_for_update(of=("self",)).get(pk=visit.client_id)
    (consent,) = clients.record_consents(client, answers={purpose: False}, channel="phone", by=by, at=at)
    if purpose == "needs" and client.needs:
        clients.change_client(client, needs=[], by=by, at=at)
    if purpose == "contact":
        _forget_contact(client, by=by, at=at)
    return consent


def _forget_contact(client: Client, *, by: User, at: datetime) -> None:
    named = client.visits.exclude(state__in=CLOSED).exclude(caller_name="", caller_phone="")
    for visit in named.select_for_update():
        about = {"about_type": visit._meta.label_lower, "about_id": str(visit.pk), "finished_at": None}
        if visit.caller_phone:
            CallTask.objects.filter(**about, phone=visit.caller_phone).update(phone=client.phone)
        HomeVisit.objects.filter(pk=visit.pk).update(caller_name="", caller_phone="")
        record_changes(visit, fields=["caller_name", "caller_phone"], by=by, at=at)


# --- who looked -------------------------------------------------------------------------------------


def letter_day(at: datetime) -> date:
    """Until when a letter that somebody asks for now is with them."""
    return local_date(add_working_hours(at, LETTER_WITHIN_HOURS))


@transaction.atomic
def ask_who_looked(visit: HomeVisit, *, by: User, at: datetime) -> Message | CallTask:
    """Write to the person who has seen their data, when and why: roles, not names (EuGH C-579/21). Asked again on the
    same day it is one letter. Without a postal address a human reads it out."""
    client = visit.client
    with override(client.language):
        looked = "\n".join(reads_in_words(client)) or _("Bisher hat niemand Ihre Daten angesehen.")
        words = words_of(visit, looked=looked)
    points = contact_points(client)
    return tell(
        points=[point for point in points if point.channel in ("letter", "call")],
        kind="who_looked",
        language=client.language,
        variables=words,
        about=visit,
        key=f"visit:{visit.reference}:who_looked:{local_date(at)}",
        by=by,
        at=at,
    )
