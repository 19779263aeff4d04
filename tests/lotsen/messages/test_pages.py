"""The pages of messages and texts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lotsen.messages.models import Message, TextVersion
from lotsen.messages.sending import fail_message
from lotsen.messages.wording import released
from lotsen.people.models import Role
from tests.people import make_user

pytestmark = pytest.mark.django_db
TEXT = "/texte/sms/de/senior_reminder_today/"
NEW = "Lotsen: Heute kommen wir um {time} Uhr. Passt es nicht? Bitte rufen Sie an: {hotline}. {reference}"


@pytest.fixture(autouse=True)
def as_delivered():
    released.put(0, {})
    yield
    released.put(0, {})


@pytest.fixture
def dora(client):
    user = make_user(Role.COORDINATOR, name="Dora Kunze")
    client.force_login(user)
    return user


def now_queue(queue, key):
    return queue(key, at=timezone.now(), deadline_at=timezone.now() + timedelta(hours=2))


def queries_of(client, path):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_one_message_costs_as_many_queries_as_three(client, dora, queue):
    fail_message(now_queue(queue, "a"), "not_mobile", at=timezone.now())
    one = queries_of(client, "/nachrichten/")
    for key in "bc":
        fail_message(now_queue(queue, key), "not_mobile", at=timezone.now())
    assert queries_of(client, "/nachrichten/") == one


def test_what_failed_and_what_came_instead(client, dora, queue):
    fail_message(now_queue(queue, "a"), "not_mobile", at=timezone.now())
    page = client.get("/nachrichten/?stand=gescheitert").content.decode()
    assert "Die Nummer nimmt keine SMS." in page
    assert "Rückruf: offen" in page
    assert "… 678" in page


def test_no_content_and_for_technical_people_no_number(client, queue):
    now_queue(queue, "a")
    client.force_login(make_user(Role.ADMINISTRATOR))
    page = client.get("/nachrichten/").content.decode()
    assert "Termin bestätigt" in page
    assert "678" not in page
    assert "482 615 6" not in page


@pytest.mark.parametrize("query", ["?stand=x&weg=y&tage=z&art=q&seite=99", "?stand=angekommen", "?weg=sms&tage=1"])
def test_any_filter_answers(client, dora, query):
    assert client.get(f"/nachrichten/{query}").status_code == 200


def test_the_list_of_texts_costs_the_same_with_versions(client, dora):
    none = queries_of(client, "/texte/")
    for number, kind in enumerate(("senior_booked", "senior_late", "senior_not_met"), start=1):
        TextVersion.objects.create(
            kind=kind, channel="sms", language="de", version=number, text=NEW, by=dora, at=timezone.now()
        )
    assert queries_of(client, "/texte/") == none
    assert client.get("/texte/?nur=geaendert").content.decode().count("Fassung") >= 3


@pytest.mark.parametrize("channel", ["sms", "email", "letter", "call"])
def test_every_way_and_language_lists_and_opens(client, dora, channel):
    for language in ("de", "en"):
        assert client.get(f"/texte/?weg={channel}&sprache={language}&suche=Termin").status_code == 200
        assert client.get(f"/texte/{channel}/{language}/senior_booked/").status_code == 200


def test_a_look_before_saving_shows_the_length_and_keeps_nothing(client, dora):
    page = client.post(TEXT, {"text": NEW, "gesehen": "0", "ansehen": "1"}).content.decode()
    assert "von 160 Zeichen" in page
    assert not TextVersion.objects.exists()


def test_save_compare_and_back(client, dora):
    assert client.post(TEXT, {"text": NEW, "gesehen": "0", "sichern": "1"}).status_code == 302
    page = client.get(f"{TEXT}?vergleich=0").content.decode()
    assert "<ins>" in page
    assert "Dora Kunze" in page
    assert client.post(f"{TEXT}zurueck/", {"version": "0", "gesehen": "1"}).status_code == 302
    assert list(TextVersion.objects.order_by("version").values_list("version", flat=True)) == [1, 2]


def test_a_refusal_says_why_and_keeps_what_was_typed(client, dora):
    answer = client.post(TEXT, {"text": NEW + " {strasse}", "gesehen": "0", "sichern": "1"})
    page = answer.content.decode()
    assert (answer.status_code, TextVersion.objects.count()) == (409, 0)
    assert "Diesen Platzhalter gibt es hier nicht: {strasse}" in page
    assert "Heute kommen wir" in page


def test_a_message_row_says_nothing_of_who_it_is_about_beyond_the_case(client, dora, queue):
    message = now_queue(queue, "a")
    Message.objects.filter(pk=message.pk).update(about_type="bookings.training", about_reference="4826156")
    assert "4826156" not in client.get("/nachrichten/").content.decode()
