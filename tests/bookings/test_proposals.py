from datetime import timedelta

import pytest

from bookings import offers
from bookings.proposals import suggest
from bookings.translate import EstimatedWays, candidates, need_for
from lotsen.people.models import User
from lotsen.places.models import Address, District
from tests.people import (
    NOW,
    make_address,
    make_scheduled,
    make_topic,
    make_user,
    make_visit,
    make_volunteer,
)
from volunteers.models import Absence, Volunteer

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
    with django_assert_num_queries(21):
        suggest(visit, at=NOW)
    for number in range(3):
        make_volunteer(f"Person {number}", topics=[photos])
    with django_assert_num_queries(20):  # the topics are known
        suggest(visit, at=NOW)
    with django_assert_num_queries(10):  # nobody's rows have changed
        suggest(visit, at=NOW)


CHANGES = {
    "hours": lambda one: Volunteer.objects.filter(pk=one.pk).update(hours="Mo 9-10"),
    "skills": lambda one: one.skills.all().delete(),
    "absences": lambda one: Absence.objects.create(volunteer=one, first_on=NOW.date(), last_on=NOW.date()),
    "home": lambda one: Address.objects.filter(pk=one.home_id).update(latitude=50.9),
    "name": lambda one: User.objects.filter(pk=one.user_id).update(name="Anders"),
    "districts": lambda one: one.districts.add(District.objects.create(key="1", name="Nord", short_name="Nord")),
    "state": lambda one: Volunteer.objects.filter(pk=one.pk).update(state="paused"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_people_kept_in_memory_are_never_older_than_their_rows(change):
    one = make_volunteer(topics=[make_topic()])
    before = candidates(at=NOW)
    assert list(candidates(at=NOW)) == list(before)
    CHANGES[change](one)
    assert list(candidates(at=NOW)) != list(before)


def test_many_ways_at_once_are_the_very_same_as_one_by_one():
    photos = make_topic()
    for number, mode in enumerate(["foot", "bike", "transit", "car"]):
        home = make_address("Weg", str(number), "01099", latitude=51.03 + number / 40, longitude=13.70 + number / 30)
        make_volunteer(f"Person {number}", topics=[photos], home=home, travel_mode=mode)
    need, ways = need_for(make_visit(topics=[photos])), EstimatedWays()
    people = list(candidates(at=NOW))
    homes, modes = [one.place for one in people] + [None], [one.mode for one in people] + ["foot"]
    assert list(ways.metres_to(homes, need.place)) == [ways.metres(home, need.place) for home in homes]
    for end in (need.place, None):
        alone = [ways.minutes(mode, home, end) for mode, home in zip(modes, homes, strict=True)]
        assert ways.minutes_to(modes, homes, end) == alone
    for mode in modes:
        alone = [[ways.minutes(mode, first, second) for second in homes] for first in homes]
        assert ways.minutes_among(mode, homes) == alone
    ends = [*homes, need.place]
    assert ways.metres_table(homes, ends).tolist() == [[ways.metres(home, end) for home in homes] for end in ends]
