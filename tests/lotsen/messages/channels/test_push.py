"""Notices by web push: read by the browser alone, signed, to known services only; gone means the next way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import notices
from lotsen.messages import wording
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.channels.push import PushChannel, payload, plain_session
from lotsen.messages.models import Message
from lotsen.messages.sending import PostOffice, send_message
from lotsen.messages.telling import tell
from lotsen.messages.vapid import public_key, vapid_key
from lotsen.people import push
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import PushSubscription
from tests.lotsen.messages.channels.push_peer import HOST, Browser, push_peer, session_to
from tests.people import NOW, make_user

pytestmark = pytest.mark.django_db
WORDS = {
    "date_short": "Di, 1.12.",
    "time": "10:30",
    "time_end": "11:30",
    "district": "Löbtau",
    "distance": "2,5",
    "code": "4711",
    "until_short": "Mo, 30.11.",
    "until_time": "18",
}


@pytest.fixture
def key(tmp_path):
    return vapid_key(given="", folder=tmp_path / "secrets")


@pytest.fixture
def service(key):
    with push_peer(public_key(key)) as server:
        yield server


@pytest.fixture
def office(key, service):
    session = session_to(service, plain_session())
    channel = PushChannel(key=key, contact="lotsen@example.org", hosts=[HOST], session=session)
    return PostOffice(channels={"push": channel}, house=lambda language, at: {"hotline": "030 231 25 100"})


@pytest.fixture
def bernd():
    return make_user("volunteer", name="Bernd Kluge", phone="+4915123512345")


def switched_on(user, name="eins", session="s1"):
    browser = Browser(name)
    push.subscribe(**browser.told, session_key=session, hosts=[HOST], by=user, at=NOW)
    return browser


def offer(user):
    return tell(
        points=notices.volunteer_points(user),
        kind="v_offer",
        language="de",
        variables=WORDS,
        about=None,
        key="offer:1:asked",
        by=None,
        at=NOW,
        deadline_at=NOW + timedelta(hours=8),
        recipient_user=user,
    )


def sent(message, office):
    send_message(message.pk, office=office, at=NOW)
    message.refresh_from_db()
    return message


def test_the_browser_reads_district_and_time_and_the_page_to_open(bernd, office, service):
    browser = switched_on(bernd)

    message = sent(offer(bernd), office)

    assert (message.channel, message.state) == ("push", "sent")
    ((path, headers, body, claims),) = service.taken
    assert path == "/wpush/v2/eins"
    assert browser.read(body) == {
        "title": "Lotsen",
        "body": "Neuer Besuch in Ihrer Nähe, Di, 1.12. 10:30 Uhr, Löbtau",
        "lang": "de",
        "tag": str(message.pk)[:8],
        "path": "/lotse/angebote/",
    }
    assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "high")
    assert 60 <= int(headers["Ttl"]) <= 12 * 60 * 60
    assert claims["sub"] == "mailto:lotsen@example.org"
    for hidden in (b"Besuch", "Löbtau".encode(), b"Kluge"):
        assert hidden not in body


def test_control_another_browser_cannot_read_it(bernd, office, service):
    switched_on(bernd)
    sent(offer(bernd), office)
    with pytest.raises(Exception, match=r"."):
        Browser("zwei").read(service.taken[0][2])


def test_control_another_key_is_turned_away(bernd, office, service, tmp_path):
    switched_on(bernd)
    service.key = public_key(vapid_key(given="", folder=tmp_path / "other"))
    message = sent(offer(bernd), office)
    assert message.state == "failed"
    assert service.taken == []


@pytest.mark.parametrize("code", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_the_sms_goes(bernd, office, service, code):
    switched_on(bernd)
    service.codes["/wpush/v2/eins"] = code

    message = sent(offer(bernd), office)

    assert (message.state, message.failure) == ("failed", "push_gone")
    assert not PushSubscription.objects.exists()
    assert (message.stand_in.channel, message.stand_in.to) == ("sms", bernd.phone)


@pytest.mark.parametrize("code", [301, 307, 400, 403, 413])
def test_what_the_service_refuses_for_good_goes_by_sms(bernd, office, service, code):
    switched_on(bernd)
    service.codes["/wpush/v2/eins"] = code
    message = sent(offer(bernd), office)
    assert message.state == "failed"
    assert message.stand_in.channel == "sms"
    assert PushSubscription.objects.count() == 1


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_busy_service_is_asked_again(bernd, office, service, code):
    switched_on(bernd)
    service.codes["/wpush/v2/eins"] = code
    assert sent(offer(bernd), office).state in ("queued", "uncertain")
    assert PushSubscription.objects.count() == 1


def test_one_of_two_browsers_is_enough(bernd, office, service):
    switched_on(bernd, "eins")
    browser = switched_on(bernd, "zwei")
    service.codes["/wpush/v2/eins"] = 410

    assert sent(offer(bernd), office).state == "sent"
    assert browser.read(service.taken[0][2])["title"] == "Lotsen"
    assert [one.endpoint for one in PushSubscription.objects.all()] == [browser.endpoint]


def test_without_a_browser_there_is_no_such_way(bernd):
    assert [point.channel for point in notices.volunteer_points(bernd)] == ["sms", "email"]
    switched_on(bernd)
    assert [point.channel for point in notices.volunteer_points(bernd)] == ["push", "sms", "email"]


@pytest.mark.parametrize("end", ["inactive", "roles", "session", "user"])
def test_who_may_not_come_in_hears_nothing_more(bernd, office, service, end):
    switched_on(bernd)
    message = offer(bernd)
    assert message.channel == "push"
    if end == "inactive":
        bernd.is_active = False
    elif end == "roles":
        bernd.roles = []
    elif end == "session":
        push.forget_session("s1")
    else:
        push.forget_user(bernd, at=NOW)
    bernd.save()

    assert sent(message, office).failure == "push_nowhere"
    assert service.taken == []


def test_what_must_be_proved_does_not_go_by_push(bernd):
    switched_on(bernd)
    told = tell(
        points=notices.volunteer_points(bernd),
        kind="v_cancelled_today",
        language="de",
        variables=WORDS,
        about=None,
        key="x",
        by=None,
        at=NOW,
        deadline_at=NOW + timedelta(minutes=15),
    )
    assert told.channel == "sms"


BAD_ENDPOINTS = [
    "http://updates.push.services.mozilla.com/wpush/v2/eins",
    "https://127.0.0.1/wpush",
    "https://localhost/wpush",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/wpush",
    "https://updates.push.services.mozilla.com.example.org/x",
    "https://updates.push.services.mozilla.com@10.0.0.1/x",
    "https://updates.push.services.mozilla.com:8443/x",
    "https://updates.push.services.mozilla.com:99999/x",
    "https://updates.push.services.mozilla.com/",
    "https://example.org/https://updates.push.services.mozilla.com/",
    "https://updates.push.services.mozilla.com/x\r\nHost: inside",
    "https://updates.push.services.mozilla.com/x y",
    "https://updates.push.services.mozilla.com/\U0001f600",
    "https://updates.push.services.mozilla.com/" + "x" * 1_000_000,
    "https://[::1",
    "file:///etc/passwd",
    "\x00",
    "",
]


@pytest.mark.parametrize("endpoint", BAD_ENDPOINTS)
def test_only_known_services_are_ever_asked(client, bernd, endpoint):
    client.force_login(bernd)
    answer = client.post("/lotse/ich/hinweise/an/", {**Browser("eins").told, "endpoint": endpoint})
    assert answer.status_code in (400, 422)
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"p256dh": ""}, {"p256dh": "ä" * 87}, {"p256dh": "AAAA"}, {"auth": "x" * 22 + "!"}, {"auth": "A" * 5000}]
)
def test_keys_that_are_none_are_refused(client, bernd, fields):
    client.force_login(bernd)
    answer = client.post("/lotse/ich/hinweise/an/", {**Browser("eins").told, **fields})
    assert (answer.status_code, "SMS" in answer.json()["sentence"]) == (422, True)


def test_a_point_that_is_on_no_curve_is_forgotten_at_the_first_notice(bernd, office):
    told = Browser("eins").told | {"p256dh": "B" + "A" * 86}
    push.subscribe(**told, session_key="s1", hosts=[HOST], by=bernd, at=NOW)
    message = sent(offer(bernd), office)
    assert (message.state, PushSubscription.objects.count()) == ("failed", 0)


def test_a_service_that_was_taken_from_the_list_is_not_asked(bernd, key, service):
    switched_on(bernd)
    channel = PushChannel(key=key, contact="x@example.org", hosts=["fcm.googleapis.com"])
    with pytest.raises(ChannelError, match="push_gone"):
        channel.send(Message(to=push.push_points(bernd)[0].to, kind="v_offer", text="x"))
    assert service.taken == []


def test_on_off_and_out_again(client, bernd):
    client.force_login(bernd)
    told = Browser("eins").told | {"endpoint": "https://fcm.googleapis.com/fcm/send/abc"}
    assert client.post("/lotse/ich/hinweise/an/", told).status_code == 204
    assert client.post("/lotse/ich/hinweise/aus/", told).status_code == 204
    assert not PushSubscription.objects.exists()
    client.post("/lotse/ich/hinweise/an/", told)
    answer = client.post("/konto/logout/")
    assert answer["Clear-Site-Data"] == '"storage"'
    assert not PushSubscription.objects.exists()


def test_a_browser_belongs_to_who_signed_in_last(client, bernd):
    clara = make_user("volunteer", name="Clara Beck")
    told = Browser("eins").told | {"endpoint": "https://fcm.googleapis.com/fcm/send/abc"}
    for one in (bernd, clara):
        client.force_login(one)
        client.post("/lotse/ich/hinweise/an/", told)
    assert [one.user for one in PushSubscription.objects.all()] == [clara]


def test_the_sixth_telephone_makes_the_oldest_go(bernd):
    for number in range(6):
        switched_on(bernd, f"nummer{number}")
    kept = {one.endpoint.rpartition("/")[2] for one in PushSubscription.objects.all()}
    assert kept == {f"nummer{number}" for number in range(1, 6)}


def test_the_key_is_made_once_and_kept(tmp_path):
    folder = tmp_path / "secrets"
    first, again = vapid_key(given="", folder=folder), vapid_key(given="", folder=folder)
    assert public_key(first) == public_key(again)
    assert (folder / "vapid.pem").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in folder.iterdir()] == ["vapid.pem"]


def test_no_notice_names_more_than_the_district():
    kinds = [kind for kind in wording.kinds("push") if wording.has_wording(kind, "push")]
    assert len(kinds) == 10
    may = {"date_short", "date_long", "time", "district", "n", "until_short", "until_time"}
    for kind in kinds:
        for language in wording.LANGUAGES:
            must, _may = wording.needed_words(kind, "push", language)
            assert must <= may, kind
            words = dict.fromkeys(may, "Mittwoch, 30.12.")
            assert len(wording.render(kind, "push", language, words, {}).text) <= 120
        message = Message(kind=kind, text="x", language="de")
        page = "/herausgabe/" if kind == "k_export_waits" else "/team/" if kind.startswith("k_") else "/lotse/"
        assert f'"{page}' in payload(message)


def test_a_contact_point_of_no_user_has_no_browser():
    assert push.subscriptions_of("user:x") == []
    assert push.subscriptions_of(ContactPoint("push", "").to) == []
