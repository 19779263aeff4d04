"""The column beside the hotline's form: who may be known, which dates can be offered, what the van offers near by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from bookings.emergency import emergency_words
from bookings.forms.desk import IntakeForm
from bookings.forms.suggestions import offered, offered_places
from bookings.models import ReachBy
from bookings.nearby import stops_near
from bookings.proposals import suggest_for, team_places
from bookings.queries import expected_wait, likely_known, open_visits
from bookings.queries.volunteers import volunteers_with
from bookings.translate import need_from_words, point_of
from bookings.visits import promised_answer
from lotsen.kernel.journal import record_reads
from lotsen.kernel.phones import is_mobile
from lotsen.messages.telephone import caller_hint, ringing_for
from lotsen.people.models import User
from lotsen.places.addresses import address_for
from lotsen.places.models import Address
from lotsen.places.postal_codes import is_served

SPOKEN_FIELDS = ("goal", "note", "times", "speaks")
"""What the caller says in their own words: where words of danger are looked for."""


def beside(request: HttpRequest, form: IntakeForm, *, at: datetime) -> dict[str, Any]:
    """All that stands beside the form, worked out from what is typed so far (after `full_clean`)."""
    data = form.cleaned_data
    typed = form.typed_address()
    address = address_for(typed) if typed else None
    return {
        "form": form,
        "has_asked": True,
        "is_unconfirmed": not form.is_own_call({"caller": "self", "entrance": "phone"} | data),
        "is_coordinator": request.user.has_role("coordinator"),
        "alarm": alarm_words(request.POST),
        "chosen": data.get("vorschlag") or "",
        **_known(request, data, at),
        **_place(data, address),
        **_offers(data, address, at),
    }


def ringing(user: User, *, at: datetime, seen: str = "") -> dict[str, Any]:
    """Who is on this agent's line: the number that the network shows and, masked, whose it may be. A hint, no proof.
    A call that is shown already (`seen`) is not shown again, nor journalled twice."""
    call = ringing_for(user)
    if call is None or str(call.pk) == seen:
        return {"call": call, "is_seen": call is not None}
    number = caller_hint(call)
    people = likely_known(phone=number, name="") if number else []
    guides = volunteers_with(number) if number else []
    record_reads([*people, *guides], fields=["name"], why="caller hint", by=user, at=at)
    return {"call": call, "is_seen": False, "number": number, "people": people, "guides": guides}


def alarm_words(posted: Any) -> list[str]:
    """Words of danger in what the caller said, each once."""
    found = (word for name in SPOKEN_FIELDS for word in emergency_words(posted.get(name, "")[:1000]))
    return list(dict.fromkeys(found))


def _known(request: HttpRequest, data: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Masked: enough to compare with what the caller says."""
    person = data.get("known")
    found = (
        []
        if person
        else likely_known(phone=data.get("phone") or "", name=data.get("name") or "", others=data.get("others") or ())
    )
    shown = [*found, *([person] if person else [])]
    record_reads(shown, fields=["name", "phone", "street"], why="duplicate warning", by=request.user, at=at)
    waiting = open_visits(shown)
    rows = [{"person": one, "visit": waiting.get(one.pk), "is_number": one.phone == data.get("phone")} for one in found]
    return {"known": rows, "person": person, "person_visit": waiting.get(person.pk) if person else None}


def _place(data: dict[str, Any], address: Address | None) -> dict[str, Any]:
    """District, what is outside the city, and a landline that gets no SMS."""
    code, phone = data.get("postal_code") or "", data.get("phone") or ""
    wants_sms = ReachBy.SMS in (data.get("reach_by") or ())
    return {
        "district": address.district if address else None,
        "is_outside": bool(code) and not is_served(code),
        "is_landline": wants_sms and bool(phone) and not is_mobile(phone),
    }


def _offers(data: dict[str, Any], address: Address | None, at: datetime) -> dict[str, Any]:
    """Dates of volunteers, a place of the team, stops near by; and how long people wait where nobody can come."""
    topics, point = list(data.get("topics") or ()), point_of(address)
    if not topics or point is None or address is None:
        return {"missing": True, "stops": stops_near(point, at=at) if point else []}
    need = need_from_words(data, point=point, at=at, area=address.district_id)
    minutes = max(topic.minutes for topic in topics)
    found = suggest_for(need, minutes=minutes, at=at)
    dates = offered(found)
    places = offered_places(team_places(address, need, minutes=minutes, at=at), first=len(dates) + 1)
    return {
        "missing": False,
        "suggestions": [*dates, *places],
        "misfits": found.misfits,
        "people": found.people,
        "stops": stops_near(point, at=at),
        "wait": expected_wait(address.district_id, at=at) if not dates and not places else None,
        "promised": promised_answer(at),
    }
