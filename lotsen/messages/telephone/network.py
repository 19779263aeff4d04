"""What the telephone asks of its provider: ring an agent, hang up, hand over and erase a recording."""

from __future__ import annotations

import re
from typing import Protocol

import requests
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from lotsen.kernel.phones import is_for_films
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.channels.twilio_client import TIMEOUT_SECONDS, translate
from lotsen.messages.models import AgentRing
from lotsen.messages.numbers import may_be_dialled
from lotsen.messages.telephone.lines import RING_SECONDS

LARGEST_RECORDING = 4 * 1024 * 1024
RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
GONE = 404


class Network(Protocol):
    """A provider of telephone calls."""

    def ring(self, ring: AgentRing) -> str:
        """Ring the agent's telephone; returns the provider's number of the call. Raises ChannelError."""

    def hang_up(self, sid: str) -> None:
        """End a call of ours; one that is over already is no error."""

    def recording(self, sid: str) -> bytes | None:
        """The audio (MP3), None where the provider has none."""

    def erase(self, sid: str) -> bool:
        """Erase a recording; true when the provider says that it is gone (404)."""


class TwilioNetwork:
    """Calls by Twilio. Recordings are fetched by their number, never from an address that a webhook names."""

    def __init__(
        self, *, client: Client, sender: str, public_base_url: str, is_real: bool, api: str, account: str, token: str
    ) -> None:
        self.client = client
        self.sender = sender
        self.public_base_url = public_base_url
        self.is_real = is_real
        self.recordings = f"{(api or 'https://api.twilio.com').rstrip('/')}/2010-04-01/Accounts/{account}/Recordings"
        self.auth = (account, token)

    def ring(self, ring: AgentRing) -> str:
        """Ring the agent for a quarter of a minute."""
        number = ring.line.phone
        if not may_be_dialled(number, own=frozenset({self.sender})) or (self.is_real and is_for_films(number)):
            raise ChannelError("not_dialled", permanent=True)
        address = f"{self.public_base_url}/api/telefon/platz/{ring.pk}"
        try:
            made = self.client.calls.create(
                to=number,
                from_=self.sender,
                url=address,
                status_callback=f"{address}/ende",
                status_callback_event=["completed"],
                timeout=RING_SECONDS,
            )
        except (TwilioException, requests.exceptions.RequestException) as error:
            translate(error)
        return str(made.sid)

    def hang_up(self, sid: str) -> None:
        """End it, whatever it does at the moment."""
        try:
            self.client.calls(sid).update(status="completed")
        except (TwilioException, requests.exceptions.RequestException):
            return

    def recording(self, sid: str) -> bytes | None:
        """The audio; None where it is gone or too large to be a message of two minutes."""
        answer = self._ask("GET", f"{sid}.mp3")
        if answer.status_code == GONE or len(answer.content) > LARGEST_RECORDING:
            return None
        return answer.content

    def erase(self, sid: str) -> bool:
        """Delete, then look whether it is gone."""
        if self._ask("DELETE", f"{sid}.json").status_code == GONE:
            return True
        return self._ask("GET", f"{sid}.json").status_code == GONE

    def _ask(self, method: str, name: str) -> requests.Response:
        if not RECORDING_SID.match(name):
            raise ChannelError("no_recording", permanent=True)
        try:
            answer = requests.request(method, f"{self.recordings}/{name}", auth=self.auth, timeout=TIMEOUT_SECONDS)
        except requests.exceptions.RequestException:
            raise ChannelError("twilio_silent", permanent=False) from None
        if answer.status_code not in {200, 204, GONE}:
            raise ChannelError(f"twilio_{answer.status_code}", permanent=False)
        return answer
