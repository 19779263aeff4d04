"""The gate in front of every webhook. A valid signature is only one of its locks.

The signature has no time in it and joins names and values without a separator, so field lists are checked first:
only known names, each once, each a plain short string. Replays are the business of `receipts.receive_once`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.request import RawPostDataException
from django.utils.translation import gettext_lazy as _
from twilio.request_validator import RequestValidator

from lotsen.kernel.errors import Refused

LONGEST_BODY = 32_768
MOST_FIELDS = 80
LONGEST_VALUE = 4_096
_NAME = re.compile(r"[A-Z][A-Za-z0-9]{1,40}")
_SID = re.compile(r"(SM|MM|CA)[0-9a-f]{32}")
_RECORDING = re.compile(r"RE[0-9a-f]{32}")
_CUT_NAME = re.compile(
    r"(?:Digits|Body|Direction|CallStatus|MessageStatus|SequenceNumber|QueueResult|DialCallStatus|DialCallDuration"
    r"|RecordingSid|RecordingStatus|RecordingDuration)[A-Za-z0-9]+|(?:From|To)(?!City|State|Zip|Country)[A-Za-z0-9]+"
)
"""A name of ours with the beginning of its value: "Digits1" instead of "Digits" and "1"."""
_NUMBER = re.compile(r"\+?[0-9]{1,20}|[A-Za-z0-9 ._-]{0,20}|(?:sip|client):[^\s]{1,80}")
_KEYS = re.compile(r"[0-9A-D*#]{0,200}|hangup")
_CALL_STATUS = frozenset(
    {
        "queued",
        "initiated",
        "ringing",
        "in-progress",
        "answered",
        "completed",
        "busy",
        "failed",
        "no-answer",
        "canceled",
    }
)
_DIRECTIONS = frozenset({"inbound", "outbound-api", "outbound-dial"})
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{27}=")


class WebhookRefused(Refused):
    """Not from our telephone network. The answer is 403, always the same."""

    sentence = _("Diese Anfrage nehmen wir nicht an.")


@dataclass(frozen=True)
class Gate:
    """What a genuine call must match. Two tokens are valid while they are being changed."""

    base_url: str
    account_sid: str
    tokens: Sequence[str]
    number: str


@dataclass(frozen=True)
class WebhookCall:
    """A checked call: `sid` of the SMS or call, and the fields, single-valued."""

    sid: str
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """The field, empty where it was not sent."""
        return self.fields.get(name, "")


def checked_webhook(request: HttpRequest, *, gate: Gate) -> WebhookCall:
    """The call if it is genuine, else WebhookRefused and nothing else, whatever was sent.

    Checked in this order: method and size, fields, account, numbers of the event, our own number, signature over the
    exact public address.
    """
    if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
        raise WebhookRefused
    fields = _single_fields(request)
    sid = fields.get("MessageSid") or fields.get("CallSid") or ""
    if fields.get("AccountSid") != gate.account_sid or not _SID.fullmatch(sid):
        raise WebhookRefused
    if not _is_ours(fields, gate.number) or not _is_shaped(fields):
        raise WebhookRefused
    if not _signed(request, fields, gate):
        raise WebhookRefused
    return WebhookCall(sid=sid, fields=fields)


def _single_fields(request: HttpRequest) -> dict[str, str]:
    try:
        if len(request.body) > LONGEST_BODY:
            raise WebhookRefused
        text = request.body.decode("utf-8")
        posted = QueryDict(text, mutable=False, encoding="utf-8")
    except (SuspiciousOperation, RawPostDataException, OSError, ValueError):
        raise WebhookRefused from None
    if not 0 < len(posted) <= MOST_FIELDS:
        raise WebhookRefused
    fields: dict[str, str] = {}
    for name, values in posted.lists():
        if len(values) != 1 or not _NAME.fullmatch(name) or _CUT_NAME.fullmatch(name) or not _is_plain(values[0]):
            raise WebhookRefused
        fields[name] = values[0]
    return fields


def _is_plain(value: str) -> bool:
    if len(value) > LONGEST_VALUE or "\x00" in value:
        return False
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def _is_ours(fields: Mapping[str, str], number: str) -> bool:
    """The event has all its fields, and our number stands on the side where it belongs.

    The event of a finished recording names no numbers: that it is our account's must do.
    """
    if "RecordingStatus" in fields:
        known = {"CallSid", "RecordingStatus", "RecordingSid"} <= fields.keys() and "MessageSid" not in fields
        return known and _RECORDING.fullmatch(fields["RecordingSid"]) is not None
    if "MessageStatus" in fields:
        needed, side = {"MessageSid", "To", "From"}, "From"
    elif "MessageSid" in fields:
        needed, side = {"From", "To", "Body"}, "To"
    else:
        needed = {"CallSid", "From", "To", "CallStatus", "Direction"}
        side = "To" if fields.get("Direction") == "inbound" else "From"
    return needed <= fields.keys() and fields[side] == number


def _is_shaped(fields: Mapping[str, str]) -> bool:
    """Each field that we read holds what it can hold. A captured post whose fields were cut anew, under the same
    signature ("in-progressDigits1"), does not."""
    return (
        all(_NUMBER.fullmatch(fields.get(name, "")) for name in ("From", "To"))
        and fields.get("CallStatus", "queued") in _CALL_STATUS
        and fields.get("Direction", "inbound") in _DIRECTIONS
        and _KEYS.fullmatch(fields.get("Digits", "")) is not None
    )


def _signed(request: HttpRequest, fields: Mapping[str, str], gate: Gate) -> bool:
    signature = request.headers.get("X-Twilio-Signature", "")
    address = request.get_full_path()
    if not _SIGNATURE.fullmatch(signature) or not address.isascii():
        return False
    url = gate.base_url.rstrip("/") + address
    return any(RequestValidator(token).validate(url, dict(fields), signature) for token in gate.tokens if token)
