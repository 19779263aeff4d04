"""What is kept back for the telephone, and how long people wait."""

from datetime import timedelta

import pytest
from django.core.cache import caches

from bookings import intake, offers
from bookings.models import HomeVisit, PhoneShare
from bookings.proposals import suggest
from bookings.queries import Share, Wait, expected_wait, phone_share
from lotsen.kernel.calendar import local_date
from tests.people import NOW, make_scheduled, make_topic, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    caches["local"].clear()


@pytest.fixture
def anna():
    return make_user("coordinator")


def keep(percent, by):
    return intake.keep_phone_share(percent, by=by, at=NOW)


@pytest.mark.parametrize(
    ("share", "for_web", "is_used_up"),
    [
        (Share(0, 0, 0), 0, False),
        (Share(30, 10, 6), 7, False),
        (Share(30, 10, 7), 7, True),
        (Share(90, 10, 1), 1, True),
        (Share(10, 0, 0), 0, True),
    ],
)
def test_the_share_of_the_web(share, for_web, is_used_up):
    assert (share.for_web, share.is_used_up) == (for_web, is_used_up)


def test_it_counts_what_volunteers_give_and_what_the_web_has(anna):
    topic = make_topic()
    bernd = make_volunteer(topics=[topic], visits_a_week=2)
    keep(50, anna)
    assert phone_share(at=NOW) == Share(50, 4, 0)
    for entrance, days in (("web", 6), ("phone", 7), ("web", 20)):
        visit = make_scheduled(by=anna, entrance=entrance, starts_at=NOW + timedelta(days=days))
        (offer,) = offers.send_offers(visit, volunteers=[bernd], answer_by=NOW + timedelta(1), by=anna, at=NOW)
        offers.accept_offer(offer, by=bernd.user, at=NOW)
    assert phone_share(at=NOW) == Share(50, 4, 1)


def test_what_is_kept_back_is_not_offered_to_the_web_but_to_the_telephone(anna):
    topic = make_topic()
    make_volunteer(topics=[topic], visits_a_week=1)
    web, phone = make_visit(entrance="web"), make_visit()
    before = suggest(web, at=NOW)
    assert [slot.slot.day for slot in before.best] == [slot.slot.day for slot in suggest(phone, at=NOW).best]

    keep(90, anna)  # of two visits in two weeks the web may have none

    days = [slot.slot.day for slot in suggest(web, at=NOW).best]
    assert days
    assert min(days) >= local_date(NOW) + timedelta(days=14)
    assert [slot.slot.day for slot in suggest(phone, at=NOW).best] == [slot.slot.day for slot in before.best]


def test_coordinators_set_it_and_everybody_reads_it(client, anna):
    client.force_login(anna)
    make_volunteer(visits_a_week=5)
    client.post("/hotline/anfragen/freihalten/", {"percent": "30"})
    client.post("/hotline/anfragen/freihalten/", {"percent": "91"})
    assert [(row.percent, row.by) for row in PhoneShare.objects.all()] == [(30, anna)]
    client.force_login(make_user("hotline"))
    page = client.get("/hotline/anfragen/").content.decode()
    assert "Von etwa 10 Besuchen der nächsten zwei Wochen bleiben 30 Prozent für das Telefon" in page
    assert client.post("/hotline/anfragen/freihalten/", {"percent": "0"}).status_code == 404


def served(days, count=5):
    for _number in range(count):
        visit = make_visit(at=NOW - timedelta(days=days + 1))
        HomeVisit.objects.filter(pk=visit.pk).update(
            state="done",
            guide=make_user("volunteer"),
            slot_starts_at=NOW - timedelta(days=1),
            slot_ends_at=NOW - timedelta(hours=23),
        )


def test_too_few_people_say_nothing_about_the_wait():
    served(6, count=4)
    assert expected_wait(None, at=NOW) is None


def test_most_people_s_wait_is_told():
    served(6, count=8)
    served(20, count=1)
    assert expected_wait(None, at=NOW) == Wait(7, False)


def test_a_district_with_too_few_is_told_the_city_s():
    served(6)
    assert expected_wait(4711, at=NOW) == Wait(7, False)
