"""Calendar feeds as two other programs read them: over both changes of the clocks, and the turn of the year."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from lotsen.kernel.calendar import Period
from tests.touring.city import make_city, make_published
from touring import day_off, deviations, feeds
from touring.models import Stop, Team, TourStop

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
PUBLISHED = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
TURN = date(2027, 1, 1)


def read_by_vobject(body):
    """UID to begin, end, state and number, as vobject reads them with the zone that the feed brings along."""
    calendar = vobject.readOne(body.decode())
    return {
        event.uid.value: (
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            event.status.value,
            int(event.sequence.value),
        )
        for event in calendar.vevent_list
    }


def read_by_ical(body):
    """The same by a reader that takes RFC 5545 at its word."""
    calendar = IcsCalendarStream.calendar_from_ics(body.decode())
    return {
        event.uid: (event.dtstart.astimezone(UTC), event.dtend.astimezone(UTC), event.status.value, event.sequence)
        for event in calendar.events
    }


READERS = [read_by_vobject, read_by_ical]


def published_around(day):
    make_city()
    monday = day - timedelta(days=day.weekday())
    return make_published(period=Period(monday - timedelta(weeks=1), monday + timedelta(weeks=3)), at=PUBLISHED)


def stop_feed(at, key="S3"):
    stop = Stop.objects.select_related("address").get(key=key)
    return feeds.stop_calendar(stop, url=f"https://lotsen.example/fahrplan/{key}/", at=at)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(("change", "offsets"), [(SPRING, {1, 2}), (AUTUMN, {1, 2}), (TURN, {1})])
def test_every_date_is_read_back_at_its_hour(read, change, offsets):
    published_around(change)
    halts = TourStop.objects.filter(stop__key="S3").select_related("tour")
    expected = {
        f"halt-S3-{halt.tour.date:%Y%m%d}@lotsen": (halt.starts_at, halt.ends_at, "CONFIRMED", 100) for halt in halts
    }
    found = read(stop_feed(datetime.combine(change - timedelta(days=7), datetime.min.time(), UTC)))
    assert found == expected
    here = [begin.astimezone(BERLIN) for begin, *_rest in found.values()]
    assert {begin.time().isoformat() for begin in here} == {"09:00:00"}
    assert {begin.utcoffset() // timedelta(hours=1) for begin in here} == offsets
    assert {begin.date() < change for begin in here} == {True, False}


def test_the_turn_of_the_year_has_a_week_53():
    published_around(TURN)
    weeks = {
        begin.astimezone(BERLIN).isocalendar()[:2] for begin, *_rest in read_by_ical(stop_feed(PUBLISHED)).values()
    }
    assert {(2026, 52), (2026, 53), (2027, 1)} <= weeks


@pytest.mark.parametrize("read", READERS)
def test_what_is_different_is_read_back(read):
    published_around(date(2027, 1, 11))
    first, second, third = TourStop.objects.filter(stop__key="S5").order_by("starts_at")[:3]
    deviations.announce_cancelled(first, reason="ice", by=None, at=PUBLISHED)
    moved_to = second.starts_at + timedelta(hours=1)
    deviations.announce_moved(second, starts_at=moved_to, by=None, at=PUBLISHED)
    deviations.announce_late(third, minutes=20, by=None, at=PUBLISHED)
    place = next(
        one for one in day_off.replacement_places(first, at=PUBLISHED) if one.starts_at.date() > first.starts_at.date()
    )
    extra = day_off.replace_date(first, place=place, by=None, at=PUBLISHED)
    found = read(stop_feed(PUBLISHED, "S5"))
    days = [f"{halt.tour.date:%Y%m%d}" for halt in (first, second, third)]
    changed = {uid: row for uid, row in found.items() if row[3] != 100 or row[2] != "CONFIRMED" or "ersatz" in uid}
    assert changed == {
        f"halt-S5-{days[0]}@lotsen": (first.starts_at, first.ends_at, "CANCELLED", 101),
        f"halt-S5-{days[1]}@lotsen": (moved_to, second.ends_at + timedelta(hours=1), "CONFIRMED", 101),
        f"halt-S5-{days[2]}@lotsen": (third.starts_at + timedelta(minutes=20), third.ends_at, "CONFIRMED", 101),
        f"halt-S5-{days[0]}-ersatz@lotsen": (extra.starts_at, extra.ends_at, "CONFIRMED", 100),
    }


@pytest.mark.parametrize("read", READERS)
def test_district_and_team_hold_the_dates_of_their_stops(read):
    published_around(SPRING)
    url_of = "https://lotsen.example/fahrplan/{}/".format
    area = read(feeds.area_calendar("Gorbitz", ["S1", "S4"], url_of=url_of, at=PUBLISHED))
    assert area == {**read(stop_feed(PUBLISHED, "S1")), **read(stop_feed(PUBLISHED, "S4"))}
    team = read(feeds.team_calendar(Team.objects.get(key="sued"), url_of=url_of, at=PUBLISHED))
    assert team == {**read(stop_feed(PUBLISHED, "S4")), **read(stop_feed(PUBLISHED, "S5"))}
    assert len(team) == 4


def test_control_a_zone_that_knows_no_summer_is_read_wrong():
    published_around(SPRING)
    body = stop_feed(PUBLISHED)
    begin, end = body.index(b"BEGIN:DAYLIGHT"), body.index(b"END:DAYLIGHT\r\n") + len(b"END:DAYLIGHT\r\n")
    without = (body[:begin] + body[end:]).replace(b"Europe/Berlin", b"Anderswo")
    right, wrong = read_by_vobject(body), read_by_vobject(without)
    assert set(right) == set(wrong)
    assert any(right[uid] != wrong[uid] for uid in right)
