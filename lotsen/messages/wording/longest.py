"""The longest value that each word can take: what a text must bear, and what its preview shows.

The caps are promises of whoever enters them: hotline 16, stop 22 and district 15 letters (`shared/wording`).
"""

from collections.abc import Mapping

_ALWAYS = {
    "hotline": "0351 488 000 000",
    "hotline_hours": "Mo bis Fr, 9 bis 17 Uhr",
    "owner_name": "Ihre Lotsen",
    "login_link": "https://lotsen.dresden.example/",
    "confirm_link": "https://lotsen.dresden.example/neue-adresse/Xq3vJ8tN0bWmZ5cR7yLsD2fHkP9aGuE4oT6iV1wB_nM/",
    "reference": "482 615 6",
    "code": "4711",
    "code2": "4718",
    "time": "14:30",
    "time_end": "16:30",
    "next_time": "14:30",
    "stop_time": "14:30",
    "until_time": "18:00",
    "minutes": "120",
    "n": "1200",
    "days": "30",
    "overdue": "120",
    "waiting": "120",
    "silent": "120",
    "stuck": "120",
    "missed": "120",
    "requests": "120",
    "papers": "120",
    "limit": "12000",
    "otp": "482 615",
    "percent": "100",
    "chairs": "40",
    "group_size": "40",
    "stop": "Bibliothek Prohlis-Nord",
    "stop_name": "Bibliothek Prohlis-Nord",
    "halt": "Bibliothek Prohlis-Nord",
    "district": "Äußere Neustadt",
    "team": "Nord",
    "visitor_name": "Frau Waltraud von der Heide-Lichtenberg",
    "old_visitor_name": "Herr Maximilian Oberländer-Schmidt",
    "second_name": "Frau Waltraud von der Heide-Lichtenberg",
    "contact_name": "Frau Waltraud von der Heide-Lichtenberg",
    "day_contact": "Frau Waltraud von der Heide-Lichtenberg",
    "code_word": "Kirschbaum",
}
_GERMAN = {
    "date_long": "Donnerstag, 30. September",
    "deadline_long": "Donnerstag, 30. September",
    "old_date": "Donnerstag, 30. September",
    "next_date": "Donnerstag, 30. September",
    "next_date_long": "Donnerstag, 30. September",
    "stop_date_long": "Donnerstag, 30. September",
    "today_long": "30. September 2026",
    "date_short": "Do, 30.12.",
    "until_short": "Do, 30.12.",
    "rhythm": "jeden zweiten Donnerstag",
    "distance": "12,5",
    "salutation": "Guten Tag, Frau Oberländer-Schmidt,",
    "what": "E-Mail-Adresse, Telefonnummer und Anschrift",
    "topic": "Fernseher und Mediathek, Videoanruf",
    "training_topic": "Fernseher und Mediathek, Videoanruf",
    "duration_words": "120 Minuten",
    "bring_list": "Die Fernbedienung und, wenn Sie haben, Ihre Brille",
    "missing_list": "Raum, Stühle, Internet",
    "room": "Speisesaal im Erdgeschoss",
    "change": "Der Halt fällt aus.",
    "before": "jeden zweiten Donnerstag, 14:30 bis 16:30 Uhr",
    "after": "jeden zweiten Donnerstag, 14:30 bis 16:30 Uhr",
}
_ENGLISH = {
    "date_long": "Wednesday, 30 September",
    "deadline_long": "Wednesday, 30 September",
    "old_date": "Wednesday, 30 September",
    "next_date": "Wednesday, 30 September",
    "next_date_long": "Wednesday, 30 September",
    "stop_date_long": "Wednesday, 30 September",
    "today_long": "30 September 2026",
    "date_short": "Wed 30 Dec",
    "until_short": "Wed 30 Dec",
    "rhythm": "every second Wednesday",
    "distance": "12.5",
    "salutation": "Dear Mrs Oberländer-Schmidt,",
    "what": "e-mail address, telephone number and address",
    "topic": "television, video calls",
    "training_topic": "television, video calls",
    "duration_words": "120 minutes",
    "bring_list": "the remote control and your glasses, if you have any",
    "missing_list": "room, chairs, internet",
    "room": "dining hall on the ground floor",
    "change": "The stop is cancelled.",
    "before": "every second Wednesday, 14:30 to 16:30",
    "after": "every second Wednesday, 14:30 to 16:30",
}


def longest_words(language: str) -> Mapping[str, str]:
    """Every word at its longest; a name that is not here fills as itself in brackets."""
    return _Longest(_ALWAYS | (_ENGLISH if language == "en" else _GERMAN))


class _Longest(dict[str, str]):
    """A word that another hand added has no longest value yet: it shows as its own name."""

    def __missing__(self, name: str) -> str:
        return f"[{name}]"
