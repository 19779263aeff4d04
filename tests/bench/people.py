"""Made-up people of a big city: names as they are spread in Germany, streets as there are in every town. Repeatable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMMON = _words(
    """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein
    Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz
    Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters
    Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck
    Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt
    Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn
    Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Nguyễn Kowalski Yılmaz
    Nowak"""
)
FIRST_PARTS = _words(
    """Acker Adels Alten Amber Bach Bader Birken Blumen Breiten Brunn Buchen Burg Dorn Eber Eich Ellen Erlen Feld
    Finken Forst Frieden Fürsten Gold Grün Haber Hagen Hasel Hecken Heide Hinter Hirsch Hohen Kalten Kamm
    Kirch Kron Land Lauter Linden Löwen Mittel Mühl Nieder Ober Oster Reich Rosen Sand Schön Stein Stern
    Tannen Unter Wald Wasser Weiden Wester Wiesen Winkel"""
)
LAST_PARTS = _words(
    """mann bauer meier müller bach berger thal dorf felder hofer kamp rath stein wald hardt huber schmidt koch"""
)
GIVEN = _words(
    """Ursula Helga Renate Ingrid Monika Karin Erika Brigitte Christa Gisela Gerda Hannelore Elisabeth Waltraud
    Irmgard Hildegard Edith Anneliese Ruth Ilse Lieselotte Margarete Gudrun Elfriede Rosemarie Sigrid
    Marianne Petra Sabine Jutta Peter Wolfgang Klaus Manfred Jürgen Horst Günter Heinz Dieter Werner Gerhard
    Rolf Siegfried Helmut Karl Hans Walter Herbert Kurt Rudolf Joachim Harald Lothar Egon Willi Bernd
    Reinhard Eberhard Gottfried Jörg"""
)
STREET_PARTS = _words(
    """Ahorn Alaun Amsel Anger Bach Bahnhof Berg Birken Blumen Borsberg Brunnen Buchen Dahlien Dorf Eichen Elster
    Erlen Eschen Espen Feld Fichten Finken Flieder Forst Garten Gärtner Goethe Hafen Haupt Heide Hecken Hof
    Höhen Industrie Kastanien Kiefern Kirch König Kurz Lärchen Lang Lerchen Linden Markt Merian Mittel Mohn
    Moritz Mozart Mühlen Nelken Neu Nord Ost Park Pappel Post Quer Ring Rosen Sand Schäfer Schiller Schloss
    Schul Sonnen Stern Süd Tannen Tulpen Ufer Ulmen Veilchen Wald Wasser Weber Weiden Wein West Wiesen
    Ziegel Zeppelin"""
)
STREET_KINDS = ("straße", "straße", "straße", "weg", "weg", "platz", "allee", "ring", "gasse")
POSTAL_CODES = _words(
    """01067 01069 01097 01099 01109 01127 01129 01139 01157 01159 01169 01187 01189 01217 01219 01237 01239 01257
    01259 01277 01279 01307 01309 01324 01326 01328"""
)
FILM_NUMBERS = "+493023125"  # nobody has one of these
LATITUDES, LONGITUDES = (50.99, 51.12), (13.62, 13.87)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with name, number and home."""

    name: str
    is_woman: bool
    phone: str
    street: str
    house_number: str
    postal_code: str
    latitude: float
    longitude: float

    @property
    def surname(self) -> str:
        """The last word of the name."""
        return self.name.rpartition(" ")[2]


def surnames() -> list[str]:
    """About a thousand, the most common first."""
    return [*COMMON, *(first + last for first in FIRST_PARTS for last in LAST_PARTS)]


def made_up_people(count: int, *, seed: int = 2026) -> Iterator[Person]:
    """So many people, always the same ones for one seed. Half of them have one of the common surnames."""
    random = Random(seed)
    names = surnames()
    weights = [1 / (rank + 15) for rank in range(len(names))]
    drawn = random.choices(names, weights, k=count)
    women = len(GIVEN) // 2
    for number, surname in enumerate(drawn):
        given = random.randrange(len(GIVEN))
        yield Person(
            name=f"{GIVEN[given]} {surname}",
            is_woman=given < women,
            phone=f"{FILM_NUMBERS}{number:06d}",
            street=random.choice(STREET_PARTS) + random.choice(STREET_KINDS),
            house_number=str(random.randrange(1, 160)),
            postal_code=random.choice(POSTAL_CODES),
            latitude=round(random.uniform(*LATITUDES), 5),
            longitude=round(random.uniform(*LONGITUDES), 5),
        )


# --- what the hotline types -------------------------------------------------------------------------

MISHEARD = (
    ("ei", "ey"),
    ("ai", "ei"),
    ("ey", "ai"),
    ("tz", "z"),
    ("lz", "ltz"),
    ("ff", "f"),
    ("mm", "m"),
    ("dt", "tt"),
    ("th", "t"),
    ("ck", "k"),
)


def misheard(name: str, random: Random) -> str:
    """The name as somebody writes who only heard it, or with two letters swapped."""
    for heard, written in random.sample(MISHEARD, len(MISHEARD)):
        if heard in name:
            return name.replace(heard, written, 1)
    place = random.randrange(1, max(2, len(name) - 2))
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def typed_searches(people: list[Person], *, count: int = 200, seed: int = 7) -> list[str]:
    """What agents type into the search: names, parts of them, numbers, streets; one in five is misheard or misspelt."""
    random = Random(seed)
    ways = (
        lambda one: one.name,
        lambda one: one.surname,
        lambda one: one.surname[:5],
        lambda one: f"{one.surname} {one.postal_code}",
        lambda one: "0" + one.phone[3:],
        lambda one: f"030 {one.phone[5:10]} {one.phone[10:]}",
        lambda one: f"{one.street.replace('straße', 'str.')} {one.house_number}",
        lambda one: f"{one.surname.replace('ü', 'ue').replace('ö', 'oe').replace('ß', 'ss')} {one.street}",
        lambda one: misheard(one.surname, random),
        lambda one: f"{one.name.partition(' ')[0]} {misheard(one.surname, random)}",
    )
    return [ways[number % len(ways)](random.choice(people)) for number in range(count)]
