"""One date is different: ice, a day drops out, another date is found, and everybody learns of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar

from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role
from tests.chromium import DESK, PHONE
from tests.people import NOW, make_user
from tests.touring.city import make_city, make_published
from touring.models import Stop, Team, TourStop


def test_a_day_drops_out_for_ice_and_another_date_is_found(as_user, open_context, clock):
    make_city()
    make_published(at=NOW - timedelta(days=1))
    Stop.objects.filter(key="S1").update(contact_name="Frau Horn", contact_phone="+493512345678")
    Team.objects.get(key="nord").members.add(make_user(Role.ADVISOR, name="Emil", email="emil@example.org"))
    clock.move_to(datetime(2027, 1, 5, 6, 30, tzinfo=UTC))
    desk = as_user(make_user(Role.COORDINATOR, name="Dora Klein"), viewport=DESK)

    # The whole day of the team, with its reason; the page says first who learns of it and how.
    desk.goto("/team/touren/?tag=2027-01-05")
    desk.get_by_role("link", name="Der ganze Tag ist anders").click()
    desk.get_by_label("Grund").select_option("ice")
    desk.get_by_role("button", name="Weiter: Wer erfährt es?").click()
    asked = desk.inner_text("main")
    assert "Frau Horn" in asked
    assert "Rückruf" in asked
    assert "emil@example.org" in asked
    desk.get_by_role("button", name="Jetzt ansagen").click()
    desk.get_by_text("Angesagt für 1 Halt.").wait_for()

    # The team has its message, the stop a call that somebody takes.
    assert [message.to for message in Message.objects.filter(kind="k_tour_changed")] == ["emil@example.org"]
    task = CallTask.objects.get()
    assert (task.kind, task.phone) == ("f_stop_changed", "+493512345678")

    # Another date: one click on a free time.
    desk.get_by_role("link", name="Ersatztermin suchen").click()
    desk.get_by_role("button", name="Nehmen").first.click()
    desk.get_by_text("Der Ersatztermin steht im Fahrplan.").wait_for()
    extra = TourStop.objects.get(stop__key="S1", replaces_date__isnull=False)

    # The public reads it on a phone.
    public = open_context(viewport=PHONE).new_page()
    public.goto("/fahrplan/S1/")
    page = public.inner_text("main")
    assert "Fällt aus." in page
    assert "Ersatztermin" in page

    # Calendars learn that the old date is off, and of the new one.
    feed = public.context.request.get("/fahrplan/S1/kalender.ics")
    events = list(icalendar.Calendar.from_ical(feed.body()).walk("VEVENT"))
    off = [event for event in events if event.get("STATUS") == "CANCELLED"]
    assert [event["DTSTART"].dt.date().isoformat() for event in off] == ["2027-01-05"]
    assert extra.starts_at in [event["DTSTART"].dt for event in events if event.get("STATUS") != "CANCELLED"]
