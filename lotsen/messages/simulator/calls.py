"""Follows a call through the spoken document: says, waits for keys, records, connects, hangs up."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from lotsen.messages.simulator.carrier import absolute, new_sid, signed_post, webhook_url
from lotsen.messages.simulator.models import NetworkCall, Phone
from lotsen.messages.simulator.twiml import NotTwiml, Verb, parse

Waits = NetworkCall.Waits
MOST_DOCUMENTS = 20


def dial_in(phone: Phone, *, at: datetime) -> NetworkCall:
    """The person calls our number."""
    call = NetworkCall.objects.create(
        sid=new_sid("CA"), phone=phone, is_ours=False, status="ringing", url=webhook_url("anruf"), created_at=at
    )
    call.status = "in-progress"
    fetch(call, call.url, {})
    return call


def ring(call: NetworkCall) -> None:
    """Report that it rings; a phone that is off fails at once."""
    report(call, "initiated")
    report(call, "ringing")
    if not call.phone.is_on:
        finish(call, "no-answer")


def pick_up(call: NetworkCall) -> None:
    """The person answers our call."""
    report(call, "in-progress")
    fetch(call, call.url, {})


def press(call: NetworkCall, digits: str) -> None:
    """Keys, or none: the document goes on where it waits."""
    verb = parse(call.document)[call.position]
    _note(call, _("[Taste {keys}]").format(keys=digits) if digits else _("[keine Taste]"))
    if digits or verb.attributes.get("actionOnEmptyResult") == "true":
        fetch(call, absolute(call, verb.attributes.get("action", "")), {"Digits": digits})
    else:
        follow(call, start=call.position + 1, documents=0)


def speak(call: NetworkCall, seconds: int) -> None:
    """The person has spoken into a recording."""
    verb = parse(call.document)[call.position]
    _note(call, _("[spricht {seconds} Sekunden]").format(seconds=seconds))
    recording = new_sid("RE")
    fields = {
        "RecordingSid": recording,
        "RecordingDuration": str(seconds),
        "RecordingUrl": f"{settings.PUBLIC_BASE_URL}/telefonnetz/aufnahme/{recording}",
    }
    fetch(call, absolute(call, verb.attributes.get("action", "")), fields)


def hang_up(call: NetworkCall) -> None:
    """The person hangs up, or never picked up."""
    finish(call, "no-answer" if call.waits_for == Waits.PICK_UP else "completed")


def finish(call: NetworkCall, status: str) -> None:
    """The line is dead."""
    call.waits_for = Waits.NOTHING
    report(call, status)


def report(call: NetworkCall, status: str) -> None:
    """Note a step and tell our side."""
    call.status = status
    call.events += 1
    call.save()
    if call.status_callback:
        signed_post(call.status_callback, {**_fields(call), "SequenceNumber": str(call.events)})


def fetch(call: NetworkCall, url: str, fields: dict[str, str], *, documents: int = 0) -> None:
    """Ask our side what comes next and follow it; whatever is no document ends the call, as in the real network."""
    answer = signed_post(url, {**_fields(call), **fields})
    call.document, call.document_url = answer.text, url
    try:
        if answer.status != 200 or documents > MOST_DOCUMENTS:
            raise NotTwiml(f"answer {answer.status}")
        parse(call.document)
    except NotTwiml:
        _note(call, _("[Störung: Die Ansage ist nicht da.]"))
        finish(call, "failed")
        return
    follow(call, start=0, documents=documents + 1)


def follow(call: NetworkCall, *, start: int, documents: int) -> None:
    """Go through the document until something has to be waited for."""
    for position, verb in enumerate(parse(call.document)[start:], start=start):
        for sentence in verb.spoken():
            _note(call, sentence)
        if _stops_at(call, verb, position, documents):
            return
    finish(call, "completed")


def _stops_at(call: NetworkCall, verb: Verb, position: int, documents: int) -> bool:
    if verb.name in {"Gather", "Record", "Enqueue", "Dial"}:
        call.position = position
        call.waits_for = {"Gather": Waits.KEYS, "Record": Waits.RECORDING}.get(verb.name, Waits.PERSON)
        if verb.name == "Enqueue" and "waitUrl" in verb.attributes:
            _hear_queue(call, absolute(call, verb.attributes["waitUrl"]))
        call.save()
        return True
    if verb.name == "Redirect":
        fetch(call, absolute(call, verb.text), {}, documents=documents)
        return True
    if verb.name in {"Hangup", "Reject"}:
        finish(call, "completed")
        return True
    return False


def _hear_queue(call: NetworkCall, url: str) -> None:
    answer = signed_post(url, {**_fields(call), "QueuePosition": "1", "QueueTime": "0", "CurrentQueueSize": "1"})
    try:
        spoken = [sentence for verb in parse(answer.text) for sentence in verb.spoken()]
    except NotTwiml:
        return
    for sentence in spoken:
        _note(call, sentence)


def _note(call: NetworkCall, sentence: str) -> None:
    call.heard = [*call.heard, sentence]


def _fields(call: NetworkCall) -> dict[str, str]:
    ours, theirs = settings.TWILIO_NUMBER, call.phone.number
    caller, called = (ours, theirs) if call.is_ours else (theirs, ours)
    return {
        "AccountSid": settings.TWILIO_ACCOUNT_SID,
        "CallSid": call.sid,
        "CallStatus": call.status,
        "Direction": "outbound-api" if call.is_ours else "inbound",
        "From": caller,
        "To": called,
        "Caller": caller,
        "Called": called,
        "ApiVersion": "2010-04-01",
    }
