"""The carrier: carries SMS and calls, and tells our own web address about them by signed posts, as Twilio does."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

import requests
from django.conf import settings
from django.utils import timezone
from twilio.request_validator import RequestValidator

from lotsen.messages.simulator.models import NetworkCall, NetworkSms, Phone
from lotsen.messages.simulator.twiml import NotTwiml, parse

TIMEOUT_SECONDS = 15
SWITCHED_OFF = 30003


@dataclass(frozen=True)
class Answer:
    """What a webhook answered; `status` 0 if nobody was there."""

    status: int
    text: str


def new_sid(prefix: str) -> str:
    """A number of the network: "SM" or "CA" and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def phone_of(number: str) -> Phone:
    """The phone with this number; the network knows every number that is used."""
    return Phone.objects.get_or_create(number=number)[0]


def signed_post(url: str, fields: Mapping[str, str]) -> Answer:
    """One webhook, signed with the account's token."""
    signature = RequestValidator(settings.TWILIO_AUTH_TOKENS[0]).compute_signature(url, dict(fields))
    try:
        answer = requests.post(
            url, data=dict(fields), headers={"X-Twilio-Signature": signature}, timeout=TIMEOUT_SECONDS
        )
    except requests.RequestException:
        return Answer(0, "")
    return Answer(answer.status_code, answer.content.decode("utf-8", "replace"))


def fallback_answer() -> Answer:
    """What the network fetches where our webhook is down: a file of the web server (the fallback address)."""
    try:
        answer = requests.get(settings.TWILIO_FALLBACK_URL, timeout=TIMEOUT_SECONDS)
    except requests.RequestException:
        return Answer(0, "")
    return Answer(answer.status_code, answer.content.decode("utf-8", "replace"))


def webhook_url(path: str) -> str:
    """The configured public address of one of our webhooks."""
    return f"{settings.PUBLIC_BASE_URL}/api/telefon/{path}"


def accept_sms(*, to: str, body: str, status_callback: str, at: datetime) -> NetworkSms:
    """Take an SMS from our side; `carry_sms` brings it to the phone."""
    return NetworkSms.objects.create(
        sid=new_sid("SM"),
        phone=phone_of(to),
        is_ours=True,
        body=body,
        status="queued",
        status_callback=status_callback,
        created_at=at,
    )


def carry_sms(sms: NetworkSms) -> None:
    """Bring an SMS to its phone and report each step: sent, then delivered or undelivered."""
    arrived = sms.phone.is_on
    for status in ("sent", "delivered" if arrived else "undelivered"):
        sms.status = status
        sms.error_code = SWITCHED_OFF if status == "undelivered" else None
        sms.save(update_fields=["status", "error_code"])
        if sms.status_callback:
            signed_post(sms.status_callback, _sms_status_fields(sms))


def _sms_status_fields(sms: NetworkSms) -> dict[str, str]:
    fields = {
        "AccountSid": settings.TWILIO_ACCOUNT_SID,
        "MessageSid": sms.sid,
        "SmsSid": sms.sid,
        "MessageStatus": sms.status,
        "SmsStatus": sms.status,
        "From": settings.TWILIO_NUMBER,
        "To": sms.phone.number,
        "ApiVersion": "2010-04-01",
    }
    return fields | ({"ErrorCode": str(sms.error_code)} if sms.error_code else {})


def write_sms(phone: Phone, body: str, *, at: datetime) -> Answer:
    """The person writes to our number; what the webhook answers comes back as SMS."""
    sms = NetworkSms.objects.create(
        sid=new_sid("SM"), phone=phone, is_ours=False, body=body, status="received", created_at=at
    )
    fields = {
        "AccountSid": settings.TWILIO_ACCOUNT_SID,
        "MessageSid": sms.sid,
        "SmsSid": sms.sid,
        "From": phone.number,
        "To": settings.TWILIO_NUMBER,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "ApiVersion": "2010-04-01",
    }
    answer = signed_post(webhook_url("sms"), fields)
    for text in _texts_in(answer):
        carry_sms(accept_sms(to=phone.number, body=text, status_callback="", at=timezone.now()))
    return answer


def _texts_in(answer: Answer) -> list[str]:
    if answer.status != 200 or not answer.text.strip():
        return []
    try:
        verbs = parse(answer.text)
    except NotTwiml:
        return []
    return [verb.text or "".join(body.text for body in verb.inside) for verb in verbs if verb.name == "Message"]


def accept_call(*, to: str, url: str, status_callback: str, at: datetime) -> NetworkCall:
    """Our side calls a phone: it rings."""
    return NetworkCall.objects.create(
        sid=new_sid("CA"),
        phone=phone_of(to),
        is_ours=True,
        status="queued",
        url=url,
        status_callback=status_callback,
        created_at=at,
    )


def absolute(call: NetworkCall, address: str) -> str:
    """An address from a document, seen from that document."""
    return urljoin(call.document_url or call.url, address)
