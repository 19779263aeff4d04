"""A hundred thousand visits and their code words: how often does a person hear a word again within two years?

    .venv/bin/python -m tests.bench.code_words [--visits 100000] [--people 5000]

Runs on the database of the settings, in one transaction that is undone. The control draws words without the memory.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom

import django

YEARS = 6
BEGIN = datetime(2020, 1, 1, 9, tzinfo=UTC)


def simulate(visits: int, people: list[int], draw: Callable[[int, datetime], str], rest: timedelta) -> int:
    """Repeats within `rest` of a person's earlier visit with the same word; the same days for every way of drawing."""
    chance, last, repeats = Random(1), {}, 0
    for day in sorted(chance.randrange(YEARS * 365) for _ in range(visits)):
        person, at = chance.choice(people), BEGIN + timedelta(days=day)
        word = draw(person, at)
        seen = last.get((person, word))
        repeats += seen is not None and at - seen <= rest
        last[person, word] = at
    return repeats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=5_000)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
    django.setup()

    from django.db import transaction

    from bookings.given_words import REST, remember
    from bookings.models import Client
    from bookings.words import CODE_WORDS, draw_word

    chance = SystemRandom()
    with transaction.atomic():
        made = Client.objects.bulk_create(
            Client(name="Person", phone="+493023125216", created_at=BEGIN) for _ in range(asked.people)
        )
        people = [client.pk for client in made]
        began = time.perf_counter()
        with_memory = simulate(
            asked.visits,
            people,
            lambda person, at: draw_word(chance, is_free=lambda word: remember(person, word, at=at)),
            REST,
        )
        seconds = time.perf_counter() - began
        without = simulate(asked.visits, people, lambda person, at: chance.choice(CODE_WORDS), REST)
        transaction.set_rollback(True)
    print(f"{asked.visits} visits of {asked.people} people in {YEARS} years, {len(CODE_WORDS)} words")
    print(f"repeats within {REST.days} days: {with_memory}; without the memory: {without}")
    print(f"{1000 * seconds / asked.visits:.2f} ms a word")


if __name__ == "__main__":
    main()
