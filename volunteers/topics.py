"""What people ask for help with: the catalogue that Lotsen starts with, and its way into the database."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from volunteers.models import Topic


@dataclass(frozen=True, slots=True)
class CatalogueTopic:
    """One topic; `also` are other words for it on a city's lists, `minutes` the usual length of a visit."""

    key: str
    name: str
    hint: str
    minutes: int = 60
    is_public: bool = False
    also: tuple[str, ...] = ()


# The public ones stand on the web's question page, in this order; the finer ones help to match people.
CATALOGUE = (
    CatalogueTopic(
        "handy",
        _("Handy und Telefon"),
        _("anrufen, Nachrichten, Einstellungen"),
        60,
        True,
        ("Handy", "Telefon", "Smartphone"),
    ),
    CatalogueTopic(
        "fernseher",
        _("Fernseher und Mediathek"),
        _("Sendungen später ansehen"),
        60,
        True,
        ("Fernseher", "Mediathek", "TV"),
    ),
    CatalogueTopic("videoanruf", _("Videoanruf"), _("die Familie sehen und sprechen"), 60, True, ("Videotelefonie",)),
    CatalogueTopic("fotos", _("Fotos"), _("machen, finden, verschicken"), 60, True, ("Foto", "Bilder")),
    CatalogueTopic(
        "amt",
        _("Termin beim Amt"),
        _("online einen Termin holen"),
        60,
        True,
        ("Online-Termin beim Amt", "Amt", "Behörde"),
    ),
    CatalogueTopic(
        "gesundheit",
        _("E-Rezept und Gesundheit"),
        _("Karte, App, Rezept einlösen"),
        60,
        True,
        ("E-Rezept", "Gesundheit", "Patientenakte"),
    ),
    CatalogueTopic(
        "sicherheit",
        _("Sicher im Internet"),
        _("Betrug erkennen"),
        60,
        True,
        ("Sicher im Netz", "Sicherheit", "Betrug"),
    ),
    CatalogueTopic("android", _("Smartphone Android"), _("einrichten und bedienen"), 60, False, ("Android",)),
    CatalogueTopic("iphone", _("iPhone"), _("einrichten und bedienen"), 60, False, ("Apple",)),
    CatalogueTopic("tablet", _("Tablet"), _("einrichten und bedienen"), 60, False, ("iPad",)),
    CatalogueTopic(
        "computer", _("Computer"), _("am Schreibtisch und als Laptop"), 90, False, ("PC", "Laptop", "Notebook")
    ),
    CatalogueTopic("messenger", _("Messenger"), _("kurze Nachrichten mit der Familie"), 60, False, ("Nachrichten",)),
    CatalogueTopic("email", _("E-Mail"), _("lesen, schreiben, aufräumen"), 60, False, ("Mail",)),
    CatalogueTopic("ausweis", _("Online-Ausweis"), _("den Ausweis im Internet zeigen"), 90, False, ("eID", "Ausweis")),
    CatalogueTopic("fahrplan", _("Bus und Bahn"), _("Fahrplan und Fahrkarte auf dem Handy"), 60, False, ("Fahrkarte",)),
    CatalogueTopic(
        "wlan", _("WLAN und Internet"), _("zu Hause ins Netz kommen"), 60, False, ("WLAN", "Internet", "Router")
    ),
    CatalogueTopic("anderes", _("Etwas anderes"), _("Sie sagen es uns am Telefon"), 60, True, ("Sonstiges", "Anderes")),
)


def catalogue_rows() -> list[dict[str, object]]:
    """The columns of each topic, in the catalogue's order."""
    return [
        {
            "key": topic.key,
            "name": topic.name,
            "hint": topic.hint,
            "minutes": topic.minutes,
            "is_public": topic.is_public,
            "order": 10 * place,
        }
        for place, topic in enumerate(CATALOGUE, start=1)
    ]


def load_topics() -> int:
    """Write the catalogue's topics that are missing; returns how many. What a city has changed stays."""
    known = set(Topic.objects.values_list("key", flat=True)) | set(Topic.objects.values_list("name", flat=True))
    missing = [row for row in catalogue_rows() if row["key"] not in known and row["name"] not in known]
    Topic.objects.bulk_create([Topic(**row) for row in missing], ignore_conflicts=True)
    return len(missing)


def topic_words() -> dict[str, str]:
    """Every word for a topic and its key: the catalogue's words, then the names that the city gave."""
    words = {word: topic.key for topic in CATALOGUE for word in (topic.name, *topic.also)}
    return words | {topic.name: topic.key for topic in Topic.objects.all()}
