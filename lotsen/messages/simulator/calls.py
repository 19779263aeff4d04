"""Follows a call through the spoken document: says, waits for keys, records, queues, connects, hangs up."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from lotsen.messages.simulator.carrier import Answer, absolute, fallback_answer, new_sid, signed_post, webhook_url
from lotsen.messages.simulator.models import NetworkCall, NetworkRecording, Phone
from lotsen.messages.simulator.twiml import NotTwiml, Verb, parse

Waits = NetworkCall.Waits
MOST_DOCUMENTS = 20
IN_QUEUE = frozenset({"Play", "Say", "Pause", "Gather", "Hangup", "Redirect", "Leave"})
"""All that a document may do for somebody who waits in a queue."""


def dial_in(phone: Phone, *, at: datetime) -> NetworkCall:
    """The person calls our number."""
    call = NetworkCall.objects.create(
        sid=new_sid("CA"),
        phone=phone,
        is_ours=False,
        status="ringing",
        url=webhook_url("anruf"),
        status_callback=webhook_url("anruf/ende"),
        created_at=at,
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
    """The person answers: our call, or one that another call dials."""
    call.refresh_from_db()
    report(call, "in-progress")
    if call.dialled_by is None:
        fetch(call, call.url, {})
    else:
        _talk(call.dialled_by, call)


def press(call: NetworkCall, digits: str) -> None:
    """Keys, or none: the document goes on where it waits."""
    call.refresh_from_db()
    verb = parse(call.document)[call.position]
    _note(call, _("[Taste {keys}]").format(keys=digits) if digits else _("[keine Taste]"))
    if digits or verb.attributes.get("actionOnEmptyResult") == "true":
        fetch(call, absolute(call, verb.attributes.get("action", "")), {"Digits": digits})
    else:
        follow(call, start=call.position + 1, documents=0)


def speak(call: NetworkCall, seconds: int) -> None:
    """The person has spoken into a recording, or kept silent for 0 seconds."""
    verb = parse(call.document)[call.position]
    _note(call, _("[spricht {seconds} Sekunden]").format(seconds=seconds))
    kept = NetworkRecording.objects.create(
        sid=new_sid("RE"), call=call, seconds=seconds, audio=b"ID3" + b"a" * seconds, created_at=timezone.now()
    )
    fields = {
        "RecordingSid": kept.sid,
        "RecordingDuration": str(seconds),
        "RecordingUrl": f"{settings.TWILIO_BASE_URL}/2010-04-01/Recordings/{kept.sid}",
    }
    if callback := verb.attributes.get("recordingStatusCallback"):
        event = {"AccountSid": settings.TWILIO_ACCOUNT_SID, "CallSid": call.sid, "RecordingStatus": "completed"}
        signed_post(absolute(call, callback), {**event, **fields})
    fetch(call, absolute(call, verb.attributes.get("action", "")), fields)


def hang_up(call: NetworkCall) -> None:
    """The person hangs up, or never picked up."""
    call.refresh_from_db()
    finish(call, "no-answer" if call.waits_for == Waits.PICK_UP else "completed")


def finish(call: NetworkCall, status: str) -> None:
    """The line is dead: whoever talked with it, dialled it or kept it in a queue learns so."""
    if call.waits_for == Waits.NOTHING:
        return
    queue, call.queue, other = call.queue, "", call.talks_with
    call.waits_for, call.talks_with = Waits.NOTHING, None
    call.save()
    if queue:
        signed_post(call.after_url, {**_fields(call), "CallStatus": "completed", **_queue_fields(call, "hangup")})
    report(call, status)
    if other is not None:
        _end_talk(other, call)
    if call.dialled_by is not None and other is None:
        _after_dial(call.dialled_by, status, 0)
    for leg in call.legs.filter(waits_for=Waits.PICK_UP):
        finish(leg, "canceled")


def report(call: NetworkCall, status: str) -> None:
    """Note a step and tell our side."""
    call.status = status
    call.events += 1
    call.save()
    is_last = status not in {"initiated", "ringing", "in-progress"}
    if call.status_callback and (call.is_ours or is_last):
        signed_post(call.status_callback, {**_fields(call), "SequenceNumber": str(call.events)})


def fetch(call: NetworkCall, url: str, fields: dict[str, str], *, documents: int = 0) -> None:
    """Ask our side what comes next and follow it. Where no document comes, the fallback speaks, as in the real
    network; where there is none either, the call ends."""
    answer = signed_post(url, {**_fields(call), **fields})
    call.document_url = url
    if not _is_document(answer) and not call.is_ours:
        answer = fallback_answer()
    call.document = answer.text
    if not _is_document(answer) or documents > MOST_DOCUMENTS:
        _note(call, _("[Störung: Die Ansage ist nicht da.]"))
        finish(call, "failed")
        return
    follow(call, start=0, documents=documents + 1)


def _is_document(answer: Answer) -> bool:
    try:
        parse(answer.text)
    except NotTwiml:
        return False
    return answer.status == 200


def follow(call: NetworkCall, *, start: int, documents: int) -> None:
    """Go through the document until something has to be waited for."""
    for position, verb in enumerate(parse(call.document)[start:], start=start):
        if call.queue and verb.name not in IN_QUEUE:
            _note(call, _("[Störung: In der Warteschlange geht das nicht.]"))
            finish(call, "failed")
            return
        for sentence in verb.spoken():
            _note(call, sentence)
        if _stops_at(call, verb, position, documents):
            return
    if call.queue:
        call.waits_for = Waits.PERSON
        call.save()
        return
    finish(call, "completed")


def _stops_at(call: NetworkCall, verb: Verb, position: int, documents: int) -> bool:
    call.position = position
    if verb.name in {"Gather", "Record"}:
        call.waits_for = Waits.KEYS if verb.name == "Gather" else Waits.RECORDING
        call.save()
    elif verb.name == "Enqueue":
        _enqueue(call, verb)
    elif verb.name == "Leave":
        call.queue = ""
        fetch(call, call.after_url, _queue_fields(call, "leave"), documents=documents)
    elif verb.name == "Dial":
        _dial(call, verb)
    elif verb.name == "Redirect":
        fetch(call, absolute(call, verb.text), {}, documents=documents)
    elif verb.name in {"Hangup", "Reject"}:
        finish(call, "completed")
    else:
        return False
    return True


# --- queue and talk --------------------------------------------------------------------------------


def _enqueue(call: NetworkCall, verb: Verb) -> None:
    call.queue, call.queued_at, call.waits_for = verb.text, timezone.now(), Waits.PERSON
    call.after_url = absolute(call, verb.attributes.get("action", ""))
    call.wait_url = absolute(call, verb.attributes["waitUrl"]) if "waitUrl" in verb.attributes else ""
    call.save()
    if call.wait_url:
        fetch(call, call.wait_url, _queue_fields(call))


def _queue_fields(call: NetworkCall, result: str = "") -> dict[str, str]:
    now = timezone.now()
    waited = int((now - (call.queued_at or now)).total_seconds())
    inside = NetworkCall.objects.filter(queue=call.queue or "?", queued_at__lte=call.queued_at or now).count()
    fields = {"QueueSid": "QU" + "0" * 32, "QueueTime": str(waited), "QueuePosition": str(max(1, inside))}
    return fields | ({"QueueResult": result} if result else {})


def _dial(call: NetworkCall, verb: Verb) -> None:
    """Connect to the first of a queue, or ring a number."""
    call.after_url, call.waits_for = absolute(call, verb.attributes.get("action", "")), Waits.PERSON
    call.save()
    queues = [inner for inner in verb.inside if inner.name == "Queue"]
    if queues:
        first = NetworkCall.objects.filter(queue=queues[0].text).order_by("queued_at", "pk").first()
        if first is None:
            _after_dial(call, "no-answer", 0)
            return
        _take_from_queue(first, call, queues[0])
        return
    number = verb.text or "".join(inner.text for inner in verb.inside if inner.name == "Number")
    _note(call, _("[wählt {number}]").format(number=number))
    NetworkCall.objects.create(
        sid=new_sid("CA"),
        phone=Phone.objects.get_or_create(number=number)[0],
        is_ours=True,
        status="ringing",
        dialled_by=call,
        created_at=timezone.now(),
    )


def _take_from_queue(first: NetworkCall, agent: NetworkCall, verb: Verb) -> None:
    if "url" in verb.attributes:
        fields = {**_fields(first), **_queue_fields(first), "DequeingCallSid": agent.sid}
        answer = signed_post(absolute(agent, verb.attributes["url"]), fields)
        for one in parse(answer.text) if _is_document(answer) else []:
            for sentence in one.spoken():
                _note(first, sentence)
    _talk(first, agent)


def _talk(one: NetworkCall, other: NetworkCall) -> None:
    now = timezone.now()
    for call, partner in ((one, other), (other, one)):
        call.waits_for, call.talks_with, call.talks_since = Waits.TALK, partner, now
        _note(call, _("[Gespräch]"))
        call.save()


def _end_talk(call: NetworkCall, gone: NetworkCall) -> None:
    """The other side hung up: the one who was in the queue or had dialled hears what comes after."""
    call.refresh_from_db()
    seconds = int((timezone.now() - (call.talks_since or timezone.now())).total_seconds())
    call.talks_with = None
    if call.queue:
        call.queue = ""
        fetch(call, call.after_url, _queue_fields(call, "bridged"))
    elif gone.dialled_by_id == call.pk or (call.after_url and call.dialled_by_id is None):
        _after_dial(call, "completed", seconds)
    else:
        finish(call, "completed")


def _after_dial(call: NetworkCall, status: str, seconds: int) -> None:
    call.refresh_from_db()
    if call.waits_for == Waits.NOTHING:
        return
    if not call.after_url:
        follow(call, start=call.position + 1, documents=0)
        return
    fetch(call, call.after_url, {"DialCallStatus": status, "DialCallDuration": str(seconds)})


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
