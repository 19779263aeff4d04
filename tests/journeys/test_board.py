"""The board: from a drafted plan to a published one, by mouse, by keyboard, without JavaScript, and two at once."""

from __future__ import annotations

import re

from lotsen.people.models import Role
from tests.chromium import DESK, NARROW
from tests.people import make_user
from tests.touring.city import make_city, make_draft
from touring.models import PlannedStop, TourPlan

BOARD = "/planung/fassung/1/"


def stands(key):
    rows = PlannedStop.objects.filter(plan__version=1, stop__key=key).select_related("team").order_by("weekday")
    return [(row.team.key, row.weekday, row.starts_at.isoformat("minutes")) for row in rows]


def desk_of(as_user, name="Dora Klein", **options):
    make_city()
    dora = make_user(Role.COORDINATOR, name=name)
    make_draft(by=dora)
    return as_user(dora, viewport=DESK, **options)


def drag(page, key, lane, minutes):
    """Drag a call with the mouse to a lane, so many minutes later (or, below zero, earlier)."""
    bar = page.locator(f"a.l-call-b[data-stop='{key}']").first
    bar.scroll_into_view_if_needed()
    box, to = bar.bounding_box(), page.get_by_role("group", name=lane).bounding_box()
    step = box["width"] / int(bar.get_attribute("data-length"))
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 10 + minutes / 5 * step, to["y"] + to["height"] / 2, steps=6)
    page.mouse.up()


def test_one_stop_by_mouse_one_by_keyboard_and_published(as_user):
    desk = desk_of(as_user)
    desk.goto(f"{BOARD}?woche=1")

    # By mouse: Friday's call to Thursday, half an hour later.
    drag(desk, "S5", "Donnerstag, Team Süd", 30)
    desk.get_by_role("heading", name="Das geht").wait_for()
    assert "Donnerstag, 10 bis 12 Uhr, Team Süd" in desk.inner_text("#urteil")
    assert stands("S5") == [("sued", 4, "09:30")], "nothing is written by looking"
    desk.get_by_role("button", name="Übernehmen").click()
    desk.get_by_text("Übernommen.").wait_for()
    assert stands("S5") == [("sued", 3, "10:00")]

    # By keyboard: from call to call, Enter, another day, Enter.
    desk.locator("a.l-call-b").first.focus()
    for _press in range(12):
        if desk.evaluate("document.activeElement.dataset.stop") == "S5":
            break
        desk.keyboard.press("ArrowDown")
    assert desk.evaluate("document.activeElement.dataset.stop") == "S5"
    desk.keyboard.press("Enter")
    desk.locator("#urteil-h:focus").wait_for()
    desk.keyboard.press("Escape")
    desk.locator("a.l-call-b[data-stop='S5']:focus").wait_for()
    desk.keyboard.press("Enter")
    desk.locator("#urteil-h:focus").wait_for()
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.name") == "nach-day"
    desk.keyboard.press("ArrowDown")  # Friday again
    desk.get_by_role("heading", name="Das geht").wait_for()
    assert desk.evaluate("document.activeElement.name") == "nach-day", "after a choice the focus stays"
    desk.locator("#uebernehmen").focus()
    desk.keyboard.press("Enter")
    desk.get_by_text("Übernommen.").wait_for()
    assert stands("S5") == [("sued", 4, "10:00")]

    # Back, and again.
    desk.get_by_role("button", name="Rückgängig").click()
    desk.get_by_text("Rückgängig gemacht:").wait_for()
    assert stands("S5") == [("sued", 3, "10:00")]
    desk.get_by_role("button", name="Wiederholen").click()
    desk.get_by_text("Wiederholt:").wait_for()
    assert stands("S5") == [("sued", 4, "10:00")]

    # Published, and its history can be read.
    desk.get_by_role("button", name="Jetzt veröffentlichen").click()
    desk.get_by_text("Fassung 1 ist veröffentlicht.").wait_for()
    assert TourPlan.objects.get().state == "published"
    assert desk.get_by_role("button", name="Entwurf aus dieser Fassung").is_visible()


def test_what_breaks_a_rule_cannot_be_dropped_there_and_the_nearest_place_works(as_user):
    desk = desk_of(as_user)
    desk.goto(f"{BOARD}?woche=1")
    drag(desk, "S5", "Freitag, Team Süd", 240)  # 13:30: Friday's shift ends at 14:30
    desk.get_by_role("heading", name="Das geht nicht").wait_for()
    assert desk.get_by_role("button", name="Übernehmen").count() == 0
    desk.get_by_role("link", name=re.compile("Frei ist:")).click()
    desk.get_by_role("button", name="Übernehmen").click()
    desk.get_by_text("Übernommen.").wait_for()
    assert stands("S5")[0][:2] == ("sued", 4)


def test_the_whole_way_without_javascript(as_user):
    desk = desk_of(as_user, java_script_enabled=False)
    desk.goto(f"{BOARD}?woche=1")
    desk.locator("a.l-call-b[data-stop='S5']").click()
    desk.locator("select[name=nach-day]").select_option("3")
    desk.get_by_label("Beginn").fill("10:00")
    desk.get_by_role("button", name="Prüfen").click()
    assert "Das geht" in desk.inner_text("#urteil")
    desk.get_by_role("button", name="Übernehmen").click()
    assert stands("S5") == [("sued", 3, "10:00")]
    desk.locator("#tabelle").scroll_into_view_if_needed()
    desk.get_by_role("link", name=re.compile("Treff Pieschen")).first.click()
    desk.locator("[name=fest-team]").check()
    desk.get_by_role("button", name="Anheften speichern").click()
    assert PlannedStop.objects.get(plan__version=1, stop__key="S5").is_team_pinned
    desk.get_by_role("button", name="Jetzt veröffentlichen").click()
    assert TourPlan.objects.get().state == "published"


def test_two_coordinators_at_once_overwrite_nothing(as_user):
    first = desk_of(as_user)
    second = as_user(make_user(Role.COORDINATOR, name="Erika Baum"), viewport=DESK)
    first.goto(f"{BOARD}?woche=1")
    second.goto(f"{BOARD}?woche=1")
    drag(first, "S5", "Donnerstag, Team Süd", 30)
    first.get_by_role("button", name="Übernehmen").click()
    first.get_by_text("Übernommen.").wait_for()

    # The second one's page is old: the answer says what the first one did, the move is still there.
    second.goto(f"{BOARD}?woche=1&halt=S1&nach-day=0&nach-team=sued&nach-week=0&nach-time=10:00")
    drag(first, "S5", "Mittwoch, Team Süd", 0)
    first.get_by_role("button", name="Übernehmen").click()
    first.get_by_text("Übernommen.").wait_for()
    second.get_by_role("button", name="Übernehmen").click()
    second.get_by_role("heading", name="Jemand war schneller").wait_for()
    assert "Dora Klein" in second.get_by_role("alert").inner_text()
    assert second.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert (stands("S5"), stands("S1")) == ([("sued", 2, "10:00")], [("nord", 1, "10:00")])
    second.get_by_role("button", name="Übernehmen").click()
    second.get_by_text("Übernommen.").wait_for()
    assert (stands("S5"), stands("S1")) == ([("sued", 2, "10:00")], [("sued", 0, "10:00")])


def test_verdict_and_refusal_obey_the_rules_of_accessibility(as_user, axe):
    desk = desk_of(as_user)
    tried = "nach-day=3&nach-team=sued&nach-week=0&nach-time="
    desk.goto(f"{BOARD}?woche=1&halt=S5&{tried}10:00")
    assert (desk.inner_text("#urteil-h"), axe(desk)) == ("Das geht", "")
    desk.evaluate("for (const one of document.querySelectorAll('[name=stand]')) one.value = '9'")
    desk.get_by_role("button", name="Übernehmen").click()
    desk.get_by_role("alert").wait_for()
    desk.emulate_media(color_scheme="dark")
    assert axe(desk) == ""
    desk.goto(f"{BOARD}?woche=1&halt=S5&{tried}20:00")
    assert (desk.inner_text("#urteil-h"), axe(desk)) == ("Das geht nicht", "")
    desk.set_viewport_size(NARROW)
    assert desk.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
