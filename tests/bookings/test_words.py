"""The list of code words, read by a linter of its own; each of its checks is shown to fail on a bad word."""

from __future__ import annotations

import re
from random import Random

import pytest
from rapidfuzz.distance import Levenshtein

from bookings.words import CODE_WORDS, NoWordLeft, draw_word, word_hash, word_mark
from lotsen.places.normalise import fold, sound_key

SIZE, SHORTEST, LONGEST, FAR = 2048, 4, 10, 3
LETTERS = re.compile(r"[A-ZÄÖÜ][a-zäöüß]+")
FRAGMENTS = (
    *("geld", "konto", "kasse", "bank", "muenz", "tresor", "schmuck", "juwel", "silber", "diamant"),
    *("schluessel", "schloss", "einbruch", "dieb", "raub"),
    *("krank", "arzt", "arznei", "apothek", "klinik", "blut", "schmerz", "fieber", "wunde", "herz", "krebs", "pille"),
    *("tod", "leich", "sarg", "grab", "urne", "mord", "waffe", "messer", "pistole", "gewehr", "schuss", "krieg"),
    *("bombe", "kampf", "feuer", "brand", "gift", "hexe", "teufel", "geist", "gespenst", "angst", "schreck"),
    *("sturz", "unfall", "falle", "drohn", "ratte", "wespe", "horniss", "schlange", "spritze", "seuche", "pest"),
    *("nazi", "arsch", "sex", "nackt", "kot", "idiot", "depp", "dumm"),
)
"""What no word may hold: money, keys, illness, death, weapons, fright, insults."""

NAMES = frozenset(
    [
        "anna",
        "peter",
        "paul",
        "maria",
        "erika",
        "iris",
        "jasmin",
        "viola",
        "flora",
        "heide",
        "rosa",
        "linda",
        "klaus",
        "dieter",
        "karin",
        "ursula",
        "kasper",
        "august",
        "mueller",
        "schmidt",
        "schneider",
        "fischer",
        "meyer",
        "weber",
        "schulz",
        "wagner",
        "becker",
        "hoffmann",
        "koch",
        "richter",
        "klein",
        "wolf",
        "schroeder",
        "neumann",
        "braun",
        "zimmermann",
        "krueger",
        "hartmann",
        "lange",
        "werner",
        "krause",
        "lehmann",
        "koehler",
        "maier",
        "kaiser",
        "fuchs",
        "scholz",
        "lang",
        "weiss",
        "jung",
        "hahn",
        "vogel",
        "friedrich",
        "keller",
        "guenther",
        "frank",
        "berg",
        "winter",
        "sommer",
        "roth",
        "beck",
        "lorenz",
        "franke",
        "stein",
        "jaeger",
        "otto",
        "gross",
        "haas",
        "graf",
        "heinrich",
        "seidel",
        "busch",
        "brandt",
        "kuhn",
        "horn",
        "ziegler",
        "baum",
        "stern",
        "krug",
        "sauer",
        "hirsch",
        "adler",
        "falke",
        "dresden",
        "elbe",
        "leipzig",
        "sachsen",
        "nordsee",
        "ostsee",
        "bodensee",
    ]
)


def faults(words) -> list[str]:
    """Everything that is wrong with a list of code words."""
    wrong = [f"{word}: letters" for word in words if not LETTERS.fullmatch(word)]
    wrong += [f"{word}: length" for word in words if not SHORTEST <= len(word) <= LONGEST]
    wrong += [f"{word}: {part}" for word in words for part in FRAGMENTS if part in fold(word)]
    wrong += [f"{word}: name" for word in words if fold(word) in NAMES]
    return wrong + too_near(words) + sound_alike(words)


def too_near(words) -> list[str]:
    folded = sorted({fold(word) for word in words}, key=lambda word: (len(word), word))
    near = []
    for at, one in enumerate(folded):
        for other in folded[at + 1 :]:
            if len(other) - len(one) >= FAR:
                break
            if Levenshtein.distance(one, other, score_cutoff=FAR - 1) < FAR:
                near.append(f"{one}, {other}: near")
    return near


def sound_alike(words) -> list[str]:
    heard: dict[str, str] = {}
    return [
        f"{heard[key]}, {word}: same sound" for word in words if heard.setdefault(key := sound_key(word), word) != word
    ]


def test_the_list_is_whole_and_without_fault():
    assert (len(CODE_WORDS), len(set(CODE_WORDS)), list(CODE_WORDS) == sorted(CODE_WORDS), faults(CODE_WORDS)) == (
        SIZE,
        SIZE,
        True,
        [],
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["Ahorn", "Kirschbaum"], []),
        (["Ei-Uhr"], ["Ei-Uhr: letters"]),
        (["ahorn"], ["ahorn: letters"]),
        (["Uhu"], ["Uhu: length"]),
        (["Sonnenblume"], ["Sonnenblume: length"]),
        (["Geldbeutel"], ["Geldbeutel: geld"]),
        (["Haustür", "Türschloss"], ["Türschloss: schloss"]),
        (["Fuchs"], ["Fuchs: name"]),
        (["Kanne", "Tanne"], ["kanne, tanne: near"]),
        (["Lerche", "Lärche"], ["lerche, laerche: near", "Lerche, Lärche: same sound"]),
        (["Vase", "Fase"], ["fase, vase: near", "Vase, Fase: same sound"]),
    ],
)
def test_control_each_fault_is_seen(words, found):
    assert faults(words) == found


def test_only_a_free_word_is_drawn():
    free = CODE_WORDS[7]
    assert {draw_word(Random(seed), is_free=lambda word: word == free) for seed in range(3)} == {free}


def test_no_free_word_is_a_refusal_and_never_a_repeat():
    with pytest.raises(NoWordLeft):
        draw_word(Random(1), is_free=lambda word: False)


def test_a_hash_tells_persons_apart_and_a_mark_tells_words_apart():
    assert word_hash("Ahorn", of="client 1") != word_hash("Ahorn", of="client 2")
    assert "ahorn" not in word_hash("Ahorn", of="client 1").lower()
    marks = {word_mark(word, reference="4826156") for word in CODE_WORDS}
    assert len(marks) == SIZE
