"""A call that reads an announcement. What is said is asked of us by address, when the person has picked up."""

import requests
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from lotsen.kernel.phones import is_for_films
from lotsen.messages.channels.base import ChannelError, Sent
from lotsen.messages.channels.sms import CLOCKS_DIFFER_BY
from lotsen.messages.channels.twilio_client import translate
from lotsen.messages.models import Message
from lotsen.messages.numbers import may_be_dialled

CALLBACK_EVENTS = ["initiated", "ringing", "answered", "completed"]


class VoiceChannel:
    """Calls German landlines and mobiles only."""

    provider = "twilio"
    gives_receipts = True

    def __init__(self, *, client: Client, sender: str, public_base_url: str, is_real: bool) -> None:
        self.client = client
        self.is_real = is_real
        self.sender = sender
        self.public_base_url = public_base_url

    def send(self, message: Message) -> Sent:
        """Start one call."""
        if not may_be_dialled(message.to, own=frozenset({self.sender})):
            raise ChannelError("not_dialled", permanent=True)
        if self.is_real and is_for_films(message.to):
            raise ChannelError("film_number", permanent=True)
        try:
            made = self.client.calls.create(
                to=message.to,
                from_=self.sender,
                url=f"{self.public_base_url}/api/telefon/ansage/{message.pk}",
                status_callback=f"{self.public_base_url}/api/telefon/status/{message.pk}",
                status_callback_event=CALLBACK_EVENTS,
                timeout=40,
            )
        except (TwilioException, requests.exceptions.RequestException) as error:
            translate(error)
        return Sent(made.sid)

    def find(self, message: Message) -> Sent | None:
        """A call from us to this number since the claim."""
        since = message.claimed_at - CLOCKS_DIFFER_BY
        try:
            seen = self.client.calls.list(to=message.to, from_=self.sender, start_time_after=since, limit=20)
        except (TwilioException, requests.exceptions.RequestException) as error:
            translate(error)
        return Sent(seen[0].sid) if seen else None
