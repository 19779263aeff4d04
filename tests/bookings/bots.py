"""Machines and people as they fill the web request: each gives what is sent, from where, and how long it took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

ADVERT = "Best deals on cheap medication and casino bonus, visit https://pills.example now and win a free prize today"
SURNAMES = ("Krause", "Noack", "Wićaz", "O'Neil", "Groß", "Müller-Lüdenscheidt", "Nguyễn", "Şahin", "Å", "ẞ")
GOALS = (
    "Ich möchte meine Enkel am Bildschirm sehen.",
    "mit der tochter in {word} sprechen",
    "",
    "Ich will auf www.dresden.de einen Termin holen, für {word}",
    "Fotos finden",
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Sender:
    """One request: `seconds` from the first answer to sending, `signs` of the pages, `address` of the sender; `begins`
    is when, in seconds after the first of all."""

    style: str
    name: str
    street: str
    goal: str
    seconds: int
    address: str
    signs: tuple[str, ...] = ()
    twice: bool = False
    begins: float = 0.0


def machines(count: int, seed: int = 1) -> Iterator[Sender]:
    """Bots in the styles that are seen: most fill every field, many are fast, some are slow and write the same text
    from many addresses, some come in crowds; one in two hundred does nothing that could be seen."""
    random = Random(seed)
    styles = (all_fields, fast, blind, same_text, many_links, link_in_name, crowd)
    for number in range(count):
        style = stealthy if number % 200 == 199 else styles[number % len(styles)]
        yield style(random, number)


def all_fields(random: Random, number: int) -> Sender:
    return _bot("all fields", random, number, signs=("trap",), seconds=random.randrange(1, 300))


def fast(random: Random, number: int) -> Sender:
    return _bot("fast", random, number, seconds=random.randrange(0, 10))


def blind(random: Random, number: int) -> Sender:
    return _bot("blind", random, number, signs=("blind",), seconds=random.randrange(15, 300))


def same_text(random: Random, number: int) -> Sender:
    return _bot("same text", random, number, goal=ADVERT, seconds=random.randrange(30, 300))


def many_links(random: Random, number: int) -> Sender:
    links = f"{number} see https://a{number}.example and [url=http://b.example]b[/url]"
    return _bot("many links", random, number, goal=links, seconds=random.randrange(30, 300))


def link_in_name(random: Random, number: int) -> Sender:
    return _bot("link in the name", random, number, name=f"Win{number} www.win{number}.top", seconds=90)


def crowd(random: Random, number: int) -> Sender:
    return _bot("crowd", random, number, address="203.0.113.7", seconds=random.randrange(30, 300))


def stealthy(random: Random, number: int) -> Sender:
    return _bot("stealthy", random, number, seconds=random.randrange(30, 300))


def _bot(style: str, random: Random, number: int, **more: object) -> Sender:
    word = "".join(random.choice(LETTERS) for _ in range(18))
    fields = {
        "name": f"Bot {word}",
        "street": "Gartenweg 16",
        "goal": f"hello {word}",
        "address": f"bot-{number}",
        "begins": number / 200,
    }
    return Sender(style=style, **{**fields, **more})  # type: ignore[arg-type]


def people(count: int, seed: int = 2) -> Iterator[Sender]:
    """People who are slow, odd, many under one roof, or in a hurry."""
    random = Random(seed)
    for number in range(count):
        name = f"{random.choice('ABCDEFGH')}. {SURNAMES[number % len(SURNAMES)]}"
        word = "".join(random.choice(LETTERS) for _ in range(6)).title()
        goal = GOALS[number % len(GOALS)].format(word=word)
        base = {"name": name, "street": f"Gartenweg {number + 1}", "goal": goal, "begins": number * 90.0}
        home = {"address": f"home-{number}", "seconds": random.randrange(60, 900)}
        yield Sender(**{**base, **home, **_persona(number, word)})  # type: ignore[arg-type]


def _persona(number: int, word: str) -> dict[str, object]:
    personas: tuple[dict[str, object], ...] = (
        {"style": "types for fifteen minutes", "seconds": 900},
        {
            "style": "copies and pastes a long letter",
            "goal": f"Sehr geehrte Damen und Herren, mein Sohn in {word} " * 9,
        },
        {"style": "lets the browser fill it in", "seconds": 22},
        {"style": "asks twice", "twice": True},
        {"style": "comes back the next day", "seconds": 86_000},
    )
    if number % 500 < 40:
        same = "Videoanruf mit der Familie, bitte in Ruhe zeigen"
        return {"style": "one of forty in a care home", "address": "care-home", "goal": same, "seconds": 120}
    return personas[number % len(personas)]
