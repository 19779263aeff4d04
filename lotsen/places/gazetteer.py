"""Finding the point of an address in the city's own list, in the shape that geopy gives geocoders.

`locate` is what forms, imports and the hotline use. A name that is only similar never becomes a point:
it comes back as a suggestion ("Meinen Sie ...?"), and the point is the middle of the district or
of the postal code, which `accuracy` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Max
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from lotsen.places import geocoders, lookup, queries
from lotsen.places.lookup import Asked, Candidate, Row
from lotsen.places.models import Accuracy, District, PostalCode, StreetPoint
from lotsen.places.normalise import postal_code_key
from lotsen.places.postal_codes import area_name, shipped_centre
from lotsen.places.travel import beeline

Point = tuple[float, float]

REVERSE_METRES = 250.0
OUTSIDE_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Located:
    """Where an address is. `is_exact`: nothing was guessed; else `suggestion` may say what is meant."""

    point: Point | None
    accuracy: str
    suggestion: str | None = None
    district: District | None = None
    is_exact: bool = False
    candidates: tuple[Candidate, ...] = ()
    asked: Asked = field(default_factory=Asked)
    found: Candidate | None = None


def locate(
    street: str, postal_code: str = "", *, house_number: str = "", district: str = "", city: str = ""
) -> Located:
    """Find one address; never raises for what somebody typed.

    `street` may hold the number too. Falls back to the district (by name), then to the middle of
    the postal code, then to no point with accuracy "none".
    """
    question = ask(street, postal_code, house_number=house_number, district=district, city=city)
    return locate_all([question])[0]


def ask(street: str, postal_code: str = "", *, house_number: str = "", district: str = "", city: str = "") -> Asked:
    """A question for `locate_all`. "Dresden-Prohlis" as a city names the district Prohlis."""
    named = district or city.partition("-")[2]
    return lookup.asked(street, house_number, postal_code_key(postal_code), named.strip())


def locate_all(questions: Sequence[Asked]) -> list[Located]:
    """Find many addresses with a handful of queries, in the order asked.

    A geocoder outside the house is asked for single addresses only, never for a whole list: that would take
    a second each, and most operators forbid it.
    """
    rows = _rows_by_key({one.key for one in questions} - {""})
    centres = postal_code_centres({one.postal_code for one in questions})
    names = [name for one in questions for name in (one.district, one.street) if name]
    districts = queries.districts_named(names)
    chosen = [lookup.choose(one, rows.get(one.key, ()), centres.get(one.postal_code)) for one in questions]
    others = _alternatives(questions, chosen, rows)
    outside = geocoders.configured() if len(questions) <= OUTSIDE_AT_ONCE else None
    found = [
        _located(one, choice, others.get(number, ()), centres, districts, outside)
        for number, (one, choice) in enumerate(zip(questions, chosen, strict=True))
    ]
    return _with_districts(found)


def postal_code_centres(codes: Iterable[str]) -> dict[str, Point]:
    """The middle of each known postal code: from the database, else from the package."""
    wanted = {code for code in codes if code}
    loaded = {row.code: (row.latitude, row.longitude) for row in PostalCode.objects.filter(code__in=wanted)}
    shipped = {code: shipped_centre(code) for code in wanted - loaded.keys()}
    return {**loaded, **{code: point for code, point in shipped.items() if point}}


def _located(
    question: Asked,
    choice: Candidate | None,
    others: tuple[Candidate, ...],
    centres: dict[str, Point],
    districts: dict[str, District],
    outside: geocoders.Ask | None,
) -> Located:
    if outside and question.street and (choice is None or choice.accuracy != Accuracy.ADDRESS):
        answer = outside(question, settings.CITY_NAME)
        if answer and geocoders.is_what_was_asked(question, answer):
            choice = _better(choice, answer)
        elif answer and answer.street:
            others = (*others, replace(answer, score=lookup.FUZZY_SCORE))
    if choice:
        return Located(choice.point, choice.accuracy, is_exact=True, asked=question, found=choice)
    suggestion = others[0].label if others else None
    point, accuracy, district = _fallback(question, centres, districts)
    is_exact = not question.street and accuracy != Accuracy.NONE
    return Located(point, accuracy, suggestion, district, is_exact, others, question)


def _better(ours: Candidate | None, theirs: Candidate) -> Candidate:
    return theirs if ours is None or theirs.accuracy == Accuracy.ADDRESS else ours


def _fallback(
    question: Asked, centres: dict[str, Point], districts: dict[str, District]
) -> tuple[Point | None, str, District | None]:
    named = districts.get(question.district) or districts.get(question.street)
    if named and named.label_latitude is not None and named.label_longitude is not None:
        return (named.label_latitude, named.label_longitude), Accuracy.DISTRICT, named
    centre = centres.get(question.postal_code)
    return centre, Accuracy.POSTCODE if centre else Accuracy.NONE, None


def _with_districts(found: list[Located]) -> list[Located]:
    """The district by the point; not for the middle of a postal code, which can lie in the woods."""
    exact = (Accuracy.ADDRESS, Accuracy.STREET, Accuracy.STOP)
    points = [one.point if one.accuracy in exact else None for one in found]
    if not any(points):
        return found
    return [
        replace(one, district=district) if district else one
        for one, district in zip(found, queries.districts_of(points), strict=True)
    ]


def _rows_by_key(keys: Iterable[str]) -> dict[str, list[Row]]:
    fields = ("street", "street_key", "house_number", "postal_code", "latitude", "longitude")
    rows: dict[str, list[Row]] = {}
    points = StreetPoint.objects.filter(street_key__in=list(keys)).order_by("pk")
    for *names, latitude, longitude, accuracy in points.values_list(*fields, "accuracy"):
        rows.setdefault(names[1], []).append(Row(*names, (latitude, longitude), accuracy))
    return rows


def _alternatives(
    questions: Sequence[Asked],
    chosen: Sequence[Candidate | None],
    rows: dict[str, list[Row]],
) -> dict[int, tuple[Candidate, ...]]:
    """For each question without an answer: what looks like it."""
    open_numbers = [n for n, choice in enumerate(chosen) if choice is None and questions[n].key]
    if not open_numbers:
        return {}
    keys = _all_street_keys()
    similar = {n: lookup.similar_keys(questions[n].key, keys) for n in open_numbers}
    missing = {key for names in similar.values() for key in names} - rows.keys()
    everything = {**rows, **(_rows_by_key(missing) if missing else {})}
    return {
        n: lookup.alternatives(questions[n], [row for key in names for row in everything.get(key, ())], names)
        for n, names in similar.items()
    }


def _all_street_keys() -> tuple[str, ...]:
    """Every street's key, kept in memory until rows are added."""
    return _street_keys(StreetPoint.objects.aggregate(newest=Max("pk"))["newest"] or 0)


@lru_cache(maxsize=1)
def _street_keys(_newest: int) -> tuple[str, ...]:
    return tuple(StreetPoint.objects.values_list("street_key", flat=True).distinct())


class Gazetteer(Geocoder):
    """The city's own list as a geopy geocoder. Never leaves the machine."""

    def geocode(
        self,
        query: str | dict[str, str],
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
    ) -> Location | list[Location] | None:
        """Places for "Königsbrücker Straße 26, 01099 Dresden" or {"street", "postalcode", "city"}.

        `raw["accuracy"]` and `raw["is_exact"]` say what the point is worth; guesses come after
        the certain answer, never instead of it.
        """
        located = locate_all([_question(query)])[0]
        places = [*_certain(located), *[_location(one, is_exact=False) for one in located.candidates]]
        if exactly_one:
            return places[0] if places else None
        return places or None

    def reverse(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
    ) -> Location | list[Location] | None:
        """The nearest known house within 250 m, else the district. Query: (lat, lon) or geopy Point."""
        latitude, longitude = float(query[0]), float(query[1])
        places = _nearest_houses((latitude, longitude)) or _district_there((latitude, longitude))
        if exactly_one:
            return places[0] if places else None
        return places or None


def _question(query: str | dict[str, str]) -> Asked:
    if isinstance(query, dict):
        return ask(query.get("street", ""), query.get("postalcode", ""), city=query.get("city", ""))
    street, _comma, rest = query.partition(",")
    if not rest and (code := postal_code_key(street.split()[0] if street.split() else "")):
        return ask("", code)
    code, _space, city = rest.strip().partition(" ")
    if postal_code_key(code):
        return ask(street, code, city=city)
    return ask(street, "", city=rest.strip())


def _certain(located: Located) -> list[Location]:
    if located.found:
        return [_location(located.found, is_exact=True)]
    if located.point is None:
        return []
    label = located.district.name if located.district else area_name(located.asked.postal_code)
    raw = {"accuracy": str(located.accuracy), "is_exact": located.is_exact, "provider": "gazetteer"}
    return [Location(label, located.point, raw)]


def _location(found: Candidate, *, is_exact: bool) -> Location:
    raw = {
        "provider": "gazetteer",
        "street": found.street,
        "house_number": found.house_number,
        "postal_code": found.postal_code,
        "accuracy": str(found.accuracy),
        "is_exact": is_exact,
        "score": found.score,
    }
    return Location(found.label, found.point, raw)


def _nearest_houses(point: Point) -> list[Location]:
    """Known points in a box of about 250 m, nearest first."""
    rows = StreetPoint.objects.filter(
        latitude__range=(point[0] - 0.00225, point[0] + 0.00225),
        longitude__range=(point[1] - 0.0036, point[1] + 0.0036),
    ).values_list("street", "house_number", "postal_code", "latitude", "longitude", "accuracy")
    houses = [
        (beeline(point, (latitude, longitude)), Candidate(*names, (latitude, longitude), accuracy))
        for *names, latitude, longitude, accuracy in rows
    ]
    houses.sort(key=lambda house: (house[0], house[1].label))
    near = [house for metres, house in houses if metres <= REVERSE_METRES]
    return [_location(house, is_exact=False) for house in near[: lookup.MOST_CANDIDATES]]


def _district_there(point: Point) -> list[Location]:
    district = queries.district_of(*point)
    if district is None:
        return []
    raw = {"provider": "gazetteer", "accuracy": str(Accuracy.DISTRICT), "is_exact": False}
    return [Location(district.name, point, raw)]
