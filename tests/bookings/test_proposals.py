from datetime import timedelta

import pytest

from bookings import offers
from bookings.proposals import suggest
from bookings.translate import EstimatedWays, candidates, need_for, ways_for
from tests.people import (
    NOW,
    make_address,
    make_client,
    make_scheduled,
    make_topic,
    make_user,
    make_visit,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def test_who_knows_the_topic_is_suggested_and_who_does_not_is_explained():
    photos, tv = make_topic(), make_topic("tv", "Fernseher")
    bernd = make_volunteer("Bernd Kluge", topics=[photos])
    make_volunteer("Clara Vogel", topics=[tv])

    found = suggest(make_visit(topics=[photos]), at=NOW)

    assert {fit.candidate.key for slot in found.best for fit in slot.fits} == {bernd.pk}
    assert [(no.candidate.name, str(no.shortfalls[0].sentence)) for no in found.misfits] == [
        ("Clara Vogel", "Thema Fotos fehlt.")
    ]


def test_a_promised_visit_blocks_its_hour():
    photos = make_topic()
    bernd = make_volunteer("Bernd Kluge", topics=[photos])
    anna = make_user()
    promised = make_scheduled(by=anna, topics=[photos], starts_at=NOW + timedelta(days=5))
    (offer,) = offers.send_offers(promised, volunteers=[bernd], answer_by=NOW + timedelta(1), by=anna, at=NOW)

    wanted = make_scheduled(by=anna, topics=[photos], starts_at=NOW + timedelta(days=5))
    assert [slot.best.candidate.key for slot in suggest(wanted, at=NOW).best] == [bernd.pk]
    offers.accept_offer(offer, by=bernd.user, at=NOW)

    assert suggest(wanted, at=NOW).best == ()


def test_the_number_of_queries_does_not_grow_with_people(django_assert_num_queries):
    photos = make_topic()
    make_volunteer(topics=[photos])
    visit = make_visit(topics=[photos])
    with django_assert_num_queries(9):
        suggest(visit, at=NOW)
    for number in range(3):
        make_volunteer(f"Person {number}", topics=[photos])
    with django_assert_num_queries(9):
        suggest(visit, at=NOW)


def test_ways_known_beforehand_are_the_very_same_as_one_by_one():
    photos = make_topic()
    for number, mode in enumerate(["foot", "bike", "transit", "car"]):
        home = make_address("Weg", str(number), "01099", latitude=51.03 + number / 40, longitude=13.70 + number / 30)
        make_volunteer(f"Person {number}", topics=[photos], home=home, travel_mode=mode)
    visit = make_visit(topics=[photos])
    people, need = candidates(at=NOW), need_for(visit)

    known, one_by_one = ways_for(need, people), EstimatedWays()

    assert len(known.known) == 2 * len(people)
    for one in people:
        for ends in ((one.place, need.place), (need.place, one.place)):
            assert known.minutes(one.mode, *ends) == one_by_one.minutes(one.mode, *ends)


def test_a_person_without_a_place_has_no_ways_to_work_out():
    make_volunteer(topics=[make_topic()])
    visit = make_visit(client=make_client(address=make_address(latitude=None, longitude=None, accuracy="none")))
    assert ways_for(need_for(visit), candidates(at=NOW)).known == {}
