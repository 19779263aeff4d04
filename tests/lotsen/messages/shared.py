"""An occasion, and a channel that writes down what it took; real peers stand in the tests of the channels."""

from datetime import UTC, datetime

from lotsen.messages.channels.base import ChannelError, Sent

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MOBILE = "+491722345678"
WORDS = {
    "date_long": "Dienstag, 1. Dezember",
    "date_short": "Di, 1.12.",
    "time": "14:30",
    "reference": "482 615 6",
    "salutation": "Guten Tag, Frau Krause,",
    "topic": "Fernseher und Mediathek",
    "duration_words": "eine Stunde",
    "visitor_name": "Frau Waltraud von der Heide",
    "code_word": "Kirschbaum",
    "bring_list": "Die Fernbedienung und, wenn Sie haben, Ihre Brille",
}
POSTAL = "Frau\nKarin Krause\nDorfstraße 26\n01169 Dresden"


def house(language, at):
    return {
        "hotline": "030 231 25 100",
        "hotline_hours": "Mo bis Fr, 9 bis 17 Uhr",
        "today_long": "25. November 2026",
        "owner_name": "Anna Lehmann, Lotsen",
        "login_link": "https://lotsen.example/",
    }


class Notebook:
    """A channel that writes down what it took, and answers by reference; it can be told to fail."""

    provider = "notebook"
    gives_receipts = True

    def __init__(self):
        self.taken = []
        self.error = None
        self.knows = {}

    def send(self, message):
        if isinstance(self.error, ChannelError):
            raise self.error
        if self.error is not None:
            raise self.error
        self.taken.append(str(message.pk))
        self.knows[message.pk] = f"N{len(self.taken)}"
        return Sent(self.knows[message.pk])

    def find(self, message):
        reference = self.knows.get(message.pk)
        return Sent(reference) if reference else None
