"""A guide sees a few full addresses a day and a month, however they try; then a human talks with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from bookings import shown_addresses
from bookings.models import HomeVisit, ShownAddress
from lotsen.messages.models import CallTask
from tests.people import NOW, make_address, make_client, make_scheduled, make_topic, make_user
from tests.races.racing import at_once

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def assigned(guide, count, *, starts_at=NOW + HOUR):
    """Visits of one guide at as many addresses; the times do not matter here and never overlap."""
    anna, topics, found = make_user("hotline"), [make_topic()], []
    for number in range(count):
        home = make_client(f"Ursula Schulze{number}", address=make_address("Gartenweg", str(number + 1)))
        visit = make_scheduled(by=anna, starts_at=starts_at + number * 3 * HOUR, client=home, topics=topics)
        HomeVisit.objects.filter(pk=visit.pk).update(guide=guide, state="assigned")
        found.append(HomeVisit.objects.select_related("client").get(pk=visit.pk))
    return found


@pytest.mark.django_db
def test_five_addresses_a_day_and_the_sixth_opens_one_call_task_for_the_coordination():
    bernd = make_user("volunteer", name="Bernd Kluge", phone="+4917139200042")
    rows = assigned(bernd, 8)

    assert [shown_addresses.show_address(row, by=bernd, at=NOW) for row in rows] == [True] * 5 + [False] * 3
    assert [shown_addresses.show_address(row, by=bernd, at=NOW) for row in rows] == [True] * 5 + [False] * 3

    (task,) = CallTask.objects.all()
    assert (task.kind, task.phone, task.variables) == ("k_addresses", bernd.phone, {"visitor_name": bernd.name})


@pytest.mark.django_db
def test_the_day_is_the_last_24_hours_and_an_old_address_is_free():
    bernd = make_user("volunteer", name="Bernd Kluge", phone="+4917139200042")
    rows = assigned(bernd, 6)
    for row in rows[:5]:
        shown_addresses.show_address(row, by=bernd, at=NOW)

    just_before = NOW + DAY - timedelta(seconds=1)
    assert not shown_addresses.show_address(rows[5], by=bernd, at=just_before)
    assert shown_addresses.show_address(rows[0], by=bernd, at=just_before)
    assert shown_addresses.show_address(rows[5], by=bernd, at=NOW + DAY)


@pytest.mark.django_db
def test_fifteen_addresses_in_thirty_days():
    bernd = make_user("volunteer", name="Bernd Kluge", phone="+4917139200042")
    rows = assigned(bernd, 20)

    seen = [shown_addresses.show_address(row, by=bernd, at=NOW + number * DAY) for number, row in enumerate(rows)]
    assert seen == [True] * 15 + [False] * 5
    assert shown_addresses.show_address(rows[19], by=bernd, at=NOW + 30 * DAY)


@pytest.mark.django_db
def test_the_budget_of_one_guide_is_not_that_of_another():
    bernd, clara = (
        make_user("volunteer", name="Bernd Kluge", phone="+4917139200042"),
        make_user("volunteer", name="Clara Beck"),
    )
    rows = assigned(bernd, 6)
    for row in rows[:5]:
        shown_addresses.show_address(row, by=bernd, at=NOW)

    assert shown_addresses.show_address(rows[5], by=clara, at=NOW)


def race(bernd, rows):
    acts = [lambda row=row: shown_addresses.show_address(row, by=bernd, at=NOW) for row in rows]
    return at_once(acts).count(True)


@pytest.mark.django_db(transaction=True)
def test_ten_pages_opened_at_once_show_five_addresses():
    bernd = make_user("volunteer", name="Bernd Kluge", phone="+4917139200042")
    rows = assigned(bernd, 10)

    assert race(bernd, rows) == 5
    assert ShownAddress.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_ten_pages_show_more(monkeypatch):
    monkeypatch.setattr(shown_addresses, "one_at_a_time", lambda what: None)
    bernd = make_user("volunteer", name="Bernd Kluge", phone="+4917139200042")
    rows = assigned(bernd, 10)

    counts = []
    for _round in range(20):
        ShownAddress.objects.all().delete()
        counts.append(race(bernd, rows))
    assert max(counts) > 5


@pytest.fixture
def clock(settings):
    settings.SESSION_COOKIE_AGE = 60 * 24 * 60 * 60
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def full_addresses(client, rows):
    """How many of these pages give the house number away."""
    found = 0
    for row in rows:
        page = client.get(f"/lotse/besuch/{row.reference}/").content.decode()
        street = row.client.address.street_line
        found += f">{street}<" in page or "geo:" in page or row.client.name in page
    return found


@pytest.mark.django_db
def test_a_greedy_guide_reads_five_house_numbers_and_then_a_kind_sentence(client, clock):
    bernd = make_user("volunteer", name="Bernd Kluge", phone="+4917139200042")
    rows = assigned(bernd, 7)
    client.force_login(bernd)

    assert full_addresses(client, rows) == 5
    page = client.get(f"/lotse/besuch/{rows[6].reference}/").content.decode()
    assert "Mehr Adressen zeigen wir aus Vorsicht nicht." in page
    assert "Gartenweg" in page
    assert CallTask.objects.filter(kind="k_addresses").count() == 1


@pytest.mark.django_db
def test_control_without_the_count_a_greedy_guide_reads_all(client, clock, monkeypatch):
    monkeypatch.setattr("bookings.views.guide_visit.show_address", lambda row, by, at: True)
    bernd = make_user("volunteer", name="Bernd Kluge", phone="+4917139200042")
    rows = assigned(bernd, 7)
    client.force_login(bernd)

    assert full_addresses(client, rows) == 7


@pytest.mark.django_db
def test_the_code_word_stays_where_the_address_is_said_by_telephone(client, clock):
    bernd = make_user("volunteer", name="Bernd Kluge", phone="+4917139200042")
    soon, *others = assigned(bernd, 6)
    HomeVisit.objects.filter(pk=soon.pk).update(code_word="Ahorn")
    client.force_login(bernd)

    assert full_addresses(client, others) == 5
    page = client.get(f"/lotse/besuch/{soon.reference}/").content.decode()
    assert "Ahorn" in page
    assert "Mehr Adressen zeigen wir" in page


@pytest.mark.django_db
def test_a_halt_of_the_published_tour_is_not_counted(monkeypatch):
    bernd = make_user("advisor")
    rows = assigned(bernd, 6)
    for row in rows:
        row.request_stop_id = 1
    assert all(shown_addresses.show_address(row, by=bernd, at=NOW) for row in rows)
    assert not ShownAddress.objects.exists()
