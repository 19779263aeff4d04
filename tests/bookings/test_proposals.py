from datetime import timedelta

import pytest

from bookings import offers
from bookings.proposals import suggest
from tests.people import NOW, make_scheduled, make_topic, make_user, make_visit, make_volunteer

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
