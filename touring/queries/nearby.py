"""Which stops are near somebody: by postal code, by address, by district. Nothing is guessed silently."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from lotsen.places import gazetteer, queries
from lotsen.places.models import Accuracy
from lotsen.places.postal_codes import is_served
from touring.queries.timetable import StopEntry, Timetable
from touring.words import distance_words

HITS = 3
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Hit:
    """A stop near by; metres as the crow flies, the walk is an estimate."""

    number: int
    entry: StopEntry
    metres: int
    walk_minutes: int
    origin: str

    @property
    def distance(self) -> str:
        """Writes "500 m"."""
        return distance_words(self.metres)

    @property
    def sentence(self) -> str:
        """Writes "Etwa 500 m von der Mitte Ihres Postleitzahl-Gebiets"."""
        return _("Etwa %(distance)s %(origin)s") % {"distance": self.distance, "origin": self.origin}


@dataclass(frozen=True, slots=True)
class Nearby:
    """The answer to a search: `label` is what was found, `problem` why nothing was, `suggestion` what may be meant."""

    label: str
    point: tuple[float, float] | None
    hits: tuple[Hit, ...]
    problem: str = ""
    suggestion: str = ""


def nearby(text: str, timetable: Timetable) -> Nearby:
    """The stops nearest to "01169", "Merianplatz 4, 01169" or "Gorbitz"; a handful of queries."""
    asked = " ".join(text.split())[:LONGEST]
    code = re.search(r"(?<!\d)(\d{5})(?!\d)", asked)
    street = re.sub(r"(?<!\d)\d{5}(?!\d)", "", asked).partition(",")[0].strip(" ,")
    if code and not street and not is_served(code[1]):
        sentence = _("%(postal_code)s gehört nicht zu %(city)s.")
        return Nearby(asked, None, (), sentence % {"postal_code": code[1], "city": settings.CITY_NAME})
    located = gazetteer.locate(street, code[1] if code else "")
    if located.point is None or not (located.is_exact or code):
        sentence = _("„%(asked)s“ finden wir nicht. Schreiben Sie zum Beispiel: Merianplatz 4, 01169.")
        return Nearby(asked, None, (), sentence % {"asked": asked}, located.suggestion or "")
    problem = (
        ""
        if located.is_exact
        else _("Die Straße finden wir nicht. Wir suchen in der Mitte von %(place)s.")
        % {"place": code[1] if code else asked}
    )
    hits = _hits(located, timetable)
    return Nearby(
        _label(located, asked, code[1] if code else ""), located.point, hits, problem, located.suggestion or ""
    )


def _label(located: gazetteer.Located, asked: str, code: str) -> str:
    if located.accuracy == Accuracy.POSTCODE:
        return f"{code} {settings.CITY_NAME}"
    if located.accuracy == Accuracy.DISTRICT and located.district:
        return located.district.name
    return located.found.label if located.found else asked


def _hits(located: gazetteer.Located, timetable: Timetable) -> tuple[Hit, ...]:
    assert located.point is not None
    coming = [(entry, entry.point) for entry in timetable.entries if entry.point and entry.next_date]
    near = queries.nearest(located.point, coming, limit=HITS)
    origin = _origin(located.accuracy)
    return tuple(Hit(n, one.thing, one.metres, one.walk_minutes, origin) for n, one in enumerate(near, 1))


def _origin(accuracy: str) -> str:
    if accuracy == Accuracy.POSTCODE:
        return _("von der Mitte Ihres Postleitzahl-Gebiets")
    if accuracy == Accuracy.DISTRICT:
        return _("von der Mitte des Stadtteils")
    if accuracy == Accuracy.STREET:
        return _("von der Mitte der Straße, Luftlinie")
    return _("Luftlinie")
