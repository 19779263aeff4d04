"""Two people make a print run at the same instant: no letter is in both."""

from __future__ import annotations

from functools import partial

import pytest

from lotsen.messages.letters import waiting_letters
from lotsen.messages.models import Letter, Message, PrintRun
from lotsen.messages.print_runs import NothingToPrint, make_run
from lotsen.people.models import User
from tests.people import NOW, make_user
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LETTERS, PEOPLE, ROUNDS = 60, 4, 4


def laid() -> list[User]:
    Letter.objects.all().delete()
    Message.objects.all().delete()
    messages = Message.objects.bulk_create(
        Message(
            key=f"letter {number}",
            kind="senior_keep",
            channel="letter",
            to="Frau\nKarin Krause",
            state="sent",
            created_at=NOW,
            claimed_at=NOW,
            sent_at=NOW,
        )
        for number in range(LETTERS)
    )
    Letter.objects.bulk_create(Letter(message=message, created_at=NOW) for message in messages)
    return [make_user() for _ in range(PEOPLE)]


def test_no_letter_is_in_two_runs():
    for _ in range(ROUNDS):
        people = laid()

        results = at_once([partial(make_run, by=person, at=NOW) for person in people])

        runs = [result for result in results if isinstance(result, PrintRun)]
        nothing = [result for result in results if isinstance(result, NothingToPrint)]
        assert len(runs) + len(nothing) == PEOPLE, results
        assert sum(run.letter_count for run in runs) == LETTERS
        assert [run.letter_count for run in runs] == [run.letters.count() for run in runs]


def make_run_without_protection(person: User) -> set[object]:
    """What somebody would write who looks first and writes then."""
    keys = set(waiting_letters().values_list("pk", flat=True))
    run = PrintRun.objects.create(requested_by=person, requested_at=NOW, letter_count=len(keys))
    Letter.objects.filter(pk__in=keys).update(run=run)
    return keys


def test_control_without_the_lock_letters_are_in_two_runs():
    doubled = 0
    for _ in range(ROUNDS):
        people = laid()
        first, *others = at_once([partial(make_run_without_protection, person) for person in people])
        doubled = max(doubled, len(first & set().union(*others)))
    assert doubled > 0
