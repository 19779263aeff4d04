"""The guide's dates in their own calendar: a secret link that can be revoked, and nothing but district and time."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine
import vobject
from ical.calendar_stream import IcsCalendarStream

from bookings import calendar_links
from bookings.calendars import guide_calendar
from bookings.models import CalendarLink, HomeVisit
from lotsen.log_lines import WithoutSecrets
from tests.people import NOW, make_address, make_client, make_scheduled, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SPRING, AUTUMN = datetime(2027, 3, 27, 9, tzinfo=UTC), datetime(2027, 10, 30, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(settings):
    settings.SESSION_COOKIE_AGE = 365 * 24 * 60 * 60
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def bernd():
    return make_user("volunteer", name="Bernd Kluge", phone="+4917139200042")


def assigned(guide, *, starts_at=NOW + timedelta(days=6)):
    home = make_client("Ursula Schulze", address=make_address("Gartenweg", "16", extra="2. OG"), needs=["stairs"])
    visit = make_scheduled(by=make_user("hotline"), starts_at=starts_at, client=home, goal="Fotos vom Enkel")
    HomeVisit.objects.filter(pk=visit.pk).update(guide=guide, state="assigned", code_word="Ahorn")
    return HomeVisit.objects.get(pk=visit.pk)


def link_of(user):
    return f"/kalender/{calendar_links.make_link(by=user, at=NOW)}.ics"


def events(body):
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def read_by_vobject(body):
    return {
        event.uid.value: (event.dtstart.value.astimezone(UTC), event.status.value, int(event.sequence.value))
        for event in vobject.readOne(body.decode()).vevent_list
    }


def read_by_ical(body):
    calendar = IcsCalendarStream.calendar_from_ics(body.decode())
    return {event.uid: (event.dtstart.astimezone(UTC), event.status.value, event.sequence) for event in calendar.events}


READERS = [read_by_vobject, read_by_ical]


def test_district_and_time_and_nothing_else(client, bernd):
    visit = assigned(bernd)

    response = client.get(link_of(bernd))
    body = response.content.decode()

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(body)
    assert str(event["SUMMARY"]) == "Lotsen-Termin, 01169"
    assert event["DTSTART"].dt == visit.slot_starts_at
    kept = {"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "CLASS", "STATUS"}
    assert set(event) == kept
    for hidden in ("Schulze", "Gartenweg", "Enkel", "Ahorn", visit.reference, "Kluge", "Fotos"):
        assert hidden not in body
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("read", READERS)
def test_a_moved_date_keeps_its_entry_and_a_lost_one_stays_cancelled(bernd, read):
    visit = assigned(bernd)
    calendar_links.make_link(by=bernd, at=NOW)

    def feed(at):
        return read(guide_calendar(calendar_links.fetch_entries(bernd, at=at)))

    ((uid, first),) = feed(NOW).items()
    later = visit.slot_starts_at + HOUR
    HomeVisit.objects.filter(pk=visit.pk).update(slot_starts_at=later, slot_ends_at=later + HOUR)
    assert feed(NOW + HOUR) == {uid: (later, "CONFIRMED", 1)}
    HomeVisit.objects.filter(pk=visit.pk).update(guide=None, state="scheduled")
    assert feed(NOW + 2 * HOUR) == {uid: (later, "CANCELLED", 2)}
    assert feed(NOW + 3 * HOUR) == {uid: (later, "CANCELLED", 2)}
    HomeVisit.objects.filter(pk=visit.pk).update(guide=bernd, state="assigned")
    assert feed(NOW + 4 * HOUR) == {uid: (later, "CONFIRMED", 3)}
    assert first == (visit.slot_starts_at, "CONFIRMED", 0)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_both_changes_of_the_clocks(bernd, read, night):
    before, after = assigned(bernd, starts_at=night), assigned(bernd, starts_at=night + timedelta(days=1))
    found = read(guide_calendar(calendar_links.fetch_entries(bernd, at=NOW)))
    assert sorted(start for start, _state, _sequence in found.values()) == [before.slot_starts_at, after.slot_starts_at]


def test_the_same_bytes_as_long_as_nothing_changes(client, bernd):
    assigned(bernd)
    path = link_of(bernd)
    first = client.get(path)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert client.get(path).content == first.content
        assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_a_thousand_dates_come_in_a_constant_number_of_queries(bernd, django_assert_num_queries):
    calendar_links.make_link(by=bernd, at=NOW)
    for number in range(3):
        assigned(bernd, starts_at=NOW + timedelta(days=6 + number))
    calendar_links.fetch_entries(bernd, at=NOW)
    with django_assert_num_queries(6):
        calendar_links.fetch_entries(bernd, at=NOW)
    assigned(bernd, starts_at=NOW + timedelta(days=20))
    calendar_links.fetch_entries(bernd, at=NOW)
    with django_assert_num_queries(6):
        calendar_links.fetch_entries(bernd, at=NOW)


def dead_links(client, bernd):
    """Links that must not hold, each by its name."""
    path = link_of(bernd)
    token = path.removeprefix("/kalender/").removesuffix(".ics")
    return {
        "truncated": f"/kalender/{token[:-1]}.ics",
        "longer": f"/kalender/{token}A.ics",
        "upper": f"/kalender/{token.upper()}.ics",
        "lower": f"/kalender/{token.lower()}.ics",
        "nul": f"/kalender/{token}%00.ics",
        "newline": f"/kalender/{token}%0A.ics",
        "emoji": "/kalender/%F0%9F%98%80.ics",
        "long": f"/kalender/{'A' * 5000}.ics",
        "hash": f"/kalender/{CalendarLink.objects.get().digest}.ics",
        "never": f"/kalender/{'A' * 43}.ics",
    }


def test_every_link_that_does_not_hold_is_the_same_404(client, bernd):
    assigned(bernd)
    answers = {name: client.get(path) for name, path in dead_links(client, bernd).items()}

    bodies = {without_token(answer.content.decode()) for answer in answers.values()}
    assert {answer.status_code for answer in answers.values()} == {404}
    assert len(bodies) == 1


def without_token(page):
    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce|name="next" value)="[^"]*"', "", page)


def test_revoked_renewed_suspended_and_without_the_role_the_feed_is_gone_at_once(client, bernd):
    assigned(bernd)
    old = link_of(bernd)
    assert client.get(old).status_code == 200
    new = link_of(bernd)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)

    bernd.roles = []
    bernd.save()
    assert client.get(new).status_code == 404
    bernd.roles, bernd.is_active = ["volunteer"], False
    bernd.save()
    assert client.get(new).status_code == 404
    bernd.is_active = True
    bernd.save()
    assert client.get(new).status_code == 200  # control: it was the suspension

    calendar_links.revoke_link(by=bernd, at=NOW)
    assert client.get(new).status_code == 404


def test_guesses_are_slowed_down_and_a_right_link_never(client, bernd):
    path = link_of(bernd)
    codes = [client.get(f"/kalender/{number:043d}.ics").status_code for number in range(62)]
    assert codes == [404] * 60 + [429] * 2
    assert client.get(path).status_code == 200


def test_the_secret_is_kept_by_nobody_and_never_in_the_log(client, bernd, caplog, settings):
    caplog.handler.addFilter(WithoutSecrets())
    path = link_of(bernd)
    token = path.removeprefix("/kalender/").removesuffix(".ics")
    assert token not in CalendarLink.objects.get().digest
    with caplog.at_level(logging.DEBUG):
        client.get(path)
        client.post(path)
        client.get(path + "?x=%00")
        client.get(f"/kalender/{token}%00.ics")
        client.get(f"/kalender/{token}/x")
    assert token not in caplog.text
    assert "/kalender/…" in caplog.text  # control: there were lines


def test_the_page_makes_shows_once_renews_and_revokes(client, bernd):
    client.force_login(bernd)
    assert "Noch kein Link" in client.get("/lotse/ich/kalender/").content.decode()

    page = client.post("/lotse/ich/kalender/").content.decode()
    url = page.partition('value="http')[2].partition('"')[0]
    assert client.get("/kalender/" + url.rpartition("/")[2]).status_code == 200
    again = client.get("/lotse/ich/kalender/").content.decode()
    assert ".ics" not in again
    assert "Ihr Kalender ist verbunden" in again

    assert client.post("/lotse/ich/kalender/aus/").status_code == 302
    assert client.get("/kalender/" + url.rpartition("/")[2]).status_code == 404
