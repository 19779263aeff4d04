"""Choosing among gazetteer rows. Pure: rows in, a choice out; nothing is guessed silently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from lotsen.places.models import Accuracy
from lotsen.places.normalise import first_house_number, house_number_key, split_street, street_key
from lotsen.places.travel import beeline

Point = tuple[float, float]

FUZZY_SCORE = 82.0
MOST_CANDIDATES = 5
# Rows with the same name further apart than this are two streets, not one.
ONE_STREET_M = 3_000.0
# A row without a postal code belongs to the asked one only if it lies this near to its centre.
NEAR_POSTAL_CODE_M = 5_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for, taken apart."""

    street: str = ""
    house_number: str = ""
    postal_code: str = ""
    district: str = ""

    @property
    def key(self) -> str:
        """The street's one spelling."""
        return street_key(self.street)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the gazetteer."""

    street: str
    street_key: str
    house_number: str
    postal_code: str
    point: Point
    accuracy: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer to "Meinen Sie ...?". `score` is 100 for the very name that was asked for."""

    street: str
    house_number: str
    postal_code: str
    point: Point
    accuracy: str
    score: float = 100.0

    @property
    def label(self) -> str:
        """For the reader: "Königsbrücker Straße 26, 01099"."""
        line = f"{self.street} {self.house_number}".strip()
        return f"{line}, {self.postal_code}" if self.postal_code else line


def asked(street: str, house_number: str = "", postal_code: str = "", district: str = "") -> Asked:
    """Take the street line apart where the number was typed into the street's field."""
    if house_number.strip():
        return Asked(" ".join(street.split()), house_number.strip(), postal_code, district)
    line = split_street(street)
    return Asked(line.street, line.house_number, postal_code, district)


def choose(question: Asked, rows: Iterable[Row], centre: Point | None) -> Candidate | None:
    """The one place that was meant, or None where there is none or more than one.

    `rows` have the asked street's key; `centre` is the middle of the asked postal code.
    """
    fitting = [row for row in rows if _belongs(row, question.postal_code, centre)]
    for number in _numbers(question):
        houses = [row for row in fitting if house_number_key(row.house_number) == number]
        if houses:
            return _candidate(houses[0], houses[0].accuracy) if _is_one_place(houses) else None
    if not fitting or not _is_one_place(fitting):
        return None
    return _candidate(_middle(fitting, question), _street_accuracy(fitting), keep_number=False)


def alternatives(question: Asked, rows: Sequence[Row], scores: Mapping[str, float]) -> tuple[Candidate, ...]:
    """What else could have been meant, best first: one row per street and postal code."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.street_key, row.postal_code), []).append(row)
    found = [_best_of_group(question, group, scores.get(key, 0.0)) for (key, _postal_code), group in groups.items()]
    found.sort(key=lambda one: (-one.score, one.postal_code != question.postal_code, one.label))
    return tuple(found[:MOST_CANDIDATES])


def similar_keys(key: str, keys: Sequence[str]) -> dict[str, float]:
    """Street keys that look like `key`, with a score from 82 to 100."""
    if not key:
        return {}
    hits = process.extract(key, keys, scorer=fuzz.ratio, score_cutoff=FUZZY_SCORE, limit=MOST_CANDIDATES)
    return {name: round(score, 1) for name, score, _index in hits}


def _numbers(question: Asked) -> list[str]:
    whole = house_number_key(question.house_number)
    first = first_house_number(question.house_number)
    return list(dict.fromkeys(number for number in (whole, first) if number))


def _belongs(row: Row, postal_code: str, centre: Point | None) -> bool:
    if not postal_code or row.postal_code == postal_code:
        return True
    if row.postal_code:
        return False
    return centre is None or beeline(row.point, centre) <= NEAR_POSTAL_CODE_M


def _is_one_place(rows: Sequence[Row]) -> bool:
    """All under one postal code; or, where that is not told, all within a street's length."""
    codes = {row.postal_code for row in rows}
    if len(codes) == 1 and "" not in codes:
        return True
    is_near = all(beeline(rows[0].point, row.point) <= ONE_STREET_M for row in rows)
    return is_near and not (len(codes - {""}) > 1 and any(row.house_number for row in rows))


def _middle(rows: Sequence[Row], question: Asked) -> Row:
    """The street's own row; else the house with the nearest number; else the one in the middle."""
    own = [row for row in rows if not row.house_number]
    if own:
        return own[0]
    wanted = _digits(question.house_number)
    numbered = sorted(rows, key=lambda row: _digits(row.house_number))
    if not wanted:
        return numbered[len(numbered) // 2]
    return min(numbered, key=lambda row: abs(_digits(row.house_number) - wanted))


def _digits(house_number: str) -> int:
    found = re.match(r"\d{1,4}", house_number)
    return int(found[0]) if found else 0


def _street_accuracy(rows: Sequence[Row]) -> str:
    own = [row.accuracy for row in rows if not row.house_number]
    is_house = own[:1] == [Accuracy.ADDRESS]
    return Accuracy.STREET if is_house or not own else own[0]


def _best_of_group(question: Asked, group: Sequence[Row], score: float) -> Candidate:
    for number in _numbers(question):
        for row in group:
            if house_number_key(row.house_number) == number:
                return _candidate(row, row.accuracy, score=score)
    middle = _middle(group, question)
    return _candidate(middle, _street_accuracy(group), score=score, keep_number=False)


def _candidate(row: Row, accuracy: str, *, score: float = 100.0, keep_number: bool = True) -> Candidate:
    number = row.house_number if keep_number else ""
    return Candidate(row.street, number, row.postal_code, row.point, accuracy, score)
