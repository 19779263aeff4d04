"""The board: what it shows, what a move would do, what is written, and what is refused."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import make_user
from tests.touring.city import LATER, NOW, PLACEMENTS, QUARTER, make_city, make_draft, make_published
from touring import drafts, runs
from touring.editions import step_words
from touring.models import DraftStep, PlannedStop, PlanRun, Stop, Team, ToldByPhone, TourPlan
from touring.planning.plan import Plan
from touring.planning.problem import Placement, clock
from touring.queries.curve import curve_of
from touring.words import bound_words

pytestmark = pytest.mark.django_db

BOARD = "/planung/fassung/1/"
TO_THURSDAY = {"nach-day": "3", "nach-team": "sued", "nach-week": "2", "nach-time": "14:00"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def dora(client):
    user = make_user("coordinator", name="Dora Krüger")
    client.force_login(user)
    return user


@pytest.fixture
def draft(dora):
    make_city()
    return make_draft(by=dora, at=NOW)


def text_of(response):
    """What a reader sees, in one line."""
    html = re.sub(r"<script.*?</script>|<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ")


def stands(plan, key):
    """Team, weekdays, phase and start of a stop in the plan."""
    rows = PlannedStop.objects.filter(plan=plan, stop__key=key).select_related("team").order_by("weekday")
    return [(row.team.key, row.weekday, row.phase, row.starts_at.isoformat("minutes")) for row in rows]


# --- what is shown --------------------------------------------------------------------------------


def test_lanes_table_and_map_obey_the_filter(client, draft):
    every = client.get(BOARD).context
    assert [(lane.weekday, lane.team.key) for lane in every["lanes"]] == [
        (day, team) for day in range(5) for team in ("nord", "sued")
    ]
    some = client.get(BOARD, {"team": "sued", "tag": "4"}).context
    assert [(lane.weekday, lane.team.key) for lane in some["lanes"]] == [(4, "sued")]
    assert [row.stop.key for row in some["rows"]] == ["S5"]
    assert [point["properties"]["name"] for point in some["points"]["features"]] == ["Treff Pieschen"]
    none = client.get(BOARD, {"bezirk": "nirgends"}).context
    assert (none["rows"], none["points"]["features"]) == ([], [])
    assert {halt.is_aside for lane in none["lanes"] for halt in lane.halts} == {True}


def test_the_seventh_team_looks_like_the_first(client, draft):
    assert {lane.team.key: lane.number for lane in client.get(BOARD).context["lanes"]} == {"nord": 1, "sued": 2}
    team = Team.objects.get(key="nord")
    for number in range(3, 8):
        team.pk, team.key, team.name, team.order = None, f"t{number}", f"Team {number}", 10 + number
        team.save(force_insert=True)
    numbers = {lane.team.key: lane.number for lane in client.get(BOARD).context["lanes"]}
    assert (numbers["t6"], numbers["t7"]) == (6, 1)


def test_a_stop_says_where_it_stands_and_why(client, draft):
    PlannedStop.objects.filter(stop__key="S4").update(why="Mittwochs ist der Saal frei.")
    said = text_of(client.get(BOARD, {"halt": "S4"}))
    assert "Mittwoch, 14 bis 15:30 Uhr, Team Süd, Woche 3" in said
    assert "Warum hier? Mittwochs ist der Saal frei." in said
    assert client.get(BOARD, {"halt": "XX"}).status_code == 404


def test_a_move_that_fits_says_what_changes_and_can_be_taken(client, draft):
    page = client.get(BOARD, {"halt": "S4", **TO_THURSDAY})
    looked = page.context["looked"]
    assert (looked.preview.placed, looked.preview.hard) == (Placement("sued", (3,), 2, clock(14)), ())
    said = text_of(page)
    assert "Das geht" in said
    assert "Donnerstag, 14 bis 15:30 Uhr, Team Süd, Woche 3" in said
    assert "Übernehmen" in said
    ghosts = [(lane.weekday, halt.key) for lane in page.context["lanes"] for halt in lane.halts if halt.is_ghost]
    chosen = [(lane.weekday, halt.key) for lane in page.context["lanes"] for halt in lane.halts if halt.is_chosen]
    assert (ghosts, chosen) == ([(2, "S4")], [(3, "S4")])


def test_a_move_that_breaks_a_rule_cannot_be_taken_and_offers_the_nearest(client, draft):
    page = client.get(BOARD, {"halt": "S4", **TO_THURSDAY, "nach-time": "20:00"})
    said = text_of(page)
    assert "Das geht nicht" in said
    assert "Übernehmen" not in said
    assert page.context["looked"].nearest == [
        ("nach-day", "3"),
        ("nach-team", "sued"),
        ("nach-week", "2"),
        ("nach-time", page.context["looked"].nearest[3][1]),
    ]
    assert "Frei ist:" in said


def test_where_the_stop_stands_already_is_no_offer(client, draft):
    Stop.objects.filter(key="S5").update(hours="Fr 9:30-11:30")
    page = client.get(BOARD, {"halt": "S5", **TO_THURSDAY, "nach-day": "4", "nach-week": "0", "nach-time": "10:00"})
    looked = page.context["looked"]
    assert (looked.preview.nearest, looked.placed) == (Placement("sued", (4,), 0, clock(9, 30)),) * 2
    assert (looked.nearest, "Frei ist:" in text_of(page)) == ([], False)


def test_the_moving_part_comes_alone_where_it_is_asked_for(client, draft):
    part = client.get(BOARD, {"halt": "S4"}, headers={"HX-Request": "true", "HX-Target": "tafel"})
    html = part.content.decode()
    assert html.startswith('<section id="tafel"')
    assert ('id="urteil"' in html, 'hx-swap-oob="true"' in html, "<main" in html) == (True, True, False)


def test_a_time_that_is_none_is_said_at_the_form(client, draft):
    page = client.get(BOARD, {"halt": "S4", **TO_THURSDAY, "nach-time": "spät"})
    assert set(page.context["looked"].form.errors) == {"time"}
    two = client.get(BOARD, {"halt": "S3", "nach-day": "1", "nach-team": "nord", "nach-time": "09:00"})
    assert two.context["looked"].form.errors == {"day": ["Bitte wählen Sie genau 2 Tage."]}


def test_a_published_plan_is_read_and_not_moved(client, dora):
    make_city()
    make_published(by=dora)
    page = client.get(BOARD, {"halt": "S4", **TO_THURSDAY})
    said = text_of(page)
    assert "Entwurf aus dieser Fassung" in said
    assert ("Übernehmen" in said, page.context["looked"].form) == (False, None)


# --- what is written ------------------------------------------------------------------------------


def test_a_move_is_taken_undone_and_redone(client, draft):
    taken = client.post(f"{BOARD}halt/S4/verschieben/", {**TO_THURSDAY, "stand": "0", "halt": "S4", "woche": "3"})
    assert taken.url == f"{BOARD}?woche=3&halt=S4"
    assert stands(draft, "S4") == [("sued", 3, 2, "14:00")]
    undone = client.post(f"{BOARD}rueckgaengig/", {"stand": "1"}, follow=True)
    assert "Rückgängig gemacht:" in text_of(undone)
    assert stands(draft, "S4") == [("sued", 2, 2, "14:00")]
    client.post(f"{BOARD}wiederholen/", {"stand": "2"})
    assert stands(draft, "S4") == [("sued", 3, 2, "14:00")]
    nothing = client.post(f"{BOARD}wiederholen/", {"stand": "3"})
    assert (nothing.status_code, "Es gibt nichts zu wiederholen." in text_of(nothing)) == (422, True)


def test_a_move_that_breaks_a_rule_is_not_written(client, draft):
    late = {**TO_THURSDAY, "nach-time": "20:00", "stand": "0", "halt": "S4"}
    page = client.post(f"{BOARD}halt/S4/verschieben/", late)
    assert (page.status_code, stands(draft, "S4")) == (422, [("sued", 2, 2, "14:00")])
    assert page.context["notice"].sentence


def test_parts_are_pinned_and_the_bar_says_so(client, draft):
    client.post(f"{BOARD}halt/S4/anheften/", {"fest-team": "on", "fest-time": "on", "stand": "0"})
    row = PlannedStop.objects.get(plan=draft, stop__key="S4")
    assert (row.is_team_pinned, row.is_weekday_pinned, row.is_time_pinned) == (True, False, True)
    labels = [halt.label for lane in client.get(BOARD, {"woche": "3"}).context["lanes"] for halt in lane.halts]
    assert [label for label in labels if "Angeheftet" in label] == [
        "Treff Cotta, Mittwoch, 14 bis 15:30 Uhr, Team Süd, alle 4 Wochen. Angeheftet: Team, Uhrzeit"
    ]


def test_a_stop_is_left_out_and_gets_a_place_from_the_list(client, draft):
    client.post(f"{BOARD}halt/S4/herausnehmen/", {"stand": "0"})
    assert stands(draft, "S4") == []
    page = client.get(f"{BOARD}halt/S4/plaetze/")
    assert len(page.context["places"]) == 10
    best = page.context["places"][0]
    client.post(f"{BOARD}halt/S4/verschieben/", {**dict(best.fields), "stand": "1"})
    assert [row[:2] for row in stands(draft, "S4")] == [(dict(best.fields)["nach-team"], int(best.fields[0][1]))]


def test_a_stop_without_a_place_says_why_and_what_would_help(client, draft):
    page = client.get(f"{BOARD}halt/S6/plaetze/")
    said = text_of(page)
    assert "Warum kein Platz?" in said
    assert (page.status_code, page.context["places"]) == (200, [])
    assert page.context["against"]


# --- two at once ----------------------------------------------------------------------------------


def test_the_second_reads_what_the_first_did_and_keeps_the_move(client, draft):
    erika = make_user("coordinator", name="Erika Baum")
    drafts.set_pins(
        draft, Stop.objects.get(key="S1"), team=True, weekday=False, time=False, edition=0, by=erika, at=LATER
    )
    page = client.post(f"{BOARD}halt/S4/verschieben/", {**TO_THURSDAY, "stand": "0", "halt": "S4"})
    said = text_of(page)
    assert page.status_code == 409
    assert "Jemand war schneller" in said
    assert step_words(DraftStep.objects.get()) in said
    assert stands(draft, "S4") == [("sued", 2, 2, "14:00")]
    assert page.context["looked"].preview.placed == Placement("sued", (3,), 2, clock(14))
    assert "Übernehmen" in said
    assert re.findall(r'(?:href|hx-get|action)="(\?[^"]*|)"', page.content.decode()) == [], "only POST is known here"
    client.post(f"{BOARD}halt/S4/verschieben/", {**TO_THURSDAY, "stand": "1", "halt": "S4"})
    assert stands(draft, "S4") == [("sued", 3, 2, "14:00")]


@pytest.mark.parametrize("stand", ["", "viel", "-1", "9999999999"])
def test_a_form_without_an_edition_changes_nothing(client, draft, stand):
    page = client.post(f"{BOARD}halt/S4/verschieben/", {**TO_THURSDAY, "stand": stand, "halt": "S4"})
    assert (page.status_code, DraftStep.objects.count()) == (409, 0)


# --- before publishing ----------------------------------------------------------------------------


def test_a_call_is_ticked_and_unticked(client, draft):
    Stop.objects.filter(key="S4").update(contact_name="Frau Horn", contact_phone="+493023125217")
    said = text_of(client.get(BOARD))
    assert "Wer muss es erfahren?" in said
    url = f"{BOARD}halt/S4/angerufen/"
    assert client.post(url, {"angerufen": "ja"}).url == f"{BOARD}#veroeffentlichen"
    assert ToldByPhone.objects.count() == 1
    part = client.post(url, {"angerufen": "nein"}, headers={"HX-Request": "true"})
    assert (part.content.decode().startswith('<div id="wer"'), ToldByPhone.objects.count()) == (True, 0)


def test_an_outdated_draft_leads_to_a_fresh_one(client, dora):
    make_city()
    make_draft(by=dora, at=NOW)
    make_published(by=dora, at=LATER)
    page = client.post(f"{BOARD}veroeffentlichen/")
    said = text_of(page)
    assert (page.status_code, TourPlan.objects.get(version=1).state) == (409, "draft")
    assert "Dora Krüger hat Fassung 2 veröffentlicht." in said
    assert "Von hier aus neu planen" in said


def test_a_draft_is_made_from_any_version(client, dora):
    make_city()
    make_published(by=dora)
    made = client.post(f"{BOARD}entwurf/")
    assert made.url == "/planung/fassung/2/"
    assert TourPlan.objects.get(version=2).state == "draft"
    assert {key: stands(TourPlan.objects.get(version=2), key) for key in PLACEMENTS} == {
        key: stands(TourPlan.objects.get(version=1), key) for key in PLACEMENTS
    }


# --- how many queries -----------------------------------------------------------------------------


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", ["", "?halt=S1", "halt/S1/plaetze/"])
def test_pages_need_as_many_queries_for_five_stops_as_for_one(client, dora, path):
    make_city()
    one = make_draft(by=dora, plan=Plan({"S1": PLACEMENTS["S1"]}))
    five = make_draft(by=dora)
    urls = [f"/planung/fassung/{plan.version}/{path}" for plan in (one, five)]
    queries_of(client, urls[0])
    few, many = (queries_of(client, url) for url in urls)
    assert (many, many < 60) == (few, True)


@pytest.mark.parametrize(
    "path",
    ["rueckgaengig/", "wiederholen/", "entwurf/", "halt/S4/verschieben/", "halt/S4/anheften/", "halt/S4/angerufen/"],
)
@pytest.mark.parametrize("role", ["hotline", "advisor", "volunteer", "facility"])
def test_nobody_else_changes_a_draft(client, draft, path, role):
    client.force_login(make_user(role))
    assert client.post(f"{BOARD}{path}", {**TO_THURSDAY, "stand": "0"}).status_code == 404
    assert DraftStep.objects.count() == 0


# --- planning ---------------------------------------------------------------------------------------


def test_what_may_change_is_asked_and_kept(client, dora):
    make_city()
    make_draft(by=dora, at=NOW)
    page = client.get("/planung/", {"entwurf": "1"})
    assert page.context["form"].initial["start_from"] == 1
    period = {"first": "2027-01-04", "last": "2027-04-04"}
    missing = client.post("/planung/planen/", {**period, "scope": "few"})
    assert missing.context["form"].errors == {
        "max_changes": ["Bitte schreiben Sie, wie viele Haltestellen sich ändern dürfen."]
    }
    wishes = {"scope": "few", "max_changes": "5", "effort": "10", "with_alternatives": "on", "start_from": "1"}
    client.post("/planung/planen/", {**period, **wishes})
    run = PlanRun.objects.get()
    assert (run.scope, run.max_changes, run.seconds, run.with_alternatives, run.start_from.version) == (
        "few",
        5,
        10,
        True,
        1,
    )


def test_alternatives_stand_side_by_side_with_their_differences(client, draft):
    run = runs.request_plan_run(period=QUARTER, seconds=5, by=None, at=NOW, is_queued=False)
    other = make_draft(plan=Plan({**PLACEMENTS, "S4": Placement("sued", (3,), 2, clock(14))}))
    TourPlan.objects.filter(pk=draft.pk).update(run=run, aim="changes")
    TourPlan.objects.filter(pk=other.pk).update(run=run, aim="driving")
    page = client.get(BOARD)
    shown = [(one.title, one.left_out, len(one.differences)) for one in page.context["alternatives"]]
    assert shown == [("Wenigste Änderungen", 1, 0), ("Kürzeste Fahrt", 1, 1)]
    assert "2 Vorschläge im Vergleich" in text_of(page)
    assert "Treff Cotta" in page.context["alternatives"][1].differences[0]


def test_the_curve_has_a_line_for_what_is_possible():
    history = [(0.1, 0, 36000), (2.0, 0, 18000)]
    curve = curve_of(history, 10, 17640)
    assert (curve.path, curve.bound_y, curve.bound) == ("M6.0 12.0H120.0V145.3", 148.0, "4,9\xa0h")
    assert curve_of(history, 10).bound_y is None


@pytest.mark.parametrize(
    ("cost", "bound", "said"),
    [
        (1014, 1000, "Fahrt und Wünsche zusammen: höchstens 1,4\xa0% über dem, was überhaupt möglich ist."),
        (10141, 10000, "Fahrt und Wünsche zusammen: höchstens 1,5\xa0% über dem, was überhaupt möglich ist."),
        (1000, 1000, "Besser geht es nicht: Mit weniger Fahrt ist kein Plan möglich."),
        (1000, None, ""),
    ],
)
def test_the_gap_is_said_in_plain_words(cost, bound, said):
    assert bound_words(cost, bound) == said
