""" "Kommt wirklich jemand?": proof first, the word never shown, three tries an hour."""

from datetime import timedelta

import pytest

from bookings import coming
from bookings.models import CaseNote, HomeVisit
from bookings.rules import is_due_now
from lotsen.messages.models import CallTask
from tests.bookings.test_cases import START, assigned
from tests.people import NOW, make_scheduled, make_user, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("hotline")


def notes():
    return list(CaseNote.objects.order_by("pk").values_list("kind", flat=True))


def worded(visit, word="Birnbaum"):
    HomeVisit.objects.filter(pk=visit.pk).update(code_word=word)
    return HomeVisit.objects.get(pk=visit.pk)


def test_the_last_four_digits_prove_it(anna):
    visit = make_visit()

    assert coming.prove(visit, said="5216", by=anna, at=NOW) is True
    assert (notes(), CallTask.objects.filter(kind="senior_asks_who").count()) == (["proven"], 0)


def test_who_cannot_prove_it_is_called_back_on_the_stored_number(anna):
    visit = make_visit()

    assert coming.prove(visit, said="9999", by=anna, at=NOW) is False

    task = CallTask.objects.get(kind="senior_asks_who")
    assert (task.phone, task.deadline_at, notes()) == (visit.client.phone, NOW + timedelta(minutes=15), ["not_proven"])


def test_dialling_the_stored_number_is_proof(anna):
    assert coming.prove(make_visit(), said="", by=anna, at=NOW, has_called=True) is True
    assert notes() == ["call_out"]


def test_what_may_be_said_follows_the_state(anna):
    waiting, scheduled, coming_one = make_visit(), make_scheduled(by=anna), assigned(anna)
    over = assigned(anna)

    answers = [
        coming.answer_for(visit, at=at)
        for visit, at in [(waiting, NOW), (scheduled, NOW), (coming_one, NOW), (over, START + timedelta(days=1))]
    ]

    assert [(one.kind, one.has_word) for one in answers] == [
        ("wait", False),
        ("wait", False),
        ("yes", True),
        ("nobody", True),
    ]


@pytest.mark.parametrize(("minutes", "is_due"), [(-31, False), (-30, True), (0, True), (60, True), (61, False)])
def test_somebody_is_due_from_half_an_hour_before_to_the_end(anna, minutes, is_due):
    assert is_due_now(assigned(anna), at=START + timedelta(minutes=minutes)) is is_due


def test_after_check_out_nobody_is_due(anna):
    visit = assigned(anna)
    visit.checked_out_at = START + timedelta(minutes=20)

    assert is_due_now(visit, at=START + timedelta(minutes=30)) is False


@pytest.mark.parametrize(
    ("word", "is_right"), [("Birnbaum", True), (" birnbaum ", True), ("Birne", False), ("", False)]
)
def test_the_word_is_right_or_wrong_and_written_down(anna, word, is_right):
    visit = worded(assigned(anna))

    assert coming.check_word(visit, word=word, by=anna, at=START) is is_right
    assert notes() == ["word_right" if is_right else "word_wrong"]


def test_a_fourth_try_within_the_hour_is_refused_even_with_the_right_word(anna):
    visit = worded(assigned(anna))
    for _number in range(3):
        coming.check_word(visit, word="falsch", by=anna, at=START)

    with pytest.raises(coming.TooManyTries):
        coming.check_word(visit, word="Birnbaum", by=anna, at=START)

    assert notes() == ["word_wrong"] * 3
    next_hour = START + timedelta(hours=1)
    assert coming.check_word(visit, word="Birnbaum", by=anna, at=next_hour) is True


def test_where_nobody_is_due_no_word_is_checked_and_no_try_is_used(anna):
    visit = worded(assigned(anna))

    for at in (NOW, START + timedelta(hours=3)):
        with pytest.raises(coming.NobodyDue):
            coming.check_word(visit, word="Birnbaum", by=anna, at=at)

    assert notes() == []
