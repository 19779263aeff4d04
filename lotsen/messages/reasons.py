"""Why a machine could not say it, in a sentence for the person who now calls."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lotsen.messages.models import Message
from lotsen.messages.states import Channel

NOT_ARRIVED: dict[str, Promise] = {
    Channel.SMS: _("Die SMS kam nicht an."),
    Channel.EMAIL: _("Die E-Mail kam nicht an."),
    Channel.LETTER: _("Der Brief kam nicht auf den Weg."),
    Channel.VOICE: _("Die Ansage am Telefon kam nicht an."),
    Channel.PUSH: _("Der Hinweis auf dem Handy kam nicht an."),
}
"""What is said of a channel where the cause says nothing to a human."""

REASONS: dict[tuple[str, str], Promise] = {
    (Channel.LETTER, "returned"): _("Der Brief kam zurück."),
    (Channel.LETTER, "address_lines"): _("Die Anschrift passt nicht auf den Brief."),
    (Channel.SMS, "not_mobile"): _("Die Nummer nimmt keine SMS."),
    (Channel.SMS, "twilio_21614"): _("Die Nummer nimmt keine SMS."),
    (Channel.SMS, "twilio_21610"): _("Die Nummer möchte keine SMS."),
    (Channel.SMS, "twilio_21211"): _("Diese Nummer gibt es nicht."),
    (Channel.SMS, "too_long"): _("Der Text war zu lang für eine SMS."),
    (Channel.SMS, "status_undelivered"): _("Das Handy war aus, oder die Nummer gibt es nicht mehr."),
    (Channel.VOICE, "status_busy"): _("Bei der Ansage war besetzt."),
    (Channel.VOICE, "status_no-answer"): _("Bei der Ansage nahm niemand ab."),
    (Channel.VOICE, "not_dialled"): _("Diese Nummer dürfen wir nicht anrufen lassen."),
    (Channel.EMAIL, "bad_address"): _("Die E-Mail-Adresse ist falsch geschrieben."),
    (Channel.EMAIL, "bounced"): _("Die E-Mail kam zurück."),
}
"""By channel and code of the failure (`Message.failure`)."""

IN_TIME: dict[str, Promise] = {
    Channel.SMS: _("Die SMS kam nicht rechtzeitig an."),
    Channel.EMAIL: _("Die E-Mail kam nicht rechtzeitig an."),
    Channel.LETTER: _("Der Brief käme zu spät."),
    Channel.VOICE: _("Die Ansage am Telefon kam nicht rechtzeitig an."),
}
OFF = _("Dieser Weg ist gerade ausgeschaltet.")
HUMAN = _("Das sagt ein Mensch am Telefon.")


def why_not_arrived(message: Message) -> str:
    """One sentence for one message that a human takes over."""
    channel, failure = message.channel, message.failure
    if channel == Channel.CALL:
        return str(HUMAN)
    if (said := REASONS.get((channel, failure))) is not None:
        return str(said)
    if failure == "deadline":
        return str(IN_TIME.get(channel, NOT_ARRIVED[channel]))
    if failure == "channel_off":
        return f"{NOT_ARRIVED[channel]} {OFF}"
    if channel == Channel.EMAIL and failure.startswith("smtp_5"):
        return str(REASONS[Channel.EMAIL, "bounced"])
    return str(NOT_ARRIVED[channel])
