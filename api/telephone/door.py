"""The door of every webhook: only genuine calls come in, and what goes out is TwiML."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from twilio.twiml import TwiML

from lotsen.messages.house import webhook_gate
from lotsen.messages.models import PhoneCall
from lotsen.messages.signatures import WebhookCall, WebhookRefused, checked_webhook
from lotsen.messages.telephone import living_call

View = Callable[..., HttpResponse]


def webhook(view: View) -> View:
    """Let only the telephone network in; everybody else reads 403, always the same. No cookie, no session, no CSRF."""
    return _guarded(view, takes_recordings=False)


def recording_webhook(view: View) -> View:
    """The same for the event of a finished recording, which is taken at no other address."""
    return _guarded(view, takes_recordings=True)


def _guarded(view: View, *, takes_recordings: bool) -> View:
    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **of_url: Any) -> HttpResponse:
        try:
            call = checked_webhook(request, gate=webhook_gate())
            if bool(call["RecordingStatus"]) != takes_recordings:
                raise WebhookRefused
        except WebhookRefused as refused:
            return HttpResponse(refused.sentence, status=403, content_type="text/plain; charset=utf-8")
        return view(Step(call, request.GET.dict()), **of_url)

    guarded.is_webhook = True  # type: ignore[attr-defined]
    return guarded


class Step:
    """One checked call, and where the menu stands: our own signed query. `step["Digits"]` is a field, "" if absent."""

    def __init__(self, call: WebhookCall, query: dict[str, str]) -> None:
        self.call = call
        self.query = query

    def __getitem__(self, name: str) -> str:
        return self.call[name]

    @property
    def sid(self) -> str:
        """The network's number of this SMS or call."""
        return self.call.sid

    @property
    def language(self) -> str:
        """Of this call."""
        return "en" if self.query.get("sprache") == "en" else "de"

    @property
    def caller(self) -> str:
        """The other side's number as the network shows it, whoever called whom."""
        return self["To"] if self["Direction"].startswith("outbound") else self["From"]

    @property
    def waits(self) -> bool:
        """Whether the person is in the queue at this moment; a document there may only speak, ask and hang up."""
        return self.query.get("wartet") == "1"

    @property
    def is_over(self) -> bool:
        """Whether the network says that this call has ended."""
        return self["CallStatus"] in {"completed", "busy", "failed", "no-answer", "canceled"}

    def phone_call(self, at: datetime) -> PhoneCall | None:
        """The call that this step belongs to; None for the replay of one that is over."""
        return living_call(self.sid, phone=self.caller, language=self.language, at=at)

    def number(self, name: str) -> int:
        """A small number of the query, 0 where it is none."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0


def twiml(document: TwiML) -> HttpResponse:
    """The answer that the network follows."""
    return HttpResponse(str(document), content_type="text/xml; charset=utf-8")
