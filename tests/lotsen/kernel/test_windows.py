"""Windows, opening hours and wished times."""

import contextlib
import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotsen.kernel.calendar import BERLIN
from lotsen.kernel.windows import NotUnderstood, OpeningHours, TimeWindow, Window, parse_wish

CITY = Path(__file__).parents[4] / "shared" / "city"

windows = st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True).map(lambda ends: Window(*sorted(ends)))
hours = st.lists(st.lists(windows, max_size=3).map(tuple), min_size=7, max_size=7).map(
    lambda days: OpeningHours(tuple(days))
)
minutes = st.tuples(st.integers(0, 6), st.integers(0, 1439))


def open_at(opening: OpeningHours, minute: tuple[int, int]) -> bool:
    return opening.contains(minute[0], Window(minute[1], minute[1] + 1))


@pytest.mark.parametrize("ends", [(0, 0), (600, 540), (-1, 60), (0, 1441)])
def test_a_window_refuses_nonsense(ends):
    with pytest.raises(ValueError):
        Window(*ends)


def test_windows_are_half_open():
    morning, noon = Window(540, 720), Window(720, 840)
    assert (morning.overlaps(noon), morning.overlaps(Window(719, 730))) == (False, True)
    assert (morning.intersection(noon), morning.intersection(Window(700, 800))) == (None, Window(700, 720))
    assert (morning.contains(Window(540, 720)), morning.contains(Window(540, 721))) == (True, False)
    assert (str(morning), morning.spoken(), Window(570, 1440).spoken(), morning.minutes) == (
        "9:00-12:00",
        "9 bis 12 Uhr",
        "9:30 bis 24 Uhr",
        180,
    )


READ = {
    "Di,Do 9:00-12:30; Di,Do 13:30-18:00": "Di,Do 9:00-12:30; Di,Do 13:30-18:00",
    "Mo–Fr 9–17 Uhr": "Mo-Fr 9:00-17:00",
    "montags 9-12": "Mo 9:00-12:00",
    "Mo bis Fr 9.00 bis 17.00 Uhr": "Mo-Fr 9:00-17:00",
    "täglich 10-12": "Mo-So 10:00-12:00",
    "Sa + So 9:00 - 24:00": "Sa,So 9:00-24:00",
    "Mo, Mi, Fr: 10:00 – 18:00": "Mo,Mi,Fr 10:00-18:00",
    "Mo-Fr von 9 bis 12 Uhr und von 13 bis 17 Uhr": "Mo-Fr 9:00-12:00; Mo-Fr 13:00-17:00",
    "Mo. u. Di. 9-12, 13-15; Do 8-9": "Mo,Di 9:00-12:00; Mo,Di 13:00-15:00; Do 8:00-9:00",
    "Mo 9-12\nDi 9-13": "Mo 9:00-12:00; Di 9:00-13:00",
    "Mo 9-12\r\nMi 9-12": "Mo,Mi 9:00-12:00",
    "Mo-Fr 9-17; Mi geschlossen": "Mo,Di,Do,Fr 9:00-17:00",
    "Montag bis Freitag 9 Uhr bis 17 Uhr": "Mo-Fr 9:00-17:00",
    "Sonnabend 10-12, jeden Sonntag 10h-12h": "Sa,So 10:00-12:00",
    "Fr-Mo 9-12": "Mo,Fr-So 9:00-12:00",
    "MO/MI (9\u00a0-\u00a012 Uhr)": "Mo,Mi 9:00-12:00",
    "Mo 9-12, Mo 12-15": "Mo 9:00-15:00",
    "Mo 9-12, Mo 9-12": "Mo 9:00-12:00",
    "": "",
    " \n": "",
    "geschlossen": "",
}


@pytest.mark.parametrize("text", READ)
def test_reads_what_offices_write(text):
    assert str(OpeningHours.parse(text)) == READ[text]


@pytest.mark.parametrize(
    "text",
    [
        "9-12",
        "Mo",
        "Mo 12-9",
        "Mo 9-9",
        "Mo 9-12, Mo 11-14",
        "nach Vereinbarung",
        "Mo ab 9",
        "Mo vormittags",
        "Mo; Di 9-12",
        "Mo 9",
        "Mo - 9-12",
        "Mo 9-12-13",
        "Mo 9-12x",
        "Montagg 9-12",
        "jeden zweiten Montag 9-12",
        "Mo 22:00-2:00",
        "Mo 9-12\x00",
        "Mo 9-12;" * 100_000,
        "={7*7}",
    ],
)
def test_refuses_what_is_not_clear(text):
    with pytest.raises(NotUnderstood) as refused:
        OpeningHours.parse(text)
    assert refused.value.sentence.text == (
        "„{value}“ verstehe ich nicht. Zum Beispiel: Mo,Mi 10:00-18:00; Fr 9:00-13:00."
    )
    assert len(refused.value.sentence) < 200


@pytest.mark.parametrize(("text", "value"), [("Mo 25-26", "25"), ("Mo 9:75-12", "9:75"), ("Mo 9-24:01", "24:01")])
def test_names_the_time_that_is_none(text, value):
    with pytest.raises(NotUnderstood) as refused:
        OpeningHours.parse(text)
    assert refused.value.sentence == f"„{value}“ ist keine Uhrzeit. Zum Beispiel: 9:00-12:00."


@given(hours)
def test_its_own_text_reads_back_to_the_same_value(opening):
    assert OpeningHours.parse(str(opening)) == opening


@given(st.text(max_size=40) | st.text("MoDiFrSa 0123456789-:;,.ab", max_size=40))
def test_any_text_is_read_or_refused(text):
    for read in (OpeningHours.parse, parse_wish):
        with contextlib.suppress(NotUnderstood):
            assert isinstance(read(text), OpeningHours)


@given(hours, hours, minutes)
def test_sets_of_minutes(one, other, minute):
    here, there = open_at(one, minute), open_at(other, minute)
    assert (
        open_at(one.union(other), minute),
        open_at(one.intersection(other), minute),
        open_at(one.without(other), minute),
    ) == (here or there, here and there, here and not there)


def test_what_touches_is_merged_when_made_from_windows():
    opening = OpeningHours(((Window(540, 720), Window(720, 800), Window(600, 900)), *[()] * 6))
    assert (opening.on(0), opening.minutes_open, opening.weekdays, bool(opening), bool(OpeningHours())) == (
        (Window(540, 900),),
        360,
        (0,),
        True,
        False,
    )


def test_contains_asks_for_one_window():
    opening = OpeningHours.parse("Di 9-12; Di 13-18")
    assert [
        opening.contains(1, Window(540, 720)),
        opening.contains(1, Window(700, 800)),
        opening.contains(2, Window(540, 720)),
    ] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "spoken", "days"),
    [
        ("Mo-Fr 9-17; Sa 10-16", "montags bis freitags 9 bis 17 Uhr, samstags 10 bis 16 Uhr", "montags bis samstags"),
        ("Di,Do 9-12:30; Di,Do 14-18", "dienstags und donnerstags 9 bis 12:30 Uhr und 14 bis 18 Uhr", None),
        ("täglich 9-10", "täglich 9 bis 10 Uhr", "täglich"),
        ("", "nie", "nie"),
    ],
)
def test_spoken(text, spoken, days):
    opening = OpeningHours.parse(text)
    assert (opening.spoken(), opening.days_spoken()) == (spoken, days or "dienstags und donnerstags")


WISHES = {
    "vormittags": "Mo-Sa 8:00-12:30",
    "nachmittags": "Mo-Sa 12:00-18:00",
    "egal": "Mo-Sa 8:00-18:00",
    "ist mir egal": "Mo-Sa 8:00-18:00",
    "": "Mo-Sa 8:00-18:00",
    "nicht mittwochs": "Mo,Di,Do-Sa 8:00-18:00",
    "Sa": "Sa 8:00-18:00",
    "Di oder Do ab 14 Uhr": "Di,Do 14:00-18:00",
    "Di, Do ab 14": "Di,Do 14:00-18:00",
    "ab 17 Uhr": "Mo-Sa 17:00-20:00",
    "bis 12 Uhr": "Mo-Sa 8:00-12:00",
    "nicht vor 10": "Mo-Sa 10:00-18:00",
    "zwischen 10 und 12 Uhr": "Mo-Sa 10:00-12:00",
    "vormittags, nicht mittwochs": "Mo,Di,Do-Sa 8:00-12:30",
    "nicht mittwochs, lieber vormittags": "Mo,Di,Do-Sa 8:00-12:30",
    "nicht mittwochs vormittags": "Mo,Di,Do-Sa 8:00-18:00; Mi 12:30-18:00",
    "außer Mo und Fr": "Di-Do,Sa 8:00-18:00",
    "keine Zeit am Montag": "Di-Sa 8:00-18:00",
    "Dienstagvormittag": "Di 8:00-12:30",
    "früh am Montag": "Mo 8:00-12:30",
    "Mo vormittags oder Do nachmittags": "Mo 8:00-12:30; Do 12:00-18:00",
    "am Wochenende": "Sa,So 8:00-18:00",
    "unter der Woche": "Mo-Fr 8:00-18:00",
    "Sonntag 14-16": "So 14:00-16:00",
    "Mo-Fr 9-12": "Mo-Fr 9:00-12:00",
}


@pytest.mark.parametrize("text", WISHES)
def test_reads_wishes(text):
    assert str(parse_wish(text)) == WISHES[text]


@pytest.mark.parametrize("text", ["gestern", "nicht", "nie", "Mo nicht montags", "geschlossen", "ab", "x" * 1_000_000])
def test_refuses_wishes_that_leave_no_time(text):
    with pytest.raises(NotUnderstood):
        parse_wish(text)


def test_every_wish_and_every_opening_of_a_city_is_read():
    if not CITY.is_dir():
        pytest.skip("no folder with a city's own lists beside the project")
    columns = [("anfragen", "Zeitwunsch", parse_wish), ("haltestellen", "Öffnungszeiten", OpeningHours.parse)]
    columns += [("teams", "Arbeitszeit", OpeningHours.parse), ("lotsen", "verfügbar", OpeningHours.parse)]
    for name, column, read in columns:
        text = (CITY / f"{name}.csv").read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert rows
        assert all(read(row[column]) for row in rows)


NIGHTS = {
    # day, window: start and end in UTC, minutes that pass
    (date(2026, 3, 29), Window(0, 1440)): ("2026-03-28T23:00", "2026-03-29T22:00", 23 * 60),
    (date(2026, 3, 29), Window(150, 195)): ("2026-03-29T01:00", "2026-03-29T01:15", 15),
    (date(2026, 10, 25), Window(0, 1440)): ("2026-10-24T22:00", "2026-10-25T23:00", 25 * 60),
    (date(2026, 10, 25), Window(120, 180)): ("2026-10-25T00:00", "2026-10-25T02:00", 120),
    (date(2026, 10, 25), Window(540, 600)): ("2026-10-25T08:00", "2026-10-25T09:00", 60),
    (date(2026, 12, 31), Window(1380, 1440)): ("2026-12-31T22:00", "2026-12-31T23:00", 60),
}


@pytest.mark.parametrize("key", NIGHTS, ids=str)
def test_windows_on_days_when_clocks_change(key):
    start, end, passing = NIGHTS[key]
    found = TimeWindow.on(*key)
    assert (found.start.astimezone(UTC).isoformat()[:16], found.end.astimezone(UTC).isoformat()[:16]) == (start, end)
    assert (found.minutes, found.start.tzinfo) == (passing, BERLIN)


def test_a_window_that_the_clock_skips_is_none():
    assert TimeWindow.on(date(2026, 3, 29), Window(125, 170)) is None
    assert OpeningHours.parse("So 2:05-2:50; So 9-10").on_date(date(2026, 3, 29)) == (
        TimeWindow(datetime(2026, 3, 29, 9, tzinfo=BERLIN), datetime(2026, 3, 29, 10, tzinfo=BERLIN)),
    )


def test_moments_within_opening_hours():
    opening = OpeningHours.parse("Di 9-12")
    nine = datetime(2026, 12, 1, 8, tzinfo=UTC)
    within = TimeWindow(nine, nine.replace(hour=9))
    assert [
        opening.contains_moments(within),
        opening.contains_moments(TimeWindow(nine, nine.replace(hour=11, minute=1))),
        opening.contains_moments(TimeWindow(nine.replace(day=2), nine.replace(day=2, hour=9))),
        within.overlaps(TimeWindow(within.end, within.end.replace(hour=10))),
    ] == [True, False, False, False]


@pytest.mark.parametrize(
    "ends",
    [
        (datetime(2026, 1, 1), datetime(2026, 1, 2)),
        (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
    ],
)
def test_a_time_window_refuses_naive_and_empty(ends):
    with pytest.raises(ValueError):
        TimeWindow(*ends)
