"""The words of the house, and the post office as the settings furnish it. Read here and nowhere below."""

import functools
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from lotsen.kernel.calendar import MONTHS, MONTHS_ENGLISH, local_date
from lotsen.messages.channels.call import CallChannel
from lotsen.messages.channels.email import EmailChannel
from lotsen.messages.channels.letter import LetterChannel
from lotsen.messages.channels.sms import SmsChannel
from lotsen.messages.channels.twilio_client import twilio_client
from lotsen.messages.channels.voice import VoiceChannel
from lotsen.messages.sending import PostOffice
from lotsen.messages.signatures import Gate
from lotsen.spoken import grouped_phone


def house_words(language: str, at: datetime) -> dict[str, str]:
    """Hotline, hours, today's date and who signs, in this language."""
    day, english = local_date(at), language == "en"
    month = (MONTHS_ENGLISH if english else MONTHS)[day.month - 1]
    return {
        "hotline": grouped_phone(settings.HOTLINE_NUMBER),
        "hotline_hours": settings.HOTLINE_HOURS_SHORT_ENGLISH if english else settings.HOTLINE_HOURS_SHORT,
        "today_long": f"{day.day} {month} {day.year}" if english else f"{day.day}. {month} {day.year}",
        "owner_name": settings.LETTER_SIGNATURE,
        "login_link": f"{settings.PUBLIC_BASE_URL}/",
    }


def letter_sender() -> Mapping[str, str]:
    """What stands at the head of every letter."""
    return {
        "name": "Lotsen",
        "claim": f"Digitale Hilfe in {settings.CITY_NAME}",
        "return_line": settings.LETTER_RETURN_LINE,
    }


@functools.cache
def post_office() -> PostOffice:
    """The channels that this installation has. Without a Twilio account there is no SMS and no voice: humans call."""
    base = settings.PUBLIC_BASE_URL
    channels = {
        "email": EmailChannel(sender=settings.DEFAULT_FROM_EMAIL, public_base_url=base),
        "letter": LetterChannel(fonts_dir=settings.FONTS_DIR, sender=letter_sender(), house=house_words),
        "call": CallChannel(),
    }
    if settings.TWILIO_BASE_URL or settings.TWILIO_ACCOUNT_SID.strip("AC0"):
        client = twilio_client(
            account=settings.TWILIO_ACCOUNT_SID, token=settings.TWILIO_AUTH_TOKENS[0], base=settings.TWILIO_BASE_URL
        )
        phone = {
            "client": client,
            "sender": settings.TWILIO_NUMBER,
            "public_base_url": base,
            "is_real": not settings.TWILIO_BASE_URL,
        }
        channels |= {"sms": SmsChannel(**phone), "voice": VoiceChannel(**phone)}
    return PostOffice(channels=channels, house=house_words)


def webhook_gate() -> Gate:
    """What a genuine webhook of this installation must match."""
    return Gate(
        base_url=settings.PUBLIC_BASE_URL,
        account_sid=settings.TWILIO_ACCOUNT_SID,
        tokens=tuple(settings.TWILIO_AUTH_TOKENS),
        number=settings.TWILIO_NUMBER,
    )
