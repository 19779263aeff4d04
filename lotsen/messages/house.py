"""The words of the house, and the post office as the settings furnish it. Read here and nowhere below."""

import functools
from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from lotsen.kernel.calendar import MONTHS, MONTHS_ENGLISH, local_date
from lotsen.messages.caps import SmsCaps
from lotsen.messages.channels.call import CallChannel
from lotsen.messages.channels.email import EmailChannel
from lotsen.messages.channels.letter import LetterChannel
from lotsen.messages.channels.push import PushChannel
from lotsen.messages.channels.sms import SmsChannel
from lotsen.messages.channels.twilio_client import twilio_client
from lotsen.messages.channels.voice import VoiceChannel
from lotsen.messages.sending import PostOffice
from lotsen.messages.signatures import Gate
from lotsen.messages.spending import may_spend
from lotsen.messages.telephone.network import TwilioNetwork
from lotsen.messages.vapid import public_key, vapid_key
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
def letter_printer() -> LetterChannel:
    """What lays letters into the print queue and draws them."""
    return LetterChannel(fonts_dir=settings.FONTS_DIR, sender=letter_sender(), house=house_words)


@functools.cache
def push_channel() -> PushChannel:
    """Who hands notices to push services."""
    key = vapid_key(given=settings.VAPID_KEY, folder=settings.VAR_DIR / "secrets")
    return PushChannel(key=key, contact=parseaddr(settings.DEFAULT_FROM_EMAIL)[1], hosts=settings.PUSH_HOSTS)


def push_public_key() -> str:
    """What a browser needs in order to take our notices."""
    return public_key(push_channel().key)


@functools.cache
def post_office() -> PostOffice:
    """The channels that this installation has. Without a Twilio account there is no SMS and no voice: humans call."""
    base = settings.PUBLIC_BASE_URL
    channels = {
        "email": EmailChannel(sender=settings.DEFAULT_FROM_EMAIL, public_base_url=base),
        "letter": letter_printer(),
        "push": push_channel(),
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
    caps = SmsCaps(number_a_day=settings.SMS_PER_NUMBER_A_DAY, prefix_an_hour=settings.SMS_PER_PREFIX_AN_HOUR)
    return PostOffice(channels=channels, house=house_words, caps=caps, may_spend=may_spend)


def phone_network() -> TwilioNetwork | None:
    """Who rings the hotline's telephones and keeps recordings; None without an account."""
    base, account = settings.TWILIO_BASE_URL, settings.TWILIO_ACCOUNT_SID
    if not base and not account.strip("AC0"):
        return None
    token = settings.TWILIO_AUTH_TOKENS[0]
    return TwilioNetwork(
        client=twilio_client(account=account, token=token, base=base),
        sender=settings.TWILIO_NUMBER,
        public_base_url=settings.PUBLIC_BASE_URL,
        is_real=not base,
        api=base,
        account=account,
        token=token,
    )


def webhook_gate() -> Gate:
    """What a genuine webhook of this installation must match."""
    return Gate(
        base_url=settings.PUBLIC_BASE_URL,
        account_sid=settings.TWILIO_ACCOUNT_SID,
        tokens=tuple(settings.TWILIO_AUTH_TOKENS),
        number=settings.TWILIO_NUMBER,
    )
