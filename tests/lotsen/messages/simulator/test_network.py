"""The whole way over real HTTP: our client, the simulated network, its signed webhooks, our gate."""

import pytest
import requests
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from lotsen.messages import house
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.channels.twilio_client import twilio_client
from lotsen.messages.models import CallTask, InboundSms, Message, WebhookReceipt
from lotsen.messages.outbox import queue_message
from lotsen.messages.simulator import calls, carrier
from lotsen.messages.simulator.models import NetworkCall, NetworkSms, Phone
from tests.lotsen.messages.shared import MOBILE, WORDS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.lotsen.messages.simulator.webhooks")]


@pytest.fixture(autouse=True)
def network(live_server, settings, monkeypatch):
    settings.PUBLIC_BASE_URL = live_server.url
    settings.TWILIO_BASE_URL = f"{live_server.url}/telefonnetz/api"
    settings.SIMULATOR_CARRIES = False
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # worker threads leave no connection behind
    house.post_office.cache_clear()
    yield
    house.post_office.cache_clear()


def queue(channel="sms", to=MOBILE, key="visit-1"):
    return queue_message(
        kind="senior_booked",
        channel=channel,
        to=to,
        language="de",
        variables=WORDS,
        about=None,
        key=key,
        by=None,
        at=timezone.now(),
    )


def work():
    """A real worker, until the queue is empty."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def test_queued_sent_by_a_worker_delivered():
    message = queue()
    work()
    sms = NetworkSms.objects.get()
    message.refresh_from_db()
    assert (message.state, message.provider_reference, sms.body) == ("sent", sms.sid, message.text)
    carrier.carry_sms(sms)
    message.refresh_from_db()
    assert (message.state, sms.status) == ("delivered", "delivered")


def test_a_phone_that_is_off_becomes_a_call_task():
    Phone.objects.create(number=MOBILE, is_on=False)
    message = queue()
    work()
    carrier.carry_sms(NetworkSms.objects.get())
    message.refresh_from_db()
    assert (message.state, message.failure, CallTask.objects.get().phone) == ("failed", "status_undelivered", MOBILE)


def test_the_network_is_asked_by_number_and_text():
    message = queue()
    channel = house.post_office().channels["sms"]
    message.claimed_at, message.text = timezone.now(), "Lotsen: eins"
    assert channel.find(message) is None
    sent = channel.send(message)
    assert channel.find(message) == sent
    message.text = "Lotsen: zwei"
    assert channel.find(message) is None


def test_a_landline_gets_no_sms():
    message = queue(to="+4935148800100")
    work()
    message.refresh_from_db()
    assert (message.state, message.failure, NetworkSms.objects.count()) == ("failed", "not_mobile", 0)


def test_a_wrong_token_is_refused_and_tried_again(settings):
    settings.TWILIO_AUTH_TOKENS = ["first"]
    office_before = house.post_office()
    settings.TWILIO_AUTH_TOKENS = ["second"]
    message = queue()
    message.claimed_at, message.text = timezone.now(), "Lotsen: eins"
    with pytest.raises(ChannelError) as failed:
        office_before.channels["sms"].send(message)
    assert (failed.value.reason, failed.value.permanent, failed.value.untouched) == ("twilio_20003", False, True)


def test_nobody_there_is_tried_again_and_silence_is_uncertain(settings):
    client = twilio_client(account=settings.TWILIO_ACCOUNT_SID, token="t", base="http://127.0.0.1:9")
    channel = house.SmsChannel(client=client, sender=settings.TWILIO_NUMBER, public_base_url="http://x", is_real=False)
    message = queue()
    message.claimed_at, message.text = timezone.now(), "Lotsen: eins"
    with pytest.raises(ChannelError) as failed:
        channel.send(message)
    assert (failed.value.reason, failed.value.untouched) == ("twilio_unreachable", True)


def test_the_person_answers_by_sms():
    phone = Phone.objects.create(number=MOBILE)
    answer = carrier.write_sms(phone, "JA 4711", at=timezone.now())
    inbound = InboundSms.objects.get()
    assert (answer.status, inbound.from_number, inbound.body) == (200, MOBILE, "JA 4711")
    texts = list(phone.texts.order_by("pk").values_list("is_ours", "body", "status"))
    assert texts == [(False, "JA 4711", "received"), (True, "Lotsen: yes <&> ä", "delivered")]


def test_control_without_the_signature_nothing_gets_in(live_server, settings):
    fields = {"AccountSid": settings.TWILIO_ACCOUNT_SID, "MessageSid": "SM" + "a" * 32, "From": MOBILE}
    fields |= {"To": settings.TWILIO_NUMBER, "Body": "JA 4711"}
    answer = requests.post(f"{live_server.url}/api/telefon/sms", data=fields, timeout=5)
    assert (answer.status_code, InboundSms.objects.count()) == (403, 0)


def test_a_call_through_the_menu():
    phone = Phone.objects.create(number=MOBILE)
    call = calls.dial_in(phone, at=timezone.now())
    assert (call.waits_for, call.heard) == ("keys", ["Guten Tag. Drücken Sie die Eins."])
    calls.press(call, "")
    assert call.heard[1:] == ["[keine Taste]", "Ich habe nichts gehört.", "Guten Tag. Drücken Sie die Eins."]
    calls.press(call, "1")
    assert (call.waits_for, call.heard[-2:]) == ("person", ["Ein Mensch nimmt gleich ab.", "Sie sind auf Platz 1."])
    calls.hang_up(call)
    assert (call.waits_for, call.status) == ("nothing", "completed")


def test_a_voice_message():
    call = calls.dial_in(Phone.objects.create(number=MOBILE), at=timezone.now())
    calls.press(call, "3")
    assert call.waits_for == "recording"
    calls.speak(call, 12)
    assert (call.heard[-1], call.status) == ("Danke, 12 Sekunden.", "completed")


def test_an_outgoing_call():
    message = queue(channel="call", key="task")
    Message.objects.filter(pk=message.pk).update(channel="voice", claimed_at=timezone.now(), state="sending")
    message.refresh_from_db()
    channel = house.post_office().channels["voice"]
    sent = channel.send(message)
    call = NetworkCall.objects.get(sid=sent.reference)
    assert channel.find(message) == sent
    calls.ring(call)
    calls.pick_up(call)
    message.refresh_from_db()
    assert (call.heard, call.status, message.state) == (["Es geht um einen Termin."], "completed", "delivered")
    assert WebhookReceipt.objects.count() == 4


@pytest.mark.parametrize("number", ["+49900123456", "+491801234567", "+48601234567", "+882123456789"])
def test_costly_and_foreign_numbers_are_never_dialled(number):
    message = Message(to=number, text="x", claimed_at=timezone.now())
    with pytest.raises(ChannelError) as failed:
        house.post_office().channels["voice"].send(message)
    assert (failed.value.reason, NetworkCall.objects.count()) == ("not_dialled", 0)


def test_the_pages(client):
    phone = Phone.objects.create(number=MOBILE)
    carrier.write_sms(phone, "JA 4711", at=timezone.now())
    assert "0172" in client.get(reverse("simulator:phones")).content.decode()
    page = client.get(reverse("simulator:phone", args=[phone.pk])).content.decode()
    assert "Lotsen: yes &lt;&amp;&gt; ä" in page
    client.post(reverse("simulator:write_sms", args=[phone.pk]), {"body": "STOPP"})
    client.post(reverse("simulator:switch", args=[phone.pk]))
    client.post(reverse("simulator:dial", args=[phone.pk]))
    call = NetworkCall.objects.get()
    client.post(reverse("simulator:act", args=[call.pk]), {"action": "press", "digits": "7"})
    call.refresh_from_db()
    phone.refresh_from_db()
    assert (call.heard[-1], phone.is_on, InboundSms.objects.count()) == ("Auf Wiederhören.", False, 2)
