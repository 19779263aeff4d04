from datetime import UTC, date, datetime, timedelta

import pytest

from lotsen.kernel.windows import OpeningHours
from lotsen.messages.models import CallTask, Message
from tests.people import make_address, make_user
from tests.touring.city import LATER, make_city, make_draft, make_published
from touring import day_off, deviations, request_stops, tours
from touring.models import Deviation, Stop, Tour, TourStop
from touring.queries import deviations_on, timetable

pytestmark = pytest.mark.django_db

FRIDAY = date(2027, 1, 8)


@pytest.fixture
def published():
    make_city()
    plan = make_published()  # with nobody to tell of it yet
    Stop.objects.filter(key="S5").update(contact_email="treff@example.org", contact_name="Frau Reh")
    return plan


def friday():
    return Tour.objects.get(date=FRIDAY, team__key="sued")


def told():
    rows = Message.objects.order_by("created_at", "key")
    return [(row.kind, row.to, row.variables["halt"], row.variables["change"], row.state) for row in rows]


def test_a_day_off_cancels_every_halt_and_tells_the_stop_once(published):
    emil, dora = make_user("advisor", email="emil@example.org"), make_user("coordinator")
    friday().team.members.add(emil)
    made = day_off.cancel_day(friday(), reason="ice", by=dora, at=LATER)
    assert [(one.kind, one.reason, one.halt.stop.key) for one in made] == [("cancelled", "ice", "S5")]
    words = "Der Termin fällt aus. Grund: Glatteis oder Schnee."
    assert told() == [
        ("k_tour_changed", "emil@example.org", "Treff Pieschen", f"{words} Das gilt für 1 Halt.", "queued"),
        ("f_stop_changed", "treff@example.org", "Treff Pieschen", words, "queued"),
    ]
    with pytest.raises(day_off.NothingToAnnounce) as refused:
        day_off.cancel_day(friday(), by=dora, at=LATER)
    assert refused.value.sentence == "An diesem Tag steht kein Halt mehr aus."
    assert Message.objects.count() == 2


def test_a_stop_without_address_is_called_and_without_anything_only_announced(published):
    Stop.objects.filter(key="S5").update(contact_email="", contact_phone="+493512345678")
    day_off.cancel_day(friday(), by=None, at=LATER)
    calls = [(row.kind, row.phone, row.deadline_at) for row in CallTask.objects.all()]
    assert calls == [("f_stop_changed", "+493512345678", datetime(2027, 1, 7, 8, 30, tzinfo=UTC))]
    Stop.objects.filter(key="S5").update(contact_phone="")
    other = Tour.objects.get(date=FRIDAY + timedelta(weeks=1), team__key="sued")
    day_off.cancel_day(other, by=None, at=LATER)
    assert (CallTask.objects.count(), Message.objects.count()) == (1, 0)
    assert len(deviations_on(other.date)) == 1


def test_what_was_not_sent_is_dropped_and_what_was_sent_is_taken_back(published):
    halt = TourStop.objects.get(stop__key="S5", tour=friday())
    first = deviations.announce_late(halt, minutes=30, by=None, at=LATER)
    deviations.revoke(first, by=None, at=LATER)
    assert [row[-1] for row in told()] == ["dropped"]
    second = deviations.announce_late(halt, minutes=40, by=None, at=LATER)
    Message.objects.filter(state="queued").update(state="sent", claimed_at=LATER, sent_at=LATER)
    deviations.revoke(second, by=None, at=LATER + timedelta(minutes=1))
    assert told()[-1][3:] == ("Es bleibt doch alles wie geplant.", "queued")


def test_people_at_request_stops_are_told_and_a_human_finds_another_time(published):
    facility = make_user("facility", email="heim@example.org")
    address = make_address("Altmarkt", "2", "01067", latitude=51.0495, longitude=13.7382)
    place = next(
        one
        for one in request_stops.free_places(
            address, minutes=60, earliest=FRIDAY, latest=FRIDAY, hours=OpeningHours.parse("Fr 8:00-14:30"), limit=50
        )
        if one.team.key == "sued"
    )
    asked = request_stops.take_place(
        title="Schulung", address=address, minutes=60, place=place, earliest=FRIDAY, latest=FRIDAY,
        hours=OpeningHours.parse("Fr 8:00-14:30"), told=[facility], by=None, at=LATER,
    )  # fmt: skip
    with pytest.raises(deviations.OnlyForStops):
        deviations.announce_cancelled(asked.halt, by=None, at=LATER)
    day_off.cancel_day(friday(), reason="breakdown", by=None, at=LATER)
    assert ("f_halt_changed", "heim@example.org") in [row[:2] for row in told()]
    assert [(row.kind, row.about_id) for row in CallTask.objects.all()] == [("k_halt_to_move", str(asked.pk))]
    assert day_off.revoke_day(friday(), by=None, at=LATER) == 2
    assert [row.state for row in CallTask.objects.all()] == ["dropped"]
    assert Deviation.objects.filter(revoked_at=None).count() == 0


def test_a_moved_halt_is_public_at_its_new_time_and_blocks_it(published):
    halt = TourStop.objects.get(stop__key="S5", tour=friday())
    noon = datetime(2027, 1, 8, 11, 0, tzinfo=UTC)
    made = deviations.announce_moved(halt, starts_at=noon, reason="closed", by=None, at=LATER)
    assert (made.kind, made.moved_to) == ("moved", noon)
    one = timetable(FRIDAY).entry("S5").dates[0]
    assert (one.starts_at, one.ends_at, one.moved_from) == (noon, noon + timedelta(hours=2), halt.starts_at)
    assert [row.text for row in deviations_on(FRIDAY)] == ["Heute von 12 bis 14 Uhr, statt um 9:30 Uhr."]
    address = make_address("Altmarkt", "2", "01067", latitude=51.0495, longitude=13.7382)
    hours = OpeningHours.parse("Fr 12:00-13:00")
    free = request_stops.free_places(address, minutes=60, earliest=FRIDAY, latest=FRIDAY, hours=hours)
    assert [place.team.key for place in free] == ["nord"]
    usual = OpeningHours.parse("Fr 9:30-11:00")
    free = request_stops.free_places(address, minutes=60, earliest=FRIDAY, latest=FRIDAY, hours=usual)
    assert [place.team.key for place in free] == ["nord"], "the usual time is kept free: it can be taken back"
    back = datetime(2027, 1, 8, 9, 0, tzinfo=UTC)
    assert deviations.announce_moved(halt, starts_at=back, by=None, at=LATER).moved_to == back


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (datetime(2027, 1, 9, 11, tzinfo=UTC), deviations.AnotherDay),
        (datetime(2027, 1, 8, 3, tzinfo=UTC), deviations.DoesNotFit),
        (datetime(2027, 1, 8, 13, tzinfo=UTC), deviations.DoesNotFit),
    ],
)
def test_moves_that_are_refused(published, starts_at, refusal):
    halt = TourStop.objects.get(stop__key="S5", tour=friday())
    with pytest.raises(refusal):
        deviations.announce_moved(halt, starts_at=starts_at, by=None, at=LATER)
    assert Deviation.objects.count() == 0


def cancelled():
    halt = TourStop.objects.get(stop__key="S5", tour=friday())
    deviations.announce_cancelled(halt, reason="illness", by=None, at=LATER)
    return halt


def test_replacements_are_offered_on_the_same_day_by_others_and_within_three_weeks(published):
    halt = cancelled()
    places = day_off.replacement_places(halt, at=LATER, limit=100)
    days = [(place.team.key, place.starts_at.date()) for place in places]
    assert len(set(days)) == len(days)
    assert ("nord", FRIDAY) in days
    assert ("sued", FRIDAY) not in days
    assert {day for _team, day in days if day.weekday() == 4} == {FRIDAY}, "the stop is served on the other Fridays"
    assert max(day for _team, day in days) <= FRIDAY + timedelta(weeks=3)
    Stop.objects.filter(key="S5").update(forbidden_weekdays=[0, 1, 2], permit_until=date(2027, 1, 20))
    halt.refresh_from_db()
    left = {place.starts_at.date() for place in day_off.replacement_places(halt, at=LATER, limit=100)}
    assert {day.weekday() for day in left} == {3, 4}
    assert max(left) <= date(2027, 1, 20)
    Deviation.objects.update(reason="closed")
    assert FRIDAY not in {place.starts_at.date() for place in day_off.replacement_places(halt, at=LATER, limit=100)}


def test_a_replacement_is_public_and_called_so(published):
    halt = cancelled()
    place = next(one for one in day_off.replacement_places(halt, at=LATER) if one.starts_at.date() > FRIDAY)
    extra = day_off.replace_date(halt, place=place, by=None, at=LATER)
    assert (extra.stop, extra.replaces, extra.replaces_date) == (halt.stop, halt, FRIDAY)
    off, new = (one for one in timetable(FRIDAY).entry("S5").dates if one.halt_id in (halt.pk, extra.pk))
    assert (off.is_off, off.replaced_by, new.replaces, new.note) == (True, place.starts_at, FRIDAY, "Ersatztermin")
    assert "Ersatztermin" in deviations_on(FRIDAY)[0].text
    with pytest.raises(deviations.HasReplacement):
        day_off.replace_date(halt, place=place, by=None, at=LATER)
    with pytest.raises(deviations.HasReplacement):
        deviations.revoke(Deviation.objects.get(), by=None, at=LATER)
    deviations.announce_cancelled(extra, by=None, at=LATER)
    deviations.revoke(halt.deviations.get(), by=None, at=LATER)
    with pytest.raises(day_off.NotCancelled):
        day_off.replace_date(halt, place=place, by=None, at=LATER)


def test_a_new_version_keeps_what_was_announced_and_the_replacement(published):
    halt = cancelled()
    places = day_off.replacement_places(halt, at=LATER, limit=100)
    same_day = next(one for one in places if one.starts_at.date() == FRIDAY)
    day_off.replace_date(halt, place=same_day, by=None, at=LATER)
    moved = TourStop.objects.get(stop__key="S5", tour__date=FRIDAY + timedelta(weeks=1))
    new_time = datetime(2027, 1, 15, 9, 0, tzinfo=UTC)
    deviations.announce_moved(moved, starts_at=new_time, by=None, at=LATER)

    def as_told():
        rows = TourStop.objects.filter(stop__key="S5", tour__plan__state="published")
        return [
            (row.starts_at, row.replaces_date, [(one.kind, one.reason, one.moved_to) for one in row.deviations.all()])
            for row in rows.order_by("starts_at", "replaces_date")
        ]

    before = as_told()
    tours.publish_plan(make_draft(at=LATER + timedelta(hours=1)), by=None, at=LATER + timedelta(hours=2))
    assert as_told() == before
    assert TourStop.objects.get(tour__plan__state="published", replaces_date=FRIDAY).replaces.tour.date == FRIDAY


def test_a_replacement_that_finds_no_place_keeps_the_new_version_from_being_published(published):
    halt = cancelled()
    place = next(one for one in day_off.replacement_places(halt, at=LATER) if one.starts_at.date() > FRIDAY)
    day_off.replace_date(halt, place=place, by=None, at=LATER)
    draft = make_draft(at=LATER + timedelta(hours=1))
    from touring.models import ClosingDay

    ClosingDay.objects.create(date=place.starts_at.date(), stop=None, team=None, reason="Betriebsausflug")
    from touring.carrying import HaltWithoutPlace

    with pytest.raises(HaltWithoutPlace):
        tours.publish_plan(draft, by=None, at=LATER + timedelta(hours=2))
