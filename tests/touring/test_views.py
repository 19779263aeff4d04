import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import make_user
from tests.touring.city import LATER, NOW, QUARTER, make_city, make_draft, make_published, make_stop
from touring import runs
from touring.models import Deviation, PlanRun, Stop, Team, TourPlan, TourStop

pytestmark = pytest.mark.django_db

PAGES = ["/planung/", "/planung/haltestellen/", "/planung/haltestellen/neu/", "/planung/teams/", "/team/touren/"]


@pytest.fixture
def dora(client):
    user = make_user("coordinator", name="Dora Krüger")
    client.force_login(user)
    return user


@pytest.mark.parametrize("url", [*PAGES, "/planung/fassung/1/", "/planung/haltestellen/S1/", "/planung/teams/nord/"])
@pytest.mark.parametrize("role", ["hotline", "volunteer", "facility"])
def test_pages_do_not_exist_for_others(client, url, role):
    make_city()
    make_draft()
    assert client.get(url).status_code == 302
    client.force_login(make_user(role))
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("url", [*PAGES, "/planung/fassung/1/", "/planung/haltestellen/S1/", "/planung/teams/nord/"])
def test_pages_show_themselves_without_inline_style_or_script(client, dora, url):
    make_city()
    make_draft(by=dora)
    page = client.get(url)
    assert page.status_code == 200
    html = page.content.decode()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/))", html)


def test_planning_from_the_button_to_the_public_timetable(client, dora):
    make_city()
    with time_machine.travel(NOW, tick=False):
        asked = client.post("/planung/planen/", {"first": "2027-01-04", "last": "2027-04-04", "seconds": "1"})
        run = PlanRun.objects.get()
        assert asked.url == f"/planung/lauf/{run.pk}/"
        assert "wartet, bis ein Rechner frei ist" in client.get(asked.url).content.decode()
        runs.work_on_run(run, now=lambda: NOW)
        state = client.get(f"/planung/lauf/{run.pk}/stand/")
        assert (state.status_code, state["HX-Redirect"]) == (286, "/planung/fassung/1/")
        draft = client.get("/planung/fassung/1/").content.decode()
        assert "Für 5 Haltestellen ändert sich etwas." in draft
        assert "Treff am Abend passt in keinen Tag" in draft
    with time_machine.travel(LATER, tick=False):
        published = client.post("/planung/fassung/1/veroeffentlichen/")
        assert published.url == "/planung/fassung/1/"
        assert TourPlan.objects.get().state == "published"
        assert "Bibliothek Gorbitz" in client.get("/fahrplan/").content.decode()


def test_a_second_planning_leads_to_the_first(client, dora):
    with time_machine.travel(NOW, tick=False):
        first = runs.request_plan_run(period=QUARTER, seconds=5, by=dora, at=NOW)
        asked = client.post(
            "/planung/planen/", {"first": "2027-01-04", "last": "2027-04-04", "seconds": "1"}, follow=True
        )
    assert asked.redirect_chain == [(f"/planung/lauf/{first.pk}/", 302)]
    assert "Eine Planung läuft schon, seit 10:00 Uhr. Zusehen oder abbrechen?" in asked.content.decode()


def test_a_wrong_period_is_said_at_the_field(client, dora):
    asked = client.post("/planung/planen/", {"first": "2027-04-04", "last": "2027-01-04", "seconds": "1"})
    assert asked.status_code == 422
    assert asked.context["form"].errors == {"last": ["Der letzte Tag liegt vor dem ersten."]}
    past = client.post("/planung/planen/", {"first": "2020-01-06", "last": "2020-01-12", "seconds": "1"})
    assert past.context["form"].non_field_errors() == ["Der Zeitraum liegt in der Vergangenheit."]


def test_nothing_new_is_204_and_stopping_keeps_the_page(client, dora):
    run = runs.request_plan_run(period=QUARTER, seconds=5, by=dora, at=NOW)
    runs.start_run(run, by=None, at=NOW)
    url = f"/planung/lauf/{run.pk}/stand/"
    first = client.get(url)
    assert first.status_code == 200
    assert client.get(url, headers={"if-none-match": first["ETag"]}).status_code == 204
    assert client.get(url, {"bekannt": first["ETag"].strip('"')}).status_code == 204
    client.post(f"/planung/lauf/{run.pk}/abbrechen/")
    run.refresh_from_db()
    assert run.stop_asked_at is not None
    assert "hört gleich auf" in client.get(url, headers={"if-none-match": first["ETag"]}).content.decode()


def test_what_is_refused_at_publishing_is_said(client, dora):
    make_city()
    draft = make_draft()
    Stop.objects.filter(key="S4").update(hours="Mo 9:00-18:00")
    page = client.post("/planung/fassung/1/veroeffentlichen/", follow=True).content.decode()
    assert "Treff Cotta hat am Mittwoch zu. Offen ist Montag." in page
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_draft_is_thrown_away(client, dora):
    make_city()
    make_draft()
    assert client.post("/planung/fassung/1/verwerfen/").url == "/planung/"
    assert TourPlan.objects.count() == 0


STOP = {
    "name": "Bibliothek Gorbitz",
    "short_name": "Gorbitz",
    "street": "Merianplatz 1",
    "postal_code": "01169",
    "rhythm": "weekly",
    "duration_minutes": "60",
    "hours": "dienstags 9 bis 12 uhr",
    "wish_weekdays": ["1"],
    "step_free": "False",
    "steps": "3",
    "priority": "1",
    "is_active": "on",
    "min_gap_days": "2",
    "setup_minutes": "10",
    "packing_minutes": "5",
}


def test_a_stop_is_changed_and_its_hours_become_canonical(client, dora):
    make_city()
    saved = client.post("/planung/haltestellen/S1/", STOP)
    assert saved.url == "/planung/haltestellen/S1/pass/"
    stop = Stop.objects.get(key="S1")
    assert (stop.rhythm, stop.duration_minutes, stop.hours, stop.wish_weekdays, stop.steps, stop.step_free) == (
        "weekly",
        60,
        "Di 9:00-12:00",
        [1],
        3,
        False,
    )


def test_wrong_hours_are_said_at_the_field(client, dora):
    make_city()
    page = client.post("/planung/haltestellen/S1/", STOP | {"hours": "meistens"})
    assert page.status_code == 422
    assert page.context["form"].errors == {
        "hours": ["„meistens“ verstehe ich nicht. Zum Beispiel: Mo,Mi 10:00-18:00; Fr 9:00-13:00."]
    }
    assert Stop.objects.get(key="S1").hours == "Mo-Fr 9:00-18:00"


def test_a_stop_at_an_address_that_nobody_finds_is_refused_and_a_key_is_given_once(client, dora):
    make_city()
    new = STOP | {"key": "S7", "street": "Gibtesnichtgasse 1", "postal_code": "99999"}
    lost = client.post("/planung/haltestellen/neu/", new)
    assert lost.context["form"].non_field_errors() == [
        "Diese Adresse finden wir nicht. Bitte prüfen Sie Straße, Hausnummer und Postleitzahl."
    ]
    assert client.post("/planung/haltestellen/neu/", new | {"postal_code": "01169"}).status_code == 302
    taken = client.post("/planung/haltestellen/neu/", new | {"key": "S1", "postal_code": "01169"})
    assert taken.context["form"].non_field_errors() == ["Die Kennung „S1“ hat schon eine andere Haltestelle."]


def test_a_team_is_changed(client, dora):
    make_city()
    fields = {
        "name": "Nord",
        "hours": "Mo-Do 9-15",
        "break_minutes": "30",
        "break_parts": "1",
        "break_window": "11:30-13:30",
        "reserve_percent": "10",
        "is_active": "on",
    }
    wrong = client.post("/planung/teams/nord/", fields | {"hours": "Mo 8-9, 10-11, 12-13", "break_window": "mittags"})
    assert wrong.context["form"].errors == {
        "hours": ["Höchstens zwei Arbeitszeiten an einem Tag. Dazwischen liegt die Pause."],
        "break_window": ["Bitte schreiben Sie zum Beispiel: 11:30-13:30"],
    }
    assert client.post("/planung/teams/nord/", fields).status_code == 302
    assert Team.objects.get(key="nord").hours == "Mo-Do 9:00-15:00"


def test_an_advisor_says_what_is_different_and_takes_it_back(client):
    make_city()
    make_published()
    halt = TourStop.objects.filter(stop__key="S5").order_by("starts_at").first()
    day = f"/team/touren/?tag={halt.starts_at.date()}"
    url = f"/team/touren/halt/{halt.pk}/"
    with time_machine.travel(LATER + timedelta(days=1), tick=False):
        client.force_login(make_user("advisor", name="Fremd"))
        assert client.post(url, {"kind": "late", "minutes": "20"}).status_code == 404
        advisor = make_user("advisor")
        halt.tour.team.members.add(advisor)
        client.force_login(advisor)
        assert client.post(url, {"kind": "late", "minutes": "20"}).url == day
        assert "20 Minuten später" in client.get(day).content.decode()
        client.post(url, {"kind": "cancelled"})
        assert "fällt aus" in client.get(day).content.decode()
        client.post(url, {"kind": ""})
        assert Deviation.objects.filter(revoked_at=None).count() == 0
        client.post(url, {"kind": "late", "minutes": "viel"})
        client.post(url, {"kind": "late", "minutes": ""})
    assert Deviation.objects.filter(revoked_at=None).count() == 0


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_list_pages_need_as_many_queries_for_three_rows_as_for_one(client, dora):
    make_city()
    Stop.objects.exclude(key="S1").delete()
    Team.objects.filter(key="sued").delete()
    few = {url: queries_of(client, url) for url in ("/planung/haltestellen/", "/planung/teams/")}
    for number in (2, 3):
        make_stop(f"S{number}", f"Treff {number}")
        Team.objects.create(key=f"t{number}", name="T", base=Team.objects.get(key="nord").base, hours="Mo 8:00-12:00")
    assert {url: queries_of(client, url) for url in few} == few


def test_the_list_of_plans_needs_as_many_queries_for_three_as_for_one(client, dora):
    make_city()
    make_draft(by=dora)
    few = queries_of(client, "/planung/")
    for number in (1, 2):
        make_draft(by=dora)
        run = runs.request_plan_run(period=QUARTER, seconds=5, by=dora, at=NOW)
        runs.ask_to_stop(run, by=dora, at=NOW)
        assert number
    assert queries_of(client, "/planung/") == few


def test_the_tours_of_a_day_need_as_many_queries_for_three_halts_as_for_one(client, dora):
    make_city()
    make_published()
    assert queries_of(client, "/team/touren/?tag=2027-01-04") == queries_of(client, "/team/touren/?tag=2027-01-05")
    assert queries_of(client, "/planung/fassung/1/") < 30
