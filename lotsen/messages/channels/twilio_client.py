"""Twilio's client with its base address as a setting, so that a test peer or another region can stand in."""

from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from lotsen.messages.channels.base import ChannelError

TIMEOUT_SECONDS = 10.0
_NUMBER_CANNOT = frozenset({21211, 21214, 21217, 21219, 21408, 21610, 21612, 21614, 21635})


class BaseUrlClient(TwilioHttpClient):
    """The library knows regions but no base address; it is changed here, on every request."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS, max_retries=None)
        self.base = base.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Send to the same path and query at the configured address."""
        parts = urlsplit(url)
        return super().request(
            method, self.base + parts.path + (f"?{parts.query}" if parts.query else ""), *args, **kwargs
        )


def twilio_client(*, account: str, token: str, base: str) -> Client:
    """A client of that account; an empty `base` means Twilio itself."""
    return Client(account, token, http_client=BaseUrlClient(base or "https://api.twilio.com"))


def translate(error: Exception) -> NoReturn:
    """A failure of the library as ChannelError; anything unforeseen passes through."""
    if isinstance(error, TwilioRestException):
        refused = error.code in _NUMBER_CANNOT or error.status in {400, 404, 422}
        untouched = refused or error.status in {401, 403, 429}
        raise ChannelError(f"twilio_{error.code or error.status}", permanent=refused, untouched=untouched) from None
    if isinstance(error, requests.exceptions.ConnectTimeout):
        raise ChannelError("twilio_unreachable", permanent=False, untouched=True) from None
    if isinstance(error, requests.exceptions.ConnectionError) and "NewConnectionError" in repr(error):
        raise ChannelError("twilio_unreachable", permanent=False, untouched=True) from None
    if isinstance(error, requests.exceptions.RequestException):
        raise ChannelError("twilio_silent", permanent=False, untouched=False) from None
    raise error
