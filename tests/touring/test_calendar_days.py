import importlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps

from lotsen.kernel.calendar import Period
from lotsen.messages.models import CallTask
from tests.touring.city import LATER, make_city, make_published
from touring import calendar_days, permits
from touring.models import ClosingDay, SchoolHoliday, Stop, Team
from touring.queries.settings import permits_ending, stops_list

pytestmark = pytest.mark.django_db
TODAY = LATER.date()


def test_the_holidays_of_saxony_are_there():
    importlib.import_module("touring.migrations.0004_saxon_school_holidays").load(apps, None)
    rows = SchoolHoliday.objects.order_by("starts_on").values_list("name", "starts_on", "ends_on")
    assert list(rows) == [
        ("Herbstferien", date(2026, 10, 12), date(2026, 10, 24)),
        ("Weihnachtsferien", date(2026, 12, 23), date(2027, 1, 2)),
        ("Winterferien", date(2027, 2, 8), date(2027, 2, 19)),
        ("Osterferien", date(2027, 3, 26), date(2027, 4, 2)),
        ("Unterrichtsfreier Tag", date(2027, 5, 7), date(2027, 5, 7)),
        ("Pfingstferien", date(2027, 5, 15), date(2027, 5, 18)),
        ("Sommerferien", date(2027, 7, 10), date(2027, 8, 20)),
    ]


def test_holidays_are_added_and_taken_away():
    period = Period(date(2027, 10, 11), date(2027, 10, 23))
    row = calendar_days.add_school_holiday("Herbstferien", period=period, by=None, at=LATER)
    overlapping = Period(date(2027, 10, 23), date(2027, 10, 25))
    with pytest.raises(calendar_days.DaysOverlap) as refused:
        calendar_days.add_school_holiday("Noch mehr", period=overlapping, by=None, at=LATER)
    assert refused.value.sentence == "In dieser Zeit stehen schon Ferien: Herbstferien."
    with pytest.raises(calendar_days.HolidayTooLong):
        calendar_days.add_school_holiday(
            "Alles", period=Period(date(2028, 1, 1), date(2028, 12, 31)), by=None, at=LATER
        )
    calendar_days.remove_school_holiday(row, by=None, at=LATER)
    assert SchoolHoliday.objects.filter(starts_on=period.start).count() == 0


def test_a_closing_day_counts_the_halts_that_still_stand():
    make_city()
    plan = make_published()
    friday = date(2027, 1, 8)
    add = lambda day, **what: calendar_days.add_closing_day(  # noqa: E731
        day, **({"stop": None, "team": None, "reason": "Umbau", "by": None, "at": LATER + timedelta(1)} | what)
    )
    row = add(friday, stop=Stop.objects.get(key="S5"))
    assert calendar_days.halts_still_standing(row) == 1
    plan.refresh_from_db()
    assert plan.changed_at == LATER + timedelta(days=1)
    assert calendar_days.halts_still_standing(add(friday, team=Team.objects.get(key="nord"))) == 0
    assert calendar_days.halts_still_standing(add(friday)) == 1
    for day, refusal in (
        (friday, calendar_days.ClosedAlready),
        (date(2027, 1, 1), calendar_days.ClosedAlready),
        (date(2026, 11, 2), calendar_days.DayIsPast),
    ):
        with pytest.raises(refusal):
            add(day)
    calendar_days.remove_closing_day(row, by=None, at=LATER)
    assert ClosingDay.objects.count() == 2


@pytest.mark.parametrize(("days", "is_ending"), [(-1, True), (0, True), (42, True), (43, False)])
def test_a_permit_is_said_to_end_six_weeks_before(days, is_ending):
    make_city()
    Stop.objects.filter(key="S1").update(permit_until=TODAY + timedelta(days=days))
    assert [stop.key for stop in permits_ending(TODAY)] == (["S1"] if is_ending else [])
    marked = {stop.key: stop.permit_is_ending for stop in stops_list(TODAY)}
    assert bool(marked["S1"]) is is_ending
    assert not marked["S2"]


def test_a_permit_makes_one_task_for_each_date():
    make_city()
    Stop.objects.filter(key="S1").update(permit_until=date(2026, 12, 31), contact_phone="+493514884880")
    Stop.objects.filter(key="S2").update(permit_until=date(2026, 12, 31), is_active=False)
    Stop.objects.filter(key="S3").update(permit_until=date(2026, 11, 1))
    for hours in (0, 24):
        assert permits.warn_of_permits(at=LATER + timedelta(hours=hours)) == 1
    rows = [(row.kind, row.variables, row.phone, row.deadline_at) for row in CallTask.objects.all()]
    words = {"stop": "Bibliothek Gorbitz", "date_long": "Donnerstag, 31. Dezember 2026"}
    assert rows == [("k_permit_ends", words, "+493514884880", datetime(2026, 12, 10, 11, tzinfo=UTC))]
    Stop.objects.filter(key="S1").update(permit_until=date(2027, 1, 6))
    permits.warn_of_permits(at=LATER)
    assert CallTask.objects.count() == 2
