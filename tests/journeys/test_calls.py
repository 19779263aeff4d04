"""Whole calls through the telephone network in a box, over real HTTP: by day and by night, to the end of every way."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from lotsen.messages import house, telephone
from lotsen.messages.models import AgentLine, AgentRing, CallTask, PhoneCall, Voicemail
from lotsen.messages.simulator import calls
from lotsen.messages.simulator.models import NetworkCall, NetworkRecording, Phone
from lotsen.messages.telephone import ringing, voicemails
from tests.people import NOW, make_user

pytestmark = pytest.mark.django_db(transaction=True)
DAY, NIGHT = NOW, NOW + timedelta(hours=9)
SENIOR, OTHER = "+493023125216", "+493023125217"
ANNA, BERT = "+493023125301", "+493023125302"


@pytest.fixture(autouse=True)
def network(live_server, settings, monkeypatch):
    """The network in a box and our webhooks on one real server."""
    settings.PUBLIC_BASE_URL = live_server.url
    settings.TWILIO_BASE_URL = f"{live_server.url}/telefonnetz/api"
    settings.TWILIO_FALLBACK_URL = f"{live_server.url}/nirgends.xml"
    settings.SIMULATOR_CARRIES = False
    settings.ROOT_URLCONF = "tests.access.urls"
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    house.post_office.cache_clear()
    yield
    house.post_office.cache_clear()


@pytest.fixture
def clock():
    """Sets the clock for the caller and for the server's threads."""
    with time_machine.travel(DAY, tick=False) as traveller:
        yield traveller


def dial(number=SENIOR):
    return calls.dial_in(Phone.objects.get_or_create(number=number)[0], at=timezone.now())


def agent(phone=ANNA, name="Anna Lehmann"):
    user = make_user(name=name)
    telephone.go_on(user, phone=phone, by=user, at=timezone.now())
    return user


def work():
    """What a worker does for the telephone."""
    ringing.ring_agents(network=house.phone_network(), at=timezone.now())


def ringing_at(number):
    """The call that rings at this telephone now, as the network sees it."""
    return NetworkCall.objects.filter(phone__number=number, waits_for="pick_up").order_by("-pk").first()


def answer(number, digits="1"):
    leg = ringing_at(number)
    calls.ring(leg)
    calls.pick_up(leg)
    calls.press(leg, digits)
    return leg


def last_said(call):
    call.refresh_from_db()
    return call.heard[-1]


# --- by day ------------------------------------------------------------------------------------------


def test_a_request_by_day_reaches_a_human_with_place_whisper_and_end(clock):
    anna = agent()
    call = dial()
    assert call.heard[0].startswith("Guten Tag. Hier sind die Lotsen.")
    calls.press(call, "1")
    assert last_said(call) == "Bitte warten Sie. Sie sind auf Platz eins."
    clock.shift(timedelta(minutes=1))
    work()
    leg = ringing_at(ANNA)
    assert telephone.ringing_for(anna).phone == SENIOR
    answer(ANNA)
    leg.refresh_from_db()
    call.refresh_from_db()
    assert leg.heard[0] == "Anruf von der Warteliste, wartet seit einer Minute. Mit der Eins annehmen."
    assert (call.waits_for, leg.waits_for) == ("talk", "talk")
    assert call.heard[-2:] == ["Sie sind dran. Sie sprechen jetzt mit einem Menschen.", "[Gespräch]"]
    clock.shift(timedelta(minutes=4))
    calls.hang_up(call)

    seen = PhoneCall.objects.get()
    assert (seen.outcome, seen.agent, seen.phone) == ("answered", anna, SENIOR)
    assert seen.answered_at - seen.queued_at == timedelta(minutes=1)
    assert seen.ended_at - seen.answered_at == timedelta(minutes=4)
    leg.refresh_from_db()
    assert (leg.waits_for, AgentRing.objects.filter(ended_at=None).count()) == ("nothing", 0)


def test_nobody_takes_it_in_time_then_the_next_telephone_rings(clock):
    agent()
    clock.shift(timedelta(minutes=1))
    bert = agent(BERT, "Bert Voigt")
    call = dial()
    calls.press(call, "0")
    work()
    assert (bool(ringing_at(ANNA)), bool(ringing_at(BERT))) == (True, False)
    calls.hang_up(ringing_at(ANNA))
    work()
    answer(BERT)
    call.refresh_from_db()
    assert (call.waits_for, PhoneCall.objects.get().agent) == ("talk", bert)
    assert AgentLine.objects.get(phone=ANNA).missed == 1


def test_after_two_minutes_a_call_back_keeps_the_place(clock):
    anna = agent()
    first = dial()
    calls.press(first, "1")
    arrived = timezone.now()
    clock.shift(timedelta(minutes=2, seconds=1))
    calls.press(first, "")
    assert last_said(first).startswith("Möchten Sie nicht länger warten?")
    second = dial(OTHER)
    calls.press(second, "1")
    assert last_said(second) == "Bitte warten Sie. Sie sind auf Platz zwei."
    calls.press(first, "1")
    calls.press(first, "1")
    assert last_said(first) == "Danke. Wir rufen Sie heute bis vierzehn Uhr zurück. Auf Wiederhören."
    calls.press(second, "0")
    assert last_said(second) == "Bitte warten Sie. Sie sind auf Platz zwei."

    task = CallTask.objects.get()
    assert (task.kind, task.phone, task.deadline_at) == ("callback", SENIOR, arrived + timedelta(hours=4))
    work()
    leg = answer(ANNA)
    assert leg.heard[0].startswith("Rückruf von der Warteliste, wartet seit zwei Minuten.")
    task.refresh_from_db()
    assert (task.state, task.owner) == ("taken", anna)
    dialled = ringing_at(SENIOR)
    calls.pick_up(dialled)
    assert NetworkCall.objects.get(pk=leg.pk).waits_for == "talk"


def test_nobody_has_switched_on_a_line_then_the_hotlines_own_telephone_rings(clock, settings):
    call = dial()
    calls.press(call, "3")
    assert "bereit" in call.heard[-2]
    own = ringing_at(settings.HOTLINE_NUMBER)
    calls.pick_up(own)
    clock.shift(timedelta(minutes=3))
    calls.hang_up(own)
    seen = PhoneCall.objects.get()
    assert (seen.outcome, seen.ended_at - seen.answered_at) == ("answered", timedelta(minutes=3))


def test_the_last_line_goes_off_while_somebody_waits(clock, settings):
    anna = agent()
    call = dial()
    calls.press(call, "1")
    telephone.go_off(anna, by=anna, at=timezone.now())
    calls.press(call, "")
    assert ringing_at(settings.HOTLINE_NUMBER) is not None


def test_whoever_hangs_up_while_waiting_is_counted_and_nothing_rings_any_more(clock):
    agent()
    call = dial()
    calls.press(call, "1")
    work()
    calls.hang_up(call)
    work()
    assert PhoneCall.objects.get().outcome == "abandoned"
    assert (ringing_at(ANNA), AgentRing.objects.filter(ended_at=None).count()) == (None, 0)


def test_click_to_call_rings_the_agent_then_the_person(clock):
    anna = agent()
    call = dial()
    calls.press(call, "2")
    calls.hang_up(call)
    task = ask(phone=OTHER)
    ring = telephone.call_out(task, by=anna, at=timezone.now())
    work()
    answer(ANNA)
    calls.hang_up(ringing_at(OTHER))
    leg = NetworkCall.objects.get(sid=AgentRing.objects.get(pk=ring.pk).sid)
    assert leg.heard[-1] == "Dort nimmt niemand ab. Der Rückruf bleibt bei Ihnen."
    task.refresh_from_db()
    assert (task.state, task.owner) == ("taken", anna)


def ask(phone):
    from bookings.answers import ask_for_callback

    return ask_for_callback(phone=phone, sid="CA" + "9" * 32, at=timezone.now())


# --- by night ----------------------------------------------------------------------------------------


def test_by_night_somebody_speaks_after_agreeing_and_the_provider_forgets(clock):
    clock.move_to(NIGHT)
    call = dial()
    assert "Unser Telefon ist jetzt nicht besetzt" in call.heard[0]
    calls.press(call, "3")
    assert call.heard[-1].startswith("Ihre Nachricht wird aufgenommen. Wir löschen sie spätestens nach sieben Tagen.")
    assert NetworkRecording.objects.count() == 0
    calls.press(call, "1")
    calls.speak(call, 0)
    assert last_said(call) == "Wir haben nichts gehört. Bitte sprechen Sie noch einmal."
    calls.speak(call, 20)
    assert last_said(call).startswith("Danke, das ist angekommen.")

    spoken = Voicemail.objects.get(seconds=20)
    assert (CallTask.objects.get().key, PhoneCall.objects.get().outcome) == (f"voicemail:{spoken.pk}", "voicemail")
    for one in Voicemail.objects.all():
        voicemails.keep_voicemail(one, network=house.phone_network(), at=timezone.now())
    spoken.refresh_from_db()
    assert (bytes(spoken.audio)[:3], NetworkRecording.objects.count()) == (b"ID3", 0)
    assert Voicemail.objects.filter(provider_erased_at=None).count() == 0
    clock.shift(timedelta(days=7))
    voicemails.sweep_voicemails(network=house.phone_network(), at=timezone.now())
    spoken.refresh_from_db()
    assert (spoken.audio, spoken.erased_at) == (None, timezone.now())


def test_by_night_a_zero_leads_to_the_voicemail_and_a_one_to_a_call_back(clock):
    clock.move_to(NIGHT)
    call = dial()
    calls.press(call, "0")
    assert "Jetzt ist leider niemand da. Sprechen Sie uns gern auf." in call.heard
    calls.press(call, "7")
    assert call.waits_for == "nothing"
    again = dial(OTHER)
    calls.press(again, "1")
    calls.press(again, "1")
    assert last_said(again).startswith("Danke. Wir rufen Sie am Donnerstag, dem sechsundzwanzigsten November, bis")
    assert {call.outcome for call in PhoneCall.objects.all()} == {"closed", "callback"}


# --- every node --------------------------------------------------------------------------------------

KEYS = ("1", "2", "3", "4", "9")
LONG = ("01169", "123456789", "03023125217")


@pytest.mark.parametrize("moment", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize("with_agent", [True, False], ids=["line", "no line"])
def test_every_way_of_two_keys_ends_well_and_survives_hanging_up_at_each_node(clock, moment, with_agent):
    clock.move_to(moment)
    if with_agent:
        agent()
    for one in KEYS:
        for two in ("", "0", "1", "*", "7", *LONG, "5" * 100):
            call = dial()
            for keys in (one, two):
                call.refresh_from_db()
                if call.waits_for == "keys":
                    calls.press(call, keys)
            call.refresh_from_db()
            assert "[Störung" not in " ".join(call.heard), (one, two, call.heard)
            calls.hang_up(call)
    assert PhoneCall.objects.filter(ended_at=None).count() == 0


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "+12025550123", "+8821234567", "+493023125101"])
def test_hidden_and_foreign_callers_get_the_same_menu_and_are_never_dialled(clock, number):
    agent()
    call = dial(number)
    calls.press(call, "1")
    clock.shift(timedelta(minutes=2))
    calls.press(call, "")
    calls.press(call, "1")
    assert last_said(call).startswith("Ihre Nummer ist nicht zu sehen.")
    calls.press(call, "0900123456")
    assert last_said(call).startswith("Bitte tippen Sie die Nummer mit Vorwahl.")
    calls.press(call, "")
    call.refresh_from_db()
    assert (call.waits_for, CallTask.objects.count()) == ("keys", 0)
    calls.press(call, "0")
    assert last_said(call) == "Bitte warten Sie. Sie sind auf Platz eins."


def test_silence_at_the_menu_reaches_a_human(clock):
    agent()
    call = dial()
    calls.press(call, "")
    calls.press(call, "")
    assert PhoneCall.objects.get().queued_at is not None


# --- no answer from us -------------------------------------------------------------------------------


def test_while_we_are_down_the_file_of_the_web_server_speaks_and_dials_the_landline(clock, settings, tmp_path):
    from lotsen.messages.telephone.fallback import write_fallback
    from tests.api.fallback_server import served

    write_fallback(tmp_path, settings.HOTLINE_NUMBER, own=settings.TWILIO_NUMBER)
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    with served(tmp_path) as base:
        settings.TWILIO_FALLBACK_URL = f"{base}/telefon-notfall.xml"
        for _ in range(20):
            call = dial()
            assert call.heard[0].startswith("Guten Tag. Hier sind die Lotsen. Unsere Technik ist gestört.")
            assert ringing_at(settings.HOTLINE_NUMBER) is not None
            calls.hang_up(call)
    settings.TWILIO_FALLBACK_URL = "http://127.0.0.1:9/telefon-notfall.xml"
    control = dial()
    assert control.heard == ["[Störung: Die Ansage ist nicht da.]"]
