"""Somebody cannot come, three hours before: the visit is open in the same second, another takes it, the person hears
new name and word at home, and whoever fell out sees nothing of the door any more. And: nobody takes it."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.conf import settings as house_settings
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from bookings import offers
from bookings.models import HomeVisit, Offer
from bookings.queries import open_requests
from lotsen.messages import house, telephone
from lotsen.messages.models import CallTask, Message
from lotsen.messages.simulator import calls, carrier
from lotsen.messages.simulator.models import NetworkCall, NetworkSms
from lotsen.messages.telephone import ringing
from lotsen.people.models import Role
from tests.chromium import DESK, PHONE
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_visit, make_volunteer

SENIOR, ANNA = "+493023125216", "+493023125301"
BEGINS = NOW + timedelta(days=6, hours=4)
"""Tuesday, 1 December, 14:00 in Dresden."""
WITHDRAWN = BEGINS - timedelta(hours=3)


@pytest.fixture(autouse=True)
def network(live_server, settings, monkeypatch):
    """The telephone network in a box and our webhooks on one real server."""
    settings.PUBLIC_BASE_URL = live_server.url
    settings.TWILIO_BASE_URL = f"{live_server.url}/telefonnetz/api"
    settings.SIMULATOR_CARRIES = False
    settings.ROOT_URLCONF = "tests.access.urls"
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})  # the clock of this journey is not the database's
    house.post_office.cache_clear()
    yield
    house.post_office.cache_clear()


def work():
    """A real worker, until the queue is empty; in a thread of its own, as the browser keeps this one's loop."""

    def run():
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
            worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


def texts_to(volunteer):
    """What stands on this telephone, carried there."""
    for sms in NetworkSms.objects.filter(phone__number=volunteer.user.phone, is_ours=True, status="queued"):
        carrier.carry_sms(sms)
    return [sms.body for sms in NetworkSms.objects.filter(phone__number=volunteer.user.phone).order_by("pk")]


def leg_of(number):
    """The call that rings at this telephone now, as the network sees it."""
    return NetworkCall.objects.filter(phone__number=number, waits_for="pick_up").order_by("-pk").first()


def heard_at_home():
    """The person's telephone rings and they pick up; what they hear."""
    call = leg_of(SENIOR)
    waiting = Message.objects.exclude(state="dropped").values_list("kind", "channel", "state", "failure")
    assert call is not None, list(waiting)
    calls.ring(call)
    calls.pick_up(call)
    call.refresh_from_db()
    while call.waits_for == "keys":
        calls.press(call, "1")
        call.refresh_from_db()
    return " ".join(call.heard)


@pytest.fixture
def city(as_user, clock):
    """Bernd has said yes; it is three hours before, and he sees the door."""
    anna = make_user(Role.HOTLINE)
    bernd = make_volunteer("Bernd Kluge", topics=[make_topic()])
    older = make_visit(by=anna, client=make_client("Otto Zander", phone="+493023125299"), at=NOW - timedelta(days=20))
    visit = make_scheduled(by=anna, client=make_client(phone=SENIOR), starts_at=BEGINS)
    (offer,) = offers.send_offers(visit, volunteers=[bernd], answer_by=NOW + timedelta(days=1), by=anna, at=NOW)
    offers.accept_offer(offer, by=bernd.user, at=NOW)
    visit.refresh_from_db()
    work()
    clock.move_to(WITHDRAWN)
    return anna, bernd, older, visit


def give_back(as_user, bernd, visit):
    phone = as_user(bernd.user, viewport=PHONE)
    phone.goto(f"/lotse/besuch/{visit.reference}/")
    assert "Gartenweg 16" in phone.inner_text("main")
    phone.get_by_role("link", name="Ich kann doch nicht kommen").click()
    phone.get_by_text("krank").click()
    phone.get_by_role("button", name="Termin zurückgeben").click()
    phone.get_by_text("Danke fürs Bescheidsagen").wait_for()
    return phone


def test_another_takes_it_and_the_person_knows_who_comes(as_user, city, clock):
    anna, bernd, older, visit = city
    clara = make_volunteer("Clara Weiß", topics=[make_topic()])
    old_word = visit.code_word

    phone = give_back(as_user, bernd, visit)

    # In the same second: open, before what waits longer, and Clara is asked.
    row = HomeVisit.objects.get(pk=visit.pk)
    offer = Offer.objects.get(visit=visit, state="open")
    returned = Offer.objects.get(visit=visit, volunteer=bernd)
    assert (row.state, row.guide, row.code_word, returned.because) == ("scheduled", None, "", "krank")
    assert (offer.volunteer, abs(offer.created_at - returned.answered_at) < timedelta(seconds=1)) == (clara, True)
    assert [one.pk for one in open_requests(anna)][:2] == [visit.pk, older.pk]

    # Nothing of the door is left for Bernd, also not behind the address that he has.
    answer = phone.request.get(f"/lotse/besuch/{visit.reference}/")
    assert (answer.status, "Gartenweg" in answer.text()) == (404, False)
    phone.goto("/lotse/")
    assert not re.search("Gartenweg|Schulze", phone.inner_text("body"))

    # A real worker sends; Clara says yes behind the link of her SMS.
    work()
    (text,) = [
        body
        for body in texts_to(clara)
        if house_settings.PUBLIC_BASE_URL in body or "/lotse/" in body or offer.code in body
    ]
    assert "Gartenweg" not in text
    hers = as_user(clara.user, viewport=PHONE)
    hers.goto(f"/lotse/angebot/{offer.token}/")
    hers.get_by_role("button", name="Ja, ich komme").click()
    hers.wait_for_url(f"**/lotse/besuch/{visit.reference}/")
    row.refresh_from_db()
    assert (row.guide, row.code_word != old_word, bool(row.code_word)) == (clara.user, True, True)

    # Her landline rings: the new word; a human says the name within a quarter of an hour.
    work()
    said = heard_at_home()
    assert row.code_word.lower() in said.lower()
    assert old_word.lower() not in said.lower()
    told = CallTask.objects.get(kind="senior_comes", state="open")
    assert told.deadline_at <= timezone.now() + timedelta(minutes=15)
    desk = as_user(anna, viewport=DESK)
    desk.goto("/hotline/rueckrufe/")
    desk.locator(f"#nehmen-{told.pk}").click()
    desk.locator(f"#aufgabe-{told.pk}").wait_for()
    assert "Clara Weiß" in desk.locator(f"#aufgabe-{told.pk}").inner_text()

    # At the door: the old word is dead, the new one opens.
    clock.move_to(BEGINS - timedelta(minutes=20))
    desk = as_user(anna, viewport=DESK)
    for word, sentence in ((old_word, "Das Kennwort stimmt nicht."), (row.code_word, "Das Kennwort stimmt.")):
        desk.goto(f"/hotline/vorgang/{visit.reference}/auskunft/")
        desk.locator("main [name=proof]").fill(SENIOR[-4:])
        desk.get_by_role("button", name="Prüfen").click()
        desk.locator("main [name=word]").fill(word)
        desk.get_by_role("button", name="Stimmt das Wort?").click()
        desk.get_by_text(sentence).wait_for()
    hers = as_user(clara.user, viewport=PHONE)
    hers.goto(f"/lotse/besuch/{visit.reference}/")
    assert row.code_word in hers.inner_text("main")
    assert "Gartenweg 16" in hers.inner_text("main")


def test_nobody_takes_it_a_human_decides_in_time_and_the_person_is_told(as_user, city, clock):
    anna, bernd, _older, visit = city
    dora = make_user(Role.COORDINATOR, name="Dora Klein")

    give_back(as_user, bernd, visit)

    # Nobody is left to ask: a coordinator has it at once, and long before the visit.
    nobody = CallTask.objects.get(kind="k_nobody")
    assert (nobody.state, nobody.about_id) == ("open", str(visit.pk))
    assert nobody.deadline_at <= BEGINS
    changed = CallTask.objects.get(kind="senior_visitor_changed")
    assert changed.deadline_at <= timezone.now() + timedelta(minutes=15)

    # She takes it; nobody can be found, so she calls the visit off.
    desk = as_user(dora, viewport=DESK)
    desk.goto("/hotline/rueckrufe/")
    desk.locator(f"#nehmen-{nobody.pk}").click()
    desk.locator(f"#aufgabe-{nobody.pk}").wait_for()
    desk.goto(f"/hotline/vorgang/{visit.reference}/")
    desk.get_by_text("Absagen", exact=True).click()
    desk.locator("label.l-chip").filter(has_text="niemand gefunden").click()
    desk.get_by_label("Die Person möchte es so.").uncheck()
    desk.get_by_role("button", name="Besuch absagen").click()
    desk.wait_for_load_state("networkidle")
    assert HomeVisit.objects.get(pk=visit.pk).state == "cancelled"

    # A human tells her on her landline, connected by the network, within a quarter of an hour.
    told = CallTask.objects.get(kind="senior_cancelled_today")
    assert (told.phone, told.deadline_at <= timezone.now() + timedelta(minutes=15)) == (SENIOR, True)
    telephone.go_on(anna, phone=ANNA, by=anna, at=timezone.now())
    desk = as_user(anna, viewport=DESK)
    desk.goto("/hotline/rueckrufe/")
    desk.locator(f"#nehmen-{told.pk}").click()
    task = desk.locator(f"#aufgabe-{told.pk}")
    assert "Heute um 14 Uhr" in task.inner_text()
    task.get_by_role("button", name="Anrufen").click()
    desk.get_by_text("Ihr Telefon klingelt gleich").wait_for()
    ringing.ring_agents(network=house.phone_network(), at=timezone.now())
    mine = leg_of(ANNA)
    calls.ring(mine)
    calls.pick_up(mine)
    calls.press(mine, "1")
    hers = leg_of(SENIOR)
    calls.pick_up(hers)
    hers.refresh_from_db()
    assert hers.waits_for == "talk"
    calls.hang_up(hers)

    # Written down; nothing else of the visit waits any more.
    desk.goto("/hotline/rueckrufe/")
    task = desk.locator(f"#aufgabe-{told.pk}")
    chip = task.locator("label.l-chip").filter(has_text="gesagt").first
    if not chip.is_visible():
        task.get_by_text("Wie ging es aus?").first.click()
    chip.click()
    task.get_by_role("button", name="Eintragen").click()
    desk.get_by_text("Eingetragen.").wait_for()
    assert not CallTask.objects.filter(about_id=str(visit.pk), state__in=["open", "taken"]).exists()
