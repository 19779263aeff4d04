"""E-mail by SMTP. A mail server cannot be asked later; the message number in the header lets readers see a double."""

import smtplib
from typing import NoReturn
from urllib.parse import urlsplit

from django.core.mail import EmailMessage, get_connection

from lotsen.messages.channels.base import CannotAsk, ChannelError, Sent
from lotsen.messages.models import Message

_PERMANENT_FROM = 500


class EmailChannel:
    """Plain text, no attachment."""

    provider = "smtp"
    gives_receipts = False

    def __init__(self, *, sender: str, public_base_url: str) -> None:
        self.sender = sender
        self.host = urlsplit(public_base_url).hostname or "localhost"

    def send(self, message: Message) -> Sent:
        """Hand one mail to the mail server."""
        reference = f"<{message.pk}@{self.host}>"
        mail = EmailMessage(
            subject=message.subject,
            body=message.text,
            from_email=self.sender,
            to=[message.to],
            headers={"Message-ID": reference, "Auto-Submitted": "auto-generated"},
            connection=get_connection(),
        )
        try:
            mail.send()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            _translate(error)
        return Sent(reference)

    def find(self, message: Message) -> Sent | None:
        """SMTP has no such question."""
        raise CannotAsk


def _translate(error: Exception) -> NoReturn:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _reason in error.recipients.values()]
        raise ChannelError(f"smtp_{codes[0]}", permanent=min(codes) >= _PERMANENT_FROM) from None
    if isinstance(error, smtplib.SMTPServerDisconnected):
        raise ChannelError("smtp_silent", permanent=False, untouched=False) from None
    if isinstance(error, smtplib.SMTPResponseException):
        permanent = error.smtp_code >= _PERMANENT_FROM and not isinstance(error, smtplib.SMTPAuthenticationError)
        raise ChannelError(f"smtp_{error.smtp_code}", permanent=permanent) from None
    if isinstance(error, ConnectionRefusedError):
        raise ChannelError("smtp_unreachable", permanent=False) from None
    if isinstance(error, ValueError):
        raise ChannelError("bad_address", permanent=True) from None
    raise ChannelError("smtp_silent", permanent=False, untouched=False) from None
