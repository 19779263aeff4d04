"""Checks of need and person, whatever the slot."""

from __future__ import annotations

import numpy as np

from lotsen.kernel.sentences import Sentence
from volunteers.matching.asked import Asked
from volunteers.matching.case import Candidate, Need, Shortfall, Slot, Travel
from volunteers.matching.columns import Bools
from volunteers.matching.words import kilometres


def blocked(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Some pairs must not meet. Only coordinators read why."""
    if candidate.key not in need.blocked:
        return None
    return Shortfall("sperre", Sentence("Die beiden werden nicht zusammengeführt."), confidential=True)


def blocked_holds(asked: Asked) -> Bools:
    return _is_not_one_of(asked, asked.need.blocked)


def declined(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Nobody is asked twice for the same visit."""
    if candidate.key not in need.declined:
        return None
    return Shortfall("abgelehnt", Sentence("Hat für diesen Besuch schon abgesagt."), confidential=True)


def declined_holds(asked: Asked) -> Bools:
    return _is_not_one_of(asked, asked.need.declined)


def _is_not_one_of(asked: Asked, keys: frozenset[int]) -> Bools:
    return ~np.isin(asked.people.keys[asked.numbers], list(keys)) if keys else asked.all


def topic(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """They know every topic that is asked for."""
    for name in need.topics:
        if name not in candidate.levels:
            return Shortfall(
                "thema",
                Sentence("Thema {topic} fehlt.", topic=(name,)),
                Sentence("Schulung {topic}", topic=(name,)),
            )
    return None


def topic_holds(asked: Asked) -> Bools:
    return np.asarray((asked.people.topic_columns(asked.need.topics)[asked.numbers] > 0).all(axis=1))


def level(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """They know each topic well enough."""
    for name in need.topics:
        known = candidate.levels.get(name, need.level)
        if known < need.level:
            return Shortfall("stufe", Sentence("Kann {topic} erst auf Stufe {level}.", topic=(name,), level=known))
    return None


def level_holds(asked: Asked) -> Bools:
    known = asked.people.topic_columns(asked.need.topics)[asked.numbers]
    return np.asarray(((known >= asked.need.level) | (known == 0)).all(axis=1))


def language(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """They share the language that is asked for."""
    if need.language in candidate.languages:
        return None
    return Shortfall("sprache", Sentence("Spricht kein {language}.", language=(need.language,)))


def language_holds(asked: Asked) -> Bools:
    return asked.people.can_speak(asked.need.language)[asked.numbers]


def gender(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """A wish for a woman or a man counts what people said of themselves; nothing is guessed."""
    if need.gender in ("", candidate.gender):
        return None
    return Shortfall("geschlecht", Sentence("Gewünscht ist {wish_words}.", wish_words=need.gender_words))


def gender_holds(asked: Asked) -> Bools:
    return asked.people.said_to_be(asked.need.gender)[asked.numbers] if asked.need.gender else asked.all


def dog(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Where a dog lives goes who likes dogs."""
    if candidate.dogs or not need.dog:
        return None
    return Shortfall("hund", Sentence("Möchte keine Hunde."))


def dog_holds(asked: Asked) -> Bools:
    return asked.people.dogs[asked.numbers] if asked.need.dog else asked.all


def stairs(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Where no lift goes climbs who can."""
    if candidate.stairs or need.floor <= 0:
        return None
    return Shortfall("treppe", Sentence("Kann keine Treppen."))


def stairs_holds(asked: Asked) -> Bools:
    return asked.people.stairs[asked.numbers] if asked.need.floor > 0 else asked.all


def hearing(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Where somebody hears badly goes who has practice with it."""
    if candidate.speaks_clearly or not need.hearing:
        return None
    return Shortfall("hoeren", Sentence("Übung mit Schwerhörigkeit fehlt."))


def hearing_holds(asked: Asked) -> Bools:
    return asked.people.speaks_clearly[asked.numbers] if asked.need.hearing else asked.all


def companion(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Nobody goes alone to their first visit."""
    if not candidate.is_first:
        return None
    return Shortfall("zweit", Sentence("Der erste Besuch braucht eine Begleitung."))


def companion_holds(asked: Asked) -> Bools:
    return ~asked.people.is_first[asked.numbers]


def excluded(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Whom a coordinator does not want here, or wants instead."""
    if need.pinned is not None and candidate.key != need.pinned:
        sentence = Sentence("Die Koordination hat jemand anderes festgelegt.")
        return Shortfall("ausgeschlossen", sentence, confidential=True)
    if candidate.key not in need.excluded:
        return None
    return Shortfall("ausgeschlossen", Sentence("Von der Koordination ausgeschlossen."), confidential=True)


def excluded_holds(asked: Asked) -> Bools:
    found = _is_not_one_of(asked, asked.need.excluded)
    pinned = asked.need.pinned
    return found if pinned is None else found & (asked.people.keys[asked.numbers] == pinned)


def returns(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Who gave back three visits within a week is talked with before they are asked again."""
    if not candidate.gave_back_often:
        return None
    text = "Hat in 7 Tagen dreimal abgesagt. Bitte erst sprechen."
    return Shortfall("absagen", Sentence(text), confidential=True)


def returns_holds(asked: Asked) -> Bools:
    return ~asked.people.gave_back_often[asked.numbers]


def offers(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """Who wants no offers is not asked, neither one by one nor in the weekly round."""
    if candidate.wants_offers:
        return None
    return Shortfall("angebote", Sentence("Möchte gerade keine Angebote."))


def offers_holds(asked: Asked) -> Bools:
    return asked.people.wants_offers[asked.numbers]


def radius(need: Need, candidate: Candidate, slot: Slot, travel: Travel) -> Shortfall | None:
    """The person lives within their radius, or in a district to which they go too."""
    if need.area in candidate.areas:
        return None
    metres = candidate.metres_to(travel, need.place)
    if metres <= candidate.radius_metres:
        return None
    far = max(metres, candidate.radius_metres + 100)
    return Shortfall(
        "umkreis",
        Sentence(
            "Wohnt {km} km entfernt, Umkreis {radius} km.",
            km=kilometres(far),
            radius=kilometres(candidate.radius_metres),
        ),
        Sentence("{extra_km} km weiter", extra_km=kilometres(far - candidate.radius_metres)),
    )


def radius_holds(asked: Asked) -> Bools:
    near = asked.metres <= asked.people.radius[asked.numbers]
    return near | asked.people.go_to(asked.need.area)[asked.numbers]
