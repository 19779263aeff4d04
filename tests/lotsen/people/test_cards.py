"""Cards: issued, revoked, replaced; valid only while all of it holds; a number that catches a slip."""

from __future__ import annotations

import io
from datetime import date, timedelta
from random import Random

import pytest
from PIL import Image

from lotsen.kernel.errors import AlreadyMoved
from lotsen.kernel.pictures import NotAPhoto
from lotsen.people import cards
from lotsen.people.models import Card
from tests.people import NOW, make_user, make_volunteer
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
LAST = date(2027, 11, 25)


@pytest.fixture
def bernd():
    return make_volunteer().user


def issued(user, **fields):
    return cards.issue_card(user, **{"valid_until": LAST, "by": None, "at": NOW} | fields)


def picture(size=(900, 600)):
    drawn, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "Kamera"
    Image.new("RGB", size, "#336699").save(drawn, "JPEG", exif=exif)
    return drawn.getvalue()


def test_a_card_is_valid_by_its_digits_and_by_its_code(bernd):
    card = issued(bernd)
    spaced = f"{card.number[:3]} {card.number[3:6]}-{card.number[6:]}"
    assert (
        cards.is_valid_card(card.number, at=NOW),
        cards.is_valid_card(spaced, at=NOW),
        cards.card_by_token(card.token, at=NOW),
        cards.card_by_token(card.token.lower(), at=NOW),
        (len(card.number), len(card.token), card.first_name, card.grouped_number),
    ) == (True, True, card, card, (9, 26, "Bernd", f"{card.number[:3]} {card.number[3:6]} {card.number[6:]}"))


@pytest.mark.parametrize("nonsense", ["", "1", "000000000", "123456789" * 9, "١٢٣٤٥٦٧٨٩", "abc", "\ud7ff"])
def test_nonsense_is_no_card(bernd, nonsense):
    issued(bernd)
    assert not cards.is_valid_card(nonsense, at=NOW)
    assert cards.card_by_token(nonsense, at=NOW) is None


def test_every_slip_of_one_digit_and_every_swap_is_caught_by_the_number_itself(bernd):
    number = issued(bernd).number
    slips = {number[:at] + digit + number[at + 1 :] for at in range(9) for digit in "0123456789"} - {number}
    swaps = {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(8)} - {number}
    assert [slip for slip in slips | swaps if cards.check_digit(slip) == "0"] == []


def gone(user):
    Volunteer.objects.filter(user=user).update(state="left")


def paused(user):
    Volunteer.objects.filter(user=user).update(state="paused")


def locked_out(user):
    type(user).objects.filter(pk=user.pk).update(is_active=False)


def other_role(user):
    type(user).objects.filter(pk=user.pk).update(roles=["hotline"])


def revoked(user):
    cards.revoke_card(user.cards.get(), because="lost", by=None, at=NOW)


def all_revoked(user):
    cards.revoke_cards_of(user, because="left", by=None, at=NOW)


@pytest.mark.parametrize("change", [gone, paused, locked_out, other_role, revoked, all_revoked])
def test_whoever_no_longer_goes_has_no_valid_card_in_the_same_second(bernd, change):
    card = issued(bernd)
    assert cards.is_valid_card(card.number, at=NOW)
    change(bernd)
    assert (cards.is_valid_card(card.number, at=NOW), cards.card_by_token(card.token, at=NOW)) == (False, None)


def test_a_card_holds_to_the_end_of_its_last_day(bernd):
    card = issued(bernd)
    end = NOW.replace(year=2027)
    assert [
        cards.is_valid_card(card.number, at=at)
        for at in (end, end + timedelta(hours=13, minutes=59), end + timedelta(hours=14))
    ] == [True, True, False]


def test_an_advisor_has_a_card_too_and_the_hotline_has_none():
    assert cards.is_valid_card(issued(make_user("advisor")).number, at=NOW)
    with pytest.raises(cards.NotServing):
        issued(make_user("hotline"))


@pytest.mark.parametrize("last", [date(2026, 11, 24), date(2031, 1, 1)])
def test_the_last_day_is_sane(bernd, last):
    with pytest.raises(cards.CardTooLong):
        issued(bernd, valid_until=last)


def test_one_card_a_person(bernd):
    issued(bernd)
    with pytest.raises(AlreadyMoved):
        issued(bernd)


def test_a_new_card_kills_the_old_one_and_nothing_changes_when_it_is_refused(bernd):
    old = issued(bernd, photo=picture(), has_agreed=True)
    with pytest.raises(NotAPhoto):
        cards.replace_card(old, because="lost", valid_until=LAST, by=None, at=NOW, photo=b"x", has_agreed=True)
    assert cards.is_valid_card(old.number, at=NOW)
    old = Card.objects.get()
    new = cards.replace_card(old, because="lost", valid_until=LAST, by=None, at=NOW, has_agreed=True)
    old = Card.objects.get(pk=old.pk)
    states = [cards.is_valid_card(card.number, at=NOW) for card in (old, new)]
    assert (states, old.photo, bool(new.photo), new.number != old.number) == ([False, True], None, True, True)


def test_a_photo_only_by_consent_and_small_and_without_the_camera(bernd):
    with pytest.raises(cards.PhotoNotAgreed):
        issued(bernd, photo=picture())
    data = bytes(issued(bernd, photo=picture((3000, 2000)), has_agreed=True).photo)
    with Image.open(io.BytesIO(data)) as kept:
        assert (kept.size, kept.format, dict(kept.getexif()), b"Kamera" in data, len(data) < 30_000) == (
            (240, 320),
            "JPEG",
            {},
            False,
            True,
        )


def test_numbers_begin_with_no_zero_and_end_with_their_check_digit():
    chance = Random(5)
    numbers = [cards.new_number(chance) for _ in range(2000)]
    assert {(len(one), one[0] == "0", cards.check_digit(one)) for one in numbers} == {(9, False, "0")}
