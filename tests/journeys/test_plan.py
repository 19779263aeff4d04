"""The plan's way: asked for, watched, published, and read by the public."""

from __future__ import annotations

import re

import icalendar
from django.utils import timezone

from lotsen.people.models import Role
from tests.chromium import DESK, PHONE
from tests.people import make_user
from tests.touring.city import make_city
from touring import runs
from touring.models import PlanRun, TourPlan


def test_a_coordinator_plans_a_quarter_and_the_public_reads_it(as_user, open_context):
    make_city()
    desk = as_user(make_user(Role.COORDINATOR, name="Dora Klein"), viewport=DESK)

    # Asked for: the next quarter, in whole weeks, stands in the form already.
    desk.goto("/planung/")
    desk.locator("#id_seconds").fill("2")
    desk.get_by_role("button", name="Planen").click()
    desk.wait_for_url("**/planung/lauf/*/")
    run = PlanRun.objects.get()
    assert (run.state, run.starts_on.isoformat(), run.ends_on.isoformat()) == ("queued", "2027-01-04", "2027-04-04")

    # The worker plans; the page sees it and goes on to the plan by itself.
    draft = runs.work_on_run(run, now=timezone.now)
    desk.wait_for_url(f"**/planung/fassung/{draft.version}/")
    text = desk.inner_text("main")
    assert "Treff am Abend" in text, "a stop that does not fit is listed"
    assert "Jetzt veröffentlichen" in text

    # Published.
    desk.get_by_role("button", name="Jetzt veröffentlichen").click()
    desk.get_by_text(f"Fassung {draft.version} ist veröffentlicht.").wait_for()
    assert TourPlan.objects.get().state == "published"

    # The public timetable, the stop and its calendar, on a phone.
    public = open_context(viewport=PHONE).new_page()
    public.goto("/fahrplan/")
    assert "Bibliothek Gorbitz" in public.inner_text("main")
    public.get_by_role("link", name="Bibliothek Gorbitz").first.click()
    public.wait_for_url("**/fahrplan/S1/")
    assert re.search(r"Januar", public.inner_text("main"))
    feed = public.context.request.get("/fahrplan/S1/kalender.ics")
    events = list(icalendar.Calendar.from_ical(feed.body()).walk("VEVENT"))
    assert (feed.status, feed.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert events
