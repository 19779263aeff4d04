"""The code word of a visit: never twice for a person, dead with its assignment, told before anybody sets out."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from bookings import given_words, offers, visits
from bookings.models import GivenWord, HomeVisit
from bookings.words import CODE_WORDS
from lotsen.kernel.models import FieldChange
from lotsen.messages import letters
from lotsen.messages.call_answers import CallAnswer
from lotsen.messages.models import CallTask, Letter, Message, PrintRun
from lotsen.messages.spoken_secrets import spoken_secret
from lotsen.messages.wanted import still_wanted
from tests.people import NOW, make_address, make_client, make_scheduled, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REST = given_words.REST


@pytest.fixture
def anna():
    return make_user("hotline")


@pytest.fixture
def bernd():
    return make_volunteer()


def settled(anna, guide, *, starts_at=NOW + timedelta(days=9), **fields):
    visit = make_scheduled(by=anna, starts_at=starts_at, **fields)
    return visits.assign_guide(visit, guide=guide.user, by=anna, at=NOW)


def letter_of(visit):
    return Message.objects.get(about_id=str(visit.pk), channel="letter", variables__code_word=visit.code_word)


def printed(message):
    """As if the worker had drawn it and the office had posted it."""
    Message.objects.filter(pk=message.pk).update(state="sent", claimed_at=NOW, sent_at=NOW, text="Kennwort")
    letter = Letter.objects.create(message=message, created_at=NOW, printed_at=NOW)
    message.refresh_from_db()
    return letter


# --- never twice ------------------------------------------------------------------------------------


def test_a_word_rests_two_years_for_its_person_and_for_nobody_else():
    ursula, karl = make_client(), make_client("Karl Sauer")
    tries = [
        given_words.remember(ursula.pk, "Ahorn", at=NOW),
        given_words.remember(ursula.pk, "Ahorn", at=NOW + REST),
        given_words.remember(karl.pk, "Ahorn", at=NOW),
        given_words.remember(ursula.pk, "Ahorn", at=NOW + REST + timedelta(seconds=1)),
        given_words.remember(ursula.pk, "Ahorn", at=NOW + 2 * REST),
    ]
    assert tries == [True, False, True, True, False]


def test_a_word_that_was_given_back_is_not_forgotten(anna, bernd):
    clara, visit = make_volunteer("Clara Vogel"), None
    client = make_client()
    heard = set()
    for number in range(12):
        if visit is None:
            visit = settled(anna, bernd, client=client)
        else:
            visit = visits.assign_guide(visit, guide=(bernd, clara)[number % 2].user, by=anna, at=NOW)
        heard.add(visit.code_word)
        visit = visits.release_guide(visit, because="krank", by=anna, at=NOW)
    assert (len(heard), GivenWord.objects.filter(client=client).count()) == (12, 12)


def test_nobody_gets_a_word_again_even_when_the_list_is_nearly_used_up(anna, bernd, monkeypatch):
    client = make_client()
    for word in CODE_WORDS[:-1]:
        given_words.remember(client.pk, word, at=NOW)
    assert settled(anna, bernd, client=client).code_word == CODE_WORDS[-1]


PEOPLE, VISITS, SPAN_DAYS = 10, 1_500, 5 * 365
DAILY = Random(7)


def simulated(draw):
    """Repeats within two years among visits of a few people over five years."""
    last: dict[tuple[int, str], int] = {}
    repeats = 0
    days = sorted(DAILY.randrange(SPAN_DAYS) for _ in range(VISITS))
    for day in days:
        person = DAILY.randrange(PEOPLE)
        word = draw(person, NOW + day * DAY)
        seen = last.get((person, word))
        repeats += seen is not None and day - seen <= REST.days
        last[person, word] = day
    return repeats


def test_no_word_repeats_within_two_years():
    people = [make_client(f"Person {number}") for number in range(PEOPLE)]

    def draw(person, at):
        visit = HomeVisit(pk=0, client=people[person])
        given_words.give_word(visit, at=at)
        return visit.code_word

    assert simulated(draw) == 0


def test_control_without_the_memory_words_repeat():
    chance = Random(3)
    assert simulated(lambda person, at: chance.choice(CODE_WORDS)) > 0


def test_the_memory_holds_no_word_and_is_itself_forgotten(anna, bernd):
    visit = settled(anna, bernd)
    with connection.cursor() as cursor:
        cursor.execute("SELECT bookings_givenword::text FROM bookings_givenword")
        assert visit.code_word.lower() not in str(cursor.fetchall()).lower()
    assert given_words.forget_old_words(at=NOW + REST) == 0
    assert given_words.forget_old_words(at=NOW + REST + DAY) == 1


# --- dead with its assignment -----------------------------------------------------------------------


def test_the_word_dies_with_the_assignment(anna, bernd):
    visit = settled(anna, bernd)
    old = visit.code_word
    visit = visits.release_guide(visit, because="krank", by=anna, at=NOW)
    assert (visit.code_word, HomeVisit.objects.get().code_word) == ("", "")
    visit = visits.assign_guide(visit, guide=bernd.user, by=anna, at=NOW)
    assert visit.code_word not in ("", old)
    assert letter_of(visit).state == "queued"


def test_the_word_dies_when_the_visit_is_called_off(anna, bernd):
    visit = settled(anna, bernd)
    visits.cancel_visit(visit, because="", own_wish=True, by=anna, at=NOW)
    assert HomeVisit.objects.get().code_word == ""


# --- told before anybody sets out -------------------------------------------------------------------


def test_nobody_sets_out_before_the_letter_is_posted(anna, bernd):
    visit = settled(anna, bernd)
    ready = [given_words.is_ready(visit)]
    letter = printed(letter_of(visit))
    ready.append(given_words.is_ready(visit))
    letters.mark_posted([letter], by=anna, at=NOW)
    ready.append(given_words.is_ready(visit))
    assert ready == [False, False, True]


def test_another_guide_makes_it_unready_until_the_new_word_is_told(anna, bernd):
    clara = make_volunteer("Clara Vogel")
    visit = settled(anna, bernd)
    letters.mark_posted([printed(letter_of(visit))], by=anna, at=NOW)
    visit = visits.release_guide(visit, because="krank", by=anna, at=NOW)
    steps = [given_words.is_ready(visit)]
    visit = visits.assign_guide(visit, guide=clara.user, by=anna, at=NOW)
    steps.append(given_words.is_ready(visit))
    given_words.note_told(visit, by=anna, at=NOW)
    steps.append(given_words.is_ready(visit))
    assert steps == [False, False, True]
    assert FieldChange.objects.get(subject_id=str(visit.pk)).fields == ["word_told_at"]


def test_where_the_post_is_too_slow_our_system_calls_and_the_word_is_stored_nowhere_else(anna, bernd):
    visit = settled(anna, bernd, starts_at=NOW + timedelta(hours=30))
    call = Message.objects.get(kind="senior_code_word")
    assert (call.channel, call.to, call.state, visit.code_word in str(call.variables)) == (
        "voice",
        visit.client.phone,
        "queued",
        False,
    )
    assert (spoken_secret(call), still_wanted(call), given_words.is_ready(visit)) == (visit.code_word, True, False)
    given_words.note_answer(call, CallAnswer.SILENCE, NOW)
    assert not given_words.is_ready(HomeVisit.objects.get())
    given_words.note_answer(call, CallAnswer.CONFIRMED, NOW)
    assert given_words.is_ready(HomeVisit.objects.get())


def test_a_letter_in_time_needs_no_call(anna, bernd):
    settled(anna, bernd)
    assert not Message.objects.filter(kind="senior_code_word").exists()
    assert not CallTask.objects.filter(kind="senior_code_word").exists()


def test_at_night_the_telephone_does_not_ring(anna, bernd):
    night = NOW.replace(hour=22)
    visit = make_scheduled(by=anna, starts_at=night + timedelta(hours=30))
    visits.assign_guide(visit, guide=bernd.user, by=anna, at=night)
    assert Message.objects.get(kind="senior_code_word").not_before_at == (night + DAY).replace(hour=8)


def test_who_can_be_neither_called_nor_written_to_becomes_a_humans_task(anna, bernd):
    client = make_client(phone="", email="ursula@example.org")
    settled(anna, bernd, client=client, starts_at=NOW + timedelta(hours=30))
    assert CallTask.objects.filter(kind="senior_code_word").count() == 1


def test_a_new_word_kills_the_old_one_in_letter_and_call(anna, bernd):
    visit = settled(anna, bernd)
    old, letter = visit.code_word, letter_of(visit)
    visits.renew_word(visit, by=anna, at=NOW)
    letter.refresh_from_db()
    first = Message.objects.get(kind="senior_code_word")
    visits.renew_word(visit, by=anna, at=NOW)
    first.refresh_from_db()
    second = Message.objects.exclude(pk=first.pk).get(kind="senior_code_word")
    assert (old == visit.code_word, letter.state, first.state, second.state) == (False, "dropped", "dropped", "queued")
    assert (spoken_secret(first), still_wanted(first), spoken_secret(second)) == ("", False, visit.code_word)
    given_words.note_answer(first, CallAnswer.CONFIRMED, NOW)
    assert not given_words.is_ready(HomeVisit.objects.get())


def test_without_a_number_a_new_word_goes_by_a_new_letter(anna, bernd):
    client = make_client(phone="", address=make_address("Wiesenweg", "9"))
    visit = settled(anna, bernd, client=client)
    visits.renew_word(visit, by=anna, at=NOW)
    assert letter_of(visit).state == "queued"


def test_only_a_visit_ahead_gets_a_new_word(anna, bernd):
    waiting = make_visit(by=anna)
    visit = settled(anna, bernd)
    for row, at in ((waiting, NOW), (visit, visit.slot_ends_at)):
        with pytest.raises(given_words.NoVisitAhead):
            visits.renew_word(row, by=anna, at=at)
    with pytest.raises(given_words.NoVisitAhead):
        given_words.note_told(waiting, by=anna, at=NOW)


# --- forgotten --------------------------------------------------------------------------------------


def everything_stored() -> str:
    """All columns of all tables as text, bytes included."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        texts = []
        for name in names:
            cursor.execute(f"SELECT coalesce(string_agg(one::text, chr(10)), '') FROM \"{name}\" AS one")
            texts.append(cursor.fetchone()[0])
    return "\n".join(texts)


def test_a_day_after_the_visit_the_word_stands_nowhere(anna, bernd):
    visit = settled(anna, bernd)
    HomeVisit.objects.filter(pk=visit.pk).update(code_word="Zqkennwort")
    letter = letter_of(visit)
    Message.objects.filter(pk=letter.pk).update(
        variables={"code_word": "Zqkennwort", "topic": "Fotos"}, text="Zqkennwort"
    )
    CallTask.objects.create(
        key="word",
        kind="senior_booked",
        variables={"code_word": "Zqkennwort"},
        deadline_at=NOW,
        created_at=NOW,
        about_type="bookings.homevisit",
        about_id=str(visit.pk),
    )
    run = PrintRun.objects.create(requested_by=anna, requested_at=NOW, pdf=b"Zqkennwort")
    Letter.objects.create(message=letter, sheet={"blocks": ["Zqkennwort"]}, run=run, created_at=NOW)
    page = b"Zqkennwort".hex()
    over = visit.slot_ends_at + timedelta(hours=24)

    before = given_words.erase_words(at=over)
    kept = everything_stored()
    after = given_words.erase_words(at=over + timedelta(seconds=1))
    gone = everything_stored()

    assert (before, "Zqkennwort" in kept, page in kept) == (0, True, True)
    assert (after, "Zqkennwort" in gone, page in gone) == (1, False, False)
    letter.refresh_from_db()
    assert letter.variables == {}
    assert CallTask.objects.get(key="word").variables == {}


def test_the_guide_who_gives_back_leaves_no_word(anna, bernd):
    visit = make_scheduled(by=anna)
    (offer,) = offers.send_offers(visit, volunteers=[bernd], answer_by=NOW + DAY, by=anna, at=NOW)
    visit = offers.accept_offer(offer, by=bernd.user, at=NOW)
    offers.return_offer(offer, because="krank", by=bernd.user, at=NOW)
    row = HomeVisit.objects.get()
    assert (row.code_word, row.word_told_at, given_words.is_ready(row)) == ("", None, False)
