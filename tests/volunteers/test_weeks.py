"""Hours of every second week and districts besides the radius: typed, kept, listed, and asked about in matching."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.imports import import_city
from bookings.proposals import suggest
from lotsen.kernel.calendar import iso_week
from lotsen.kernel.models import FieldChange
from lotsen.kernel.windows import OpeningHours
from lotsen.places.models import District
from tests.bookings.imports.lists import AT, city_file
from tests.people import NOW, make_address, make_client, make_scheduled, make_topic, make_user, make_volunteer
from volunteers import availability
from volunteers.forms.profile import ProfileForm, WeekForm
from volunteers.models import Volunteer

TIMES = "/lotse/ich/zeiten/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def bernd(db):
    return make_volunteer(hours="", topics=[make_topic()])


def fresh(volunteer) -> Volunteer:
    return Volunteer.objects.get(pk=volunteer.pk)


def texts(volunteer):
    one = fresh(volunteer)
    return one.hours, one.hours_even, one.hours_odd


def typed(bernd, **fields):
    form = WeekForm(fields, volunteer=bernd)
    assert form.is_valid(), form.errors
    week = {"hours": form.hours(), "even": form.even(), "odd": form.odd()}
    availability.set_week(bernd, **week, rests=False, by=bernd.user, at=NOW)
    return texts(bernd)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"parts0": ["8-12"]}, ("Mo 8:00-12:00", "", "")),
        ({"parts0": ["8-12"], "week0": "every"}, ("Mo 8:00-12:00", "", "")),
        ({"parts0": ["8-12"], "week0": "even"}, ("", "Mo 8:00-12:00", "")),
        ({"exact1": "9-11", "week1": "odd"}, ("", "", "Di 9:00-11:00")),
        ({"exact0": "9-12 und 14-16 gerade"}, ("Mo 9:00-12:00", "Mo 14:00-16:00", "")),
        (
            {"exact0": "9-12 (ungerade Wochen), 14-16 in geraden KW"},
            ("", "Mo 14:00-16:00", "Mo 9:00-12:00"),
        ),
        ({"exact0": "9-12 gerade, 9-12 ungerade"}, ("Mo 9:00-12:00", "", "")),
        ({"parts0": ["8-12"], "week0": "odd", "same": "on"}, ("", "", "Mo-Fr 8:00-12:00")),
    ],
)
def test_a_week_by_the_form(bernd, fields, kept):
    assert typed(bernd, **fields) == kept


@pytest.mark.parametrize("text", ["gerade", "9-12 und gerade", "9-12 gerade ungerade", "gerade 9-12", "9-8 gerade"])
def test_what_nobody_understands_is_refused(bernd, text):
    form = WeekForm({"exact0": text}, volunteer=bernd)
    assert not form.is_valid()
    assert list(form.errors) == ["exact0"]


HALVES = st.lists(st.sampled_from([(8, 10), (9, 12), (12, 14), (14, 18), (17, 20)]), max_size=2)
WEEKS = st.tuples(*(st.tuples(*(HALVES for _day in range(6))) for _rhythm in range(3)))


def _hours(days) -> OpeningHours:
    return OpeningHours.parse(
        "; ".join(f"{name} {a}-{b}" for name, some in zip(("Mo", "Di", "Mi", "Do", "Fr", "Sa"), days, strict=True)
                  for a, b in sorted(set(some))[:1])
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(weeks=WEEKS)
def test_what_the_page_shows_says_the_same_week(weeks):
    """Whatever is kept: the page that shows it, sent back untouched, changes nothing about any day."""
    every, even, odd = map(_hours, weeks)
    one = Volunteer(hours=str(every), hours_even=str(even.without(every)), hours_odd=str(odd.without(every)))
    shown = WeekForm(volunteer=one)
    sent = {name: field.initial for name, field in shown.fields.items()}
    form = WeekForm(sent, volunteer=one)
    assert form.is_valid(), form.errors
    again = (form.hours().union(form.even()), form.hours().union(form.odd()))
    assert again == one.hours_by_week


def test_the_day_counts_its_iso_week(bernd):
    typed(bernd, exact0="9-11 gerade und 14-16 ungerade")
    one = Volunteer.objects.prefetch_related("absences", "other_hours").get(pk=bernd.pk)
    day = date(2026, 11, 30)
    while day < date(2027, 2, 1):  # over week 53 of 2026 and week 1 of 2027, which are both odd
        (window,) = availability.windows_on(one, day)
        assert str(window) == ("14:00-16:00" if iso_week(day)[1] % 2 else "9:00-11:00")
        day += timedelta(days=7)


@pytest.mark.django_db
def test_matching_asks_in_the_right_week_only(bernd):
    anna = make_user()
    availability.set_week(
        bernd, hours=OpeningHours(), odd=OpeningHours.parse("Mo-Fr 8-20"), rests=False, by=anna, at=NOW
    )
    found = []
    for days in (6, 13, 20):  # weeks 49, 50 and 51
        visit = make_scheduled(by=anna, starts_at=NOW + timedelta(days=days), client=make_client(phone=""))
        found.append(bool(suggest(visit, at=NOW).best))
    assert found == [True, False, True]


# --- districts --------------------------------------------------------------------------------------


@pytest.fixture
def quarters(db):
    names = ("Klotzsche", "Gorbitz-Süd")
    return [District.objects.create(key=str(n), name=name, short_name=name) for n, name in enumerate(names)]


def test_somebody_goes_to_a_district_that_is_far(bernd, quarters):
    anna, far = make_user(), quarters[0]
    availability.set_week(bernd, hours=OpeningHours.parse("Mo-Fr 8-20"), rests=False, by=anna, at=NOW)
    address = make_address("Weit", latitude=51.13, longitude=13.78, district=far)
    visit = make_scheduled(by=anna, client=make_client(phone="", address=address))
    assert suggest(visit, at=NOW).best == ()
    bernd.districts.add(far)
    assert [fit.candidate.key for fit in suggest(visit, at=NOW).best[0].fits] == [bernd.pk]
    bernd.districts.set([quarters[1]])
    assert suggest(visit, at=NOW).best == ()


def profile(**more):
    usual = {"offers_by": "now", "visits_a_week": "2", "travel_mode": "transit", "pace": "usual", "radius_km": "5"}
    return usual | {"languages": ["Deutsch"]} | more


def test_districts_by_the_page_with_a_line_in_the_journal(client, bernd, quarters):
    client.force_login(bernd.user)
    page = client.get("/lotse/ich/profil/").content.decode()
    assert "Ich gehe auch in andere Stadtteile" in page
    assert client.post("/lotse/ich/profil/", profile(districts=[quarters[0].pk])).status_code == 302
    assert list(fresh(bernd).districts.all()) == [quarters[0]]
    assert FieldChange.objects.filter(fields__contains=["districts"], by=bernd.user).exists()
    assert client.post("/lotse/ich/profil/", profile(districts=["9999"])).status_code == 422
    assert list(fresh(bernd).districts.all()) == [quarters[0]]


def test_where_no_districts_are_known_the_page_does_not_ask(bernd):
    assert ProfileForm(volunteer=bernd).fields["districts"].choices == []


def test_a_list_with_these_columns(quarters):
    more = {"gerade Wochen": "Mo 9-11", "ungerade Wochen": "Fr 14-16", "Stadtteile": "Klotzsche, Gorbitz-Süd"}
    outcome = import_city([city_file("lotsen", more)], by=None, at=AT)
    one = Volunteer.objects.get(key="L001")
    assert outcome.problems == ()
    assert (one.hours_even, one.hours_odd, one.districts.count()) == ("Mo 9:00-11:00", "Fr 14:00-16:00", 2)
    assert import_city([city_file("lotsen", more)], by=None, at=AT).counts["lotsen"].same == 1
    wrong = import_city([city_file("lotsen", {"Stadtteile": "Klotsche"})], by=None, at=AT)
    assert [str(problem.sentence) for problem in wrong.problems] == [
        "Den Stadtteil „Klotsche“ gibt es nicht. Meinen Sie „Klotzsche“?"
    ]
