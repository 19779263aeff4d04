"""SMS through Twilio. Our number of the message stands in the signed callback address: a callback proves the send."""

from datetime import timedelta

import requests
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from lotsen.kernel.phones import is_for_films
from lotsen.messages.channels.base import ChannelError, Sent
from lotsen.messages.channels.twilio_client import translate
from lotsen.messages.models import Message
from lotsen.messages.numbers import takes_sms
from lotsen.messages.wording.gsm7 import fits_one_segment

CLOCKS_DIFFER_BY = timedelta(minutes=5)


class SmsChannel:
    """One segment of GSM-7 to a German mobile, or a permanent ChannelError; nothing is cut or replaced."""

    provider = "twilio"
    gives_receipts = True

    def __init__(self, *, client: Client, sender: str, public_base_url: str, is_real: bool) -> None:
        self.client = client
        self.is_real = is_real
        self.sender = sender
        self.public_base_url = public_base_url

    def send(self, message: Message) -> Sent:
        """Hand one SMS to the network."""
        if not takes_sms(message.to, own=frozenset({self.sender})):
            raise ChannelError("not_mobile", permanent=True)
        if self.is_real and is_for_films(message.to):
            raise ChannelError("film_number", permanent=True)
        if not fits_one_segment(message.text):
            raise ChannelError("too_long", permanent=True)
        try:
            made = self.client.messages.create(
                to=message.to,
                from_=self.sender,
                body=message.text,
                status_callback=f"{self.public_base_url}/api/telefon/status/{message.pk}",
            )
        except (TwilioException, requests.exceptions.RequestException) as error:
            translate(error)
        return Sent(made.sid)

    def find(self, message: Message) -> Sent | None:
        """The SMS to this number with exactly this text since the claim; number and time make texts differ."""
        since = message.claimed_at - CLOCKS_DIFFER_BY
        try:
            seen = self.client.messages.list(to=message.to, from_=self.sender, date_sent_after=since, limit=200)
        except (TwilioException, requests.exceptions.RequestException) as error:
            translate(error)
        for one in seen:
            if one.body == message.text:
                return Sent(one.sid)
        return None
