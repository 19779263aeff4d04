"""The code word of a visit is in no answer to the hotline or to coordinators, whatever the state."""

import html
import json

import pytest
import time_machine

from bookings import reports, visits
from bookings.models import HomeVisit
from lotsen.messages.models import CallTask, Message
from tests.bookings.test_cases import START, assigned
from tests.people import NOW, make_topic, make_user, make_visit

pytestmark = pytest.mark.django_db
WORD = "Zqkennwort"


@pytest.fixture(autouse=True)
def clock(settings):
    settings.SESSION_COOKIE_AGE = 60 * 24 * 60 * 60
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def url(visit, end=""):
    return f"/hotline/vorgang/{visit.reference}/{end}"


def body(response):
    return html.unescape(response.content.decode())


def every_page(client, visit):
    """Whatever the desk can be shown of a case."""
    ends = ("", "?zeige=talk", "?zeige=message", "?zeige=change", "?zeige=read", "aendern/", "auskunft/")
    texts = [body(client.get(url(visit, end))) for end in ends]
    texts.append(str(client.get(url(visit, "akte.pdf")).content))
    for post in ({"proof": "5216"}, {"proof": "9999"}, {"called": "1"}):
        response = client.post(url(visit, "auskunft/"), post)
        texts.append(body(response))
        if proof := (response.context or {}).get("pass"):
            word = {"pass": proof, "word": "Birne"}
            texts.append(body(client.post(url(visit, "auskunft/"), word)))
    texts += [body(client.get(where)) for where in ("/hotline/", "/hotline/anfragen/", "/hotline/rueckrufe/")]
    texts.append(body(client.post("/hotline/suche/", {"q": visit.reference})))
    return texts


def with_word(visit):
    """The word of the visit, and wherever a letter's words or text have taken it already."""
    old = HomeVisit.objects.get(pk=visit.pk).code_word
    HomeVisit.objects.filter(pk=visit.pk).update(code_word=WORD)
    for message in Message.objects.filter(about_id=str(visit.pk)):
        words = json.loads(json.dumps(message.variables).replace(old, WORD)) if old else message.variables
        text = f"Kennwort: {WORD}" if message.channel == "letter" else message.text
        Message.objects.filter(pk=message.pk).update(variables=words, text=text)


def leave(visit, state, anna):
    """Lead an assigned visit to the state."""
    row = HomeVisit.objects.select_related("guide").get(pk=visit.pk)
    if state == "cancelled":
        visits.cancel_visit(row, because="weggezogen", own_wish=True, by=anna, at=START)
    if state == "scheduled":
        visits.release_guide(row, because="krank", by=anna, at=START)
    if state in ("done", "missed"):
        outcome, minutes = ("helped", 50) if state == "done" else ("not_met", 0)
        topics = [make_topic()]
        reports.file_report(row, outcome=outcome, topics=topics, minutes=minutes, by=row.guide, at=START)


@pytest.mark.parametrize("role", ["hotline", "coordinator"])
@pytest.mark.parametrize("state", ["assigned", "done", "missed", "cancelled", "scheduled"])
def test_the_code_word_is_in_no_answer_to_the_desk(client, clock, role, state):
    anna = make_user(role)
    client.force_login(anna)
    visit = assigned(anna)
    with_word(visit)
    clock.move_to(START)
    leave(visit, state, anna)
    for message in Message.objects.filter(about_id=str(visit.pk), channel="letter", state="queued"):
        Message.objects.filter(pk=message.pk).update(state="failed", failure="returned")
        CallTask.objects.create(
            key=f"x{message.pk}",
            kind=message.kind,
            message=message,
            variables=message.variables,
            deadline_at=START,
            created_at=START,
            about_type=message.about_type,
            about_id=message.about_id,
        )

    texts = every_page(client, visit)

    assert HomeVisit.objects.get(pk=visit.pk).state == state
    assert [text[:80] for text in texts if WORD.lower() in text.lower()] == []


def test_control_the_canary_is_seen_where_it_is_shown(client):
    client.force_login(make_user("hotline"))
    visit = make_visit(note=f"Das Wort ist {WORD}")

    assert any(WORD in text for text in every_page(client, visit))
