"""Days, holidays, quarters and hours of the hotline."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.kernel.calendar import (
    BERLIN,
    Period,
    add_working_hours,
    at_minute,
    clock,
    day_from,
    holiday_name,
    is_working_day,
    iso_week,
    local,
    local_date,
    long_date,
    monday_of,
    next_quarter,
    next_working_day,
    public_holidays,
    quarter_name,
    quarter_of,
    short_date,
    spoken_clock,
)

days = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)


def test_local_shows_a_dresden_clock():
    assert local(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)).isoformat() == "2027-01-01T00:30:00+01:00"
    assert local_date(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == date(2026, 7, 1)
    with pytest.raises(ValueError):
        local(datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "minute", "moment"),
    [
        (date(2026, 3, 29), 119, "2026-03-29T00:59"),
        (date(2026, 3, 29), 120, "2026-03-29T01:00"),
        (date(2026, 3, 29), 150, "2026-03-29T01:00"),  # never on the clock: the moment of the jump
        (date(2026, 3, 29), 180, "2026-03-29T01:00"),
        (date(2026, 3, 29), 181, "2026-03-29T01:01"),
        (date(2026, 10, 25), 150, "2026-10-25T00:30"),  # twice on the clock: the first
        (date(2026, 10, 25), 180, "2026-10-25T02:00"),
        (date(2026, 12, 31), 1440, "2026-12-31T23:00"),
    ],
)
def test_minutes_of_a_day_as_moments(day, minute, moment):
    assert at_minute(day, minute).astimezone(UTC).isoformat()[:16] == moment


@given(days, st.integers(0, 1439))
def test_minutes_of_a_day_never_run_backwards(day, minute):
    assert at_minute(day, minute).timestamp() <= at_minute(day, minute + 1).timestamp()


@pytest.mark.parametrize("minute", [-1, 1441])
def test_no_minute_of_a_day(minute):
    with pytest.raises(ValueError):
        at_minute(date(2026, 1, 1), minute)


def test_holidays_of_saxony():
    assert public_holidays(2027) == {
        date(2027, 1, 1): "Neujahr",
        date(2027, 3, 26): "Karfreitag",
        date(2027, 3, 29): "Ostermontag",
        date(2027, 5, 1): "Erster Mai",
        date(2027, 5, 6): "Christi Himmelfahrt",
        date(2027, 5, 17): "Pfingstmontag",
        date(2027, 10, 3): "Tag der Deutschen Einheit",
        date(2027, 10, 31): "Reformationstag",
        date(2027, 11, 17): "Buß- und Bettag",
        date(2027, 12, 25): "Erster Weihnachtstag",
        date(2027, 12, 26): "Zweiter Weihnachtstag",
    }
    assert (holiday_name(date(2026, 11, 18)), holiday_name(date(2026, 6, 4))) == ("Buß- und Bettag", None)


def test_working_days():
    days = [date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 21), date(2026, 12, 24), date(2026, 12, 25)]
    assert [is_working_day(day) for day in days] == [True, False, False, True, False]
    assert next_working_day(date(2026, 12, 24)) == date(2026, 12, 28)


HOURS = {
    # Wednesday 25 November 2026, 10:20: four hours later the same day
    (2026, 11, 25, 10, 20): (4, (2026, 11, 25, 14, 20)),
    # 16:30 and two hours: half an hour today, the rest tomorrow
    (2026, 11, 25, 16, 30): (2, (2026, 11, 26, 10, 30)),
    # exactly at closing time is still today; a minute later it is tomorrow
    (2026, 11, 25, 16, 0): (1, (2026, 11, 25, 17, 0)),
    (2026, 11, 25, 16, 1): (1, (2026, 11, 26, 9, 1)),
    (2026, 11, 25, 17, 0): (1, (2026, 11, 26, 10, 0)),
    # before it opens; on Friday night; before a holiday in the middle of the week
    (2026, 11, 25, 6, 0): (1, (2026, 11, 25, 10, 0)),
    (2026, 11, 27, 20, 0): (8, (2026, 11, 30, 17, 0)),
    (2026, 11, 17, 16, 0): (2, (2026, 11, 19, 10, 0)),
    # over both nights when clocks change, and over the turn of the year
    (2026, 3, 27, 16, 0): (2, (2026, 3, 30, 10, 0)),
    (2026, 10, 23, 16, 0): (2, (2026, 10, 26, 10, 0)),
    (2026, 12, 31, 16, 0): (2, (2027, 1, 4, 10, 0)),
    # no hours: the next open moment
    (2026, 11, 28, 12, 0): (0, (2026, 11, 30, 9, 0)),
    (2026, 11, 25, 12, 0): (0, (2026, 11, 25, 12, 0)),
    # three days of eight hours
    (2026, 11, 25, 9, 0): (24, (2026, 11, 27, 17, 0)),
}


@pytest.mark.parametrize("at", HOURS)
def test_hours_of_the_hotline(at):
    hours, until = HOURS[at]
    assert add_working_hours(berlin(*at), hours) == berlin(*until)


def test_a_promise_is_rounded_to_the_caller_and_knows_no_seconds():
    assert add_working_hours(berlin(2026, 11, 25, 10, 0, 1), 1) == berlin(2026, 11, 25, 11, 1)
    assert add_working_hours(berlin(2026, 11, 25, 16, 59, 59), 1) == berlin(2026, 11, 26, 10, 0)


@pytest.mark.parametrize("bad", [{"hours": -1}, {"hours": 1, "opens": 900, "closes": 900}])
def test_hours_refuse_nonsense(bad):
    with pytest.raises(ValueError):
        add_working_hours(berlin(2026, 11, 25, 10, 0), **bad)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2050, 1, 1)), st.integers(0, 60))
def test_promises_end_while_somebody_is_there(at, hours):
    until = local(add_working_hours(at.replace(tzinfo=UTC), hours))
    assert until >= at.replace(tzinfo=UTC)
    assert is_working_day(until.date())
    assert time(9) <= until.time() <= time(17)


def test_weeks():
    assert (iso_week(date(2027, 1, 1)), iso_week(date(2027, 1, 4))) == ((2026, 53), (2027, 1))
    assert (monday_of(date(2026, 11, 29)), monday_of(date(2026, 11, 30))) == (date(2026, 11, 23), date(2026, 11, 30))


def test_quarters_are_whole_weeks():
    first = Period(date(2027, 1, 4), date(2027, 4, 4))
    assert (next_quarter(date(2026, 11, 25)), first.weeks, quarter_name(first)) == (first, 13, "1. Quartal 2027")
    assert quarter_of(date(2027, 1, 3)) == Period(date(2026, 10, 5), date(2027, 1, 3))
    assert [next_quarter(day).start for day in (date(2027, 1, 3), date(2027, 1, 4))] == [
        date(2027, 1, 4),
        date(2027, 4, 5),
    ]


@given(days)
def test_quarters_join_without_a_gap(day):
    here, behind = quarter_of(day), next_quarter(day)
    assert day in here
    assert (here.start.weekday(), here.end.weekday(), here.weeks in (12, 13, 14)) == (0, 6, True)
    assert (behind.start - here.end, here.start.day <= 7, here.start.month % 3) == (timedelta(days=1), True, 1)


def test_a_period():
    period = Period(date(2026, 12, 31), date(2027, 1, 1))
    assert (list(period.days()), date(2027, 1, 2) in period) == ([date(2026, 12, 31), date(2027, 1, 1)], False)
    with pytest.raises(ValueError):
        Period(date(2027, 1, 1), date(2026, 12, 31))


def test_how_dates_and_times_are_written():
    day = date(2026, 12, 1)
    assert (long_date(day), long_date(day, year=True), long_date(day, language="en-gb"), short_date(day)) == (
        "Dienstag, 1. Dezember",
        "Dienstag, 1. Dezember 2026",
        "Tuesday, 1 December",
        "Di 1.12.",
    )
    assert (clock(time(9)), clock(870), clock(datetime(2026, 12, 1, 8, 5, tzinfo=UTC)), clock(1440)) == (
        "9:00",
        "14:30",
        "9:05",
        "24:00",
    )
    assert (spoken_clock(540), spoken_clock(time(14, 30))) == ("9", "14:30")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        *((odd, date(2026, 1, 1)) for odd in ("", "x", "0001-01-01", "9999-12-31", "2026-02-30", "\x00")),
    ],
)
def test_a_day_in_an_address_is_one_that_somebody_plans(text, day):
    assert day_from(text, date(2026, 1, 1)) == day
