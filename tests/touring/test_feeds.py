from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine

from tests.touring.city import LATER, make_city, make_draft, make_published
from touring import deviations, feeds, tours
from touring.models import Stop, TourStop

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
JANUARY = datetime(2027, 1, 4, 8, tzinfo=UTC)


def feed(at=JANUARY, key="S3"):
    stop = Stop.objects.select_related("address").get(key=key)
    return feeds.stop_calendar(stop, url="https://lotsen.example/fahrplan/S3/", at=at)


def events(body):
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def test_every_date_is_read_back_right_on_both_sides_of_the_change_of_clocks():
    make_city()
    make_published()
    halts = TourStop.objects.filter(stop__key="S3").order_by("starts_at")
    expected = [(halt.starts_at, halt.ends_at) for halt in halts]
    found = [(event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in events(feed())]
    assert found == expected
    walls = {event.start.astimezone(BERLIN).time().isoformat() for event in events(feed())}
    assert walls == {"09:00:00"}
    assert {start.hour for start, _end in found} == {7, 8}


def test_the_calendar_as_a_whole():
    make_city()
    make_published()
    body = feed()
    calendar = icalendar.Calendar.from_ical(body)
    assert "UID" not in calendar
    assert (calendar["METHOD"], calendar["CALSCALE"], calendar["X-PUBLISHED-TTL"]) == ("PUBLISH", "GREGORIAN", "PT12H")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in body
    zone = calendar.walk("VTIMEZONE")[0]
    assert [(part.name, part["DTSTART"].to_ical(), dict(part["RRULE"])) for part in zone.subcomponents] == [
        ("DAYLIGHT", b"19700329T020000", {"FREQ": ["YEARLY"], "BYMONTH": [3], "BYDAY": ["-1SU"]}),
        ("STANDARD", b"19701025T030000", {"FREQ": ["YEARLY"], "BYMONTH": [10], "BYDAY": ["-1SU"]}),
    ]
    assert b"RDATE" not in body
    assert body.count(b"BEGIN:VTIMEZONE") == 1
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    first = events(body)[0]
    assert (first["UID"], first["SEQUENCE"], first["STATUS"]) == ("halt-S3-20270104@lotsen", 100, "CONFIRMED")
    assert b"DTSTART;TZID=Europe/Berlin:20270104T090000\r\n" in body
    assert first["SUMMARY"] == "Hilfe mit Handy und Computer: Treff Löbtau"


def test_the_bytes_do_not_change_while_nothing_does():
    make_city()
    make_published()
    assert feed(JANUARY) == feed(JANUARY + timedelta(hours=9))


def test_a_cancelled_date_stays_visible_with_a_higher_sequence():
    make_city()
    make_published()
    before = {event["UID"]: event for event in events(feed())}
    halt = TourStop.objects.filter(stop__key="S3").order_by("starts_at")[1]
    announced = LATER + timedelta(hours=2)
    deviation = deviations.announce_cancelled(halt, by=None, at=announced)
    after = {event["UID"]: event for event in events(feed())}
    changed = [uid for uid in after if after[uid]["STATUS"] == "CANCELLED"]
    assert (set(before), changed) == (set(after), ["halt-S3-20270107@lotsen"])
    off = after[changed[0]]
    assert (off["SEQUENCE"], off["DTSTAMP"].dt, off["SUMMARY"]) == (
        101,
        announced,
        "Fällt aus: Hilfe mit Handy und Computer: Treff Löbtau",
    )
    deviations.revoke(deviation, by=None, at=announced + timedelta(hours=1))
    back = {event["UID"]: event for event in events(feed())}[changed[0]]
    assert (back["SEQUENCE"], back["STATUS"]) == (102, "CONFIRMED")


def test_a_new_version_keeps_the_names_of_dates_and_counts_on():
    make_city()
    make_published()
    before = {event["UID"]: event["SEQUENCE"] for event in events(feed())}
    tours.publish_plan(make_draft(at=LATER + timedelta(hours=1)), by=None, at=LATER + timedelta(hours=2))
    after = {event["UID"]: event["SEQUENCE"] for event in events(feed())}
    assert set(after) == set(before)
    assert all(after[uid] > before[uid] for uid in before)


def test_the_address_of_the_feed(client):
    make_city()
    make_published()
    with time_machine.travel(JANUARY, tick=False):
        response = client.get("/fahrplan/S3/kalender.ics")
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.content == feed_of_page()
        assert client.get("/fahrplan/S3/kalender.ics", headers={"if-none-match": response["ETag"]}).status_code == 304
        assert client.get("/fahrplan/S99/kalender.ics").status_code == 404


def feed_of_page():
    stop = Stop.objects.select_related("address").get(key="S3")
    return feeds.stop_calendar(stop, url="http://localhost:8000/fahrplan/S3/", at=JANUARY)
