"""When somebody can go: verbs, what the database refuses, and matching against a slow oracle that counts minutes."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from bookings.translate import EstimatedWays, candidates
from lotsen.kernel.windows import OpeningHours, Window, parse_wish
from tests.people import NOW, make_address, make_volunteer
from touring.models import SchoolHoliday
from volunteers import availability
from volunteers.availability import AwayThen, DaysNotPossible, HoursTooLong, windows_on
from volunteers.matching.asked import Asked
from volunteers.matching.assign import Round
from volunteers.matching.assign.lay import arcs_of
from volunteers.matching.case import Need, Slot
from volunteers.matching.columns import People, Times
from volunteers.matching.fit import CHECKS
from volunteers.models import Absence, OtherHours, Volunteer

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 30)
DAYS = [FIRST + timedelta(days=n) for n in range(28)]
WEEKS = ["", "Mo-Fr 8:00-20:00", "Mo 8:00-12:00; Mo 14:00-18:00", "Di,Do 9:10-12:20", "Sa 10:00-16:00", "Mi 0:00-24:00"]
STARTS = range(8 * 60, 20 * 60, 35)
CHECKED = {check.code: check for check in CHECKS if check.code in ("pause", "zeit")}


# --- verbs ------------------------------------------------------------------------------------------


def enter(volunteer, first, last=None, windows=()):
    who = {"by": volunteer.user, "at": NOW}
    if windows:
        return availability.enter_other_hours(volunteer, first_on=first, last_on=last or first, windows=windows, **who)
    return availability.enter_absence(volunteer, first_on=first, last_on=last or first, **who)


def test_what_is_entered_later_holds():
    bernd, nine = make_volunteer(), (Window(540, 600),)
    enter(bernd, FIRST, DAYS[2], nine)
    enter(bernd, FIRST, windows=(Window(600, 660),))
    assert list(bernd.other_hours.order_by("on").values_list("hours", flat=True)) == [
        "Mo 10:00-11:00",
        "Di 9:00-10:00",
        "Mi 9:00-10:00",
    ]
    enter(bernd, FIRST, DAYS[1])
    assert list(bernd.other_hours.values_list("on", flat=True)) == [DAYS[2]]
    with pytest.raises(AwayThen):
        enter(bernd, DAYS[1], windows=nine)
    assert enter(bernd, FIRST, DAYS[1]) == enter(bernd, FIRST, DAYS[1])


def test_too_many_windows_are_refused():
    bernd = make_volunteer()
    many = tuple(Window(n * 60, n * 60 + 59) for n in range(24))
    with pytest.raises(HoursTooLong):
        availability.set_week(bernd, hours=OpeningHours((many,) * 7), rests=False, by=bernd.user, at=NOW)
    with pytest.raises(HoursTooLong):
        enter(bernd, FIRST, windows=many)
    with pytest.raises(DaysNotPossible):
        availability.enter_other_hours(bernd, first_on=FIRST, last_on=FIRST, windows=(), by=bernd.user, at=NOW)


def test_an_absence_that_has_begun_ends_yesterday():
    bernd = make_volunteer()
    begun = Absence.objects.create(volunteer=bernd, first_on=date(2026, 11, 20), last_on=date(2026, 12, 20))
    availability.strike_out(begun, by=bernd.user, at=NOW)
    begun.refresh_from_db()
    assert begun.last_on == date(2026, 11, 24)


def test_the_database_refuses_it_too():
    bernd = make_volunteer()
    OtherHours.objects.create(volunteer=bernd, on=FIRST, hours="Mo 9:00-10:00")
    for hours in ("Mo 9:00-10:00", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            OtherHours.objects.create(volunteer=bernd, on=FIRST if hours else DAYS[1], hours=hours)


# --- matching sees it -------------------------------------------------------------------------------


def somebody(random, number):
    """A volunteer with a random week, days that are different, absences and a pause."""
    paused = random.choice([None, None, random.choice(DAYS)])
    one = make_volunteer(f"Lotse {number}", hours=random.choice(WEEKS), paused_until=paused)
    for day in random.sample(DAYS, random.randint(0, 6)):
        start = random.randrange(7 * 60, 18 * 60, 25)
        hours = OpeningHours(tuple((Window(start, start + 125),) if n == day.weekday() else () for n in range(7)))
        OtherHours.objects.create(volunteer=one, on=day, hours=str(hours))
    for day in random.sample(DAYS, random.randint(0, 2)):
        Absence.objects.create(volunteer=one, first_on=day, last_on=day + timedelta(days=random.randint(0, 3)))
    return one


def free_minutes(volunteer, day):
    """Every fifth minute of a day: whether somebody has time in it, read from the rows one after the other."""
    text = volunteer.hours
    for other in OtherHours.objects.filter(volunteer=volunteer, on=day):
        text = other.hours
    if volunteer.paused_until and day <= volunteer.paused_until:
        text = ""
    for absence in Absence.objects.filter(volunteer=volunteer):
        if absence.first_on <= day <= absence.last_on:
            text = ""
    windows = OpeningHours.parse(text).on(day.weekday())
    return [any(window.start <= minute < window.end for window in windows) for minute in range(0, 1440, 5)]


def minutes_of(volunteer):
    """`[day, minute]` of the oracle."""
    return np.array([free_minutes(volunteer, day) for day in DAYS])


def test_available_at_agrees_with_an_oracle_that_counts_minutes():
    random = Random(7)
    people = [somebody(random, number) for number in range(12)]
    everybody = candidates(at=NOW)
    asked = Need(key=1, place=None, topics=(), waiting_since=FIRST)
    slots = [Slot(day, Window(start, start + 60)) for day in DAYS for start in STARTS]
    numbers = np.arange(len(everybody))
    question = Asked(asked, everybody, numbers, EstimatedWays(), numbers, Times(tuple(slots)))
    there = CHECKED["pause"].holds(question)[:, question.times.day] & CHECKED["zeit"].holds(question)
    seen = set()
    for one in people:
        n = everybody.keys.tolist().index(one.pk)
        free, candidate = minutes_of(one), everybody[n]
        fetched = Volunteer.objects.prefetch_related("absences", "other_hours").get(pk=one.pk)
        for s, slot in enumerate(slots):
            row = free[DAYS.index(slot.day), slot.window.start // 5 : slot.window.end // 5]
            wanted = bool(row.all())
            is_asked = (
                wanted and one.paused_until is None
            )  # all pauses last: nobody is asked, also not about later days
            alone = all(check.why(asked, candidate, slot, EstimatedWays()) is None for check in CHECKED.values())
            mine = any(window.contains(slot.window) for window in windows_on(fetched, slot.day))
            assert (alone, bool(there[n, s]), mine) == (is_asked, is_asked, wanted), (one.pk, slot)
            seen.add((is_asked, wanted))
    assert seen == {(True, True), (False, True), (False, False)}


def test_the_round_lays_out_the_same_times():
    random = Random(11)
    for number in range(8):
        somebody(random, number)
    everybody = People([*candidates(at=NOW)])
    place = everybody.places[0]
    wish = parse_wish("egal").union(OpeningHours.parse("So 8-18"))
    asked = Need(key=1, place=place, topics=(), waiting_since=FIRST, wish=wish)
    days = tuple(DAYS[:14])
    arcs = arcs_of(Round(needs=(asked,), people=everybody, days=days, travel=EstimatedWays()))
    begins = {(int(p), int(d)): arcs.bits[b] for p, d, b in zip(arcs.person, arcs.day, arcs.begin, strict=True)}
    codes = ("pause", "nachweis", "woche", "wunschzeit", "zeit")
    checks = [check for check in CHECKS if check.code in codes]
    for n, candidate in enumerate(everybody):
        for d, day in enumerate(days):
            for quarter in range(32, 76):
                slot = Slot(day, Window(quarter * 15, quarter * 15 + 60))
                fits = all(check.why(asked, candidate, slot, EstimatedWays()) is None for check in checks)
                assert bool(begins.get((n, d), 0) >> quarter & 1) == fits, (n, day, quarter)


def test_every_change_is_seen_at_once():
    bernd = make_volunteer(hours="", travel_mode="foot")
    where = {"latitude": 51.06, "longitude": 13.75}
    start, onward = make_address("Weg", "1", **where), make_address("Weg", "2", **where)
    SchoolHoliday.objects.exclude(starts_on=date(2027, 2, 8)).delete()
    SchoolHoliday.objects.update_or_create(starts_on=date(2027, 2, 8), defaults={"ends_on": date(2027, 2, 19)})
    before = candidates(at=NOW)[0]
    changes = {"start": start, "onward": onward, "pace": "slow", "rests_in_school_holidays": True, "offers_by": "none"}
    Volunteer.objects.filter(pk=bernd.pk).update(**changes)
    OtherHours.objects.create(volunteer=bernd, on=FIRST, hours="Mo 9:00-10:00")
    now = candidates(at=NOW)[0]
    assert (before.onward, before.mode, before.wants_offers, before.other_hours, before.absences) == (
        *(None, "foot", True, {}),
        (),
    )
    assert (now.place, now.onward, now.mode, now.wants_offers) == ((51.06, 13.75), (51.06, 13.75), "foot-slow", False)
    assert now.other_hours == {FIRST: (Window(540, 600),)}
    assert [(one.start, one.end) for one in now.absences] == [(date(2027, 2, 8), date(2027, 2, 19))]
    SchoolHoliday.objects.all().delete()
    onward.latitude = 51.07
    onward.save()
    assert (candidates(at=NOW)[0].absences, candidates(at=NOW)[0].onward) == ((), (51.07, 13.75))


@pytest.mark.parametrize("mode", ["foot", "bike"])
def test_pace_changes_the_way_one_by_one_and_all_at_once(mode):
    here, there = (51.05, 13.70), (51.06, 13.72)
    ways = EstimatedWays()
    slow, usual, fast = (ways.minutes(f"{mode}{pace}", here, there) for pace in ("-slow", "", "-fast"))
    assert slow > usual > fast
    assert ways.minutes_to([f"{mode}-slow", mode, f"{mode}-fast"], [here] * 3, there) == [slow, usual, fast]
    assert ways.minutes_among(f"{mode}-slow", [here, there])[0][1] == slow
