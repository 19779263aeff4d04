"""The queue "Zu tun": what stands in it, who has it, how it ends, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from bookings.models import CaseNote, HomeVisit
from lotsen.kernel.models import ContactRead
from lotsen.messages.call_tasks import open_call_task, take_call_task
from lotsen.messages.models import AgentLine, CallTask, InboundSms, Message, PhoneCall, Voicemail
from lotsen.people.deputies import appoint_deputy
from tests.people import NOW, make_client, make_user, make_visit

pytestmark = pytest.mark.django_db
URL = "/hotline/rueckrufe/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna(client):
    anna = make_user("hotline")
    client.force_login(anna)
    return anna


def make_task(key="k", *, kind="callback", phone="+493023125217", due=timedelta(hours=4), at=NOW, **fields):
    return open_call_task(
        kind=kind, phone=phone, variables={}, about=None, deadline_at=at + due, key=key, by=None, at=at, **fields
    )


def page(client, query=""):
    return client.get(f"{URL}{query}").content.decode()


def act(client, task, verb, **fields):
    return client.post(f"{URL}{task.pk}/{verb}/", fields)


# --- what stands in it ------------------------------------------------------------------------------


def test_the_oldest_promise_stands_first_and_its_deadline_in_words(client, anna):
    make_task("late", due=-timedelta(hours=2))
    make_task("soon", due=timedelta(minutes=12))
    make_visit(is_agreed=False, entrance="web", held_because="Das Formular war in 2 Sekunden ausgefüllt.")

    html = page(client)

    order = [html.index(words) for words in ("seit 2 Stunden überfällig", "noch 12 Minuten", "in 2 Sekunden")]
    assert order == sorted(order)
    assert "<title>(3) Zu tun – Lotsen</title>" in html


def test_nobody_is_named_before_somebody_takes_the_task(client, anna):
    make_visit(is_agreed=False)

    html = page(client)

    assert ("U. Sch…" in html, "Frau Schulze" in html, "030 231 25 216" in html) == (True, False, False)
    assert ContactRead.objects.filter(why="queue").count() == 0


def test_who_takes_it_sees_name_number_and_words_and_it_is_journalled(client, anna):
    visit = make_visit(is_agreed=False)
    task = CallTask.objects.get()

    act(client, task, "nehmen")
    html = page(client)

    assert [words in html for words in ("Bei Ihnen", "Frau Schulze", "030 231 25 216", "Fragen: Möchten")] == [
        True,
        True,
        True,
        False,
    ]
    assert "Fragen Sie: Möchten Sie Besuch von uns?" in html
    read = ContactRead.objects.get(why="queue")
    assert (read.subject_id, read.by, read.fields) == (str(visit.client_id), anna, ["name", "phone"])


def test_what_the_person_wrote_stands_there_once_it_is_taken(client, anna):
    visit = make_visit(is_agreed=False)
    InboundSms.objects.create(
        sid="SM" + "a" * 32, from_number=visit.client.phone, body="Lieber erst um 15 Uhr", received_at=NOW
    )
    before = page(client)
    act(client, CallTask.objects.get(), "nehmen")

    said = "Schrieb zuletzt: „Lieber erst um 15 Uhr“"
    assert (said in before, said in page(client)) == (False, True)


def test_what_a_request_asks_for_stands_there_without_a_task(client, anna):
    held = make_visit(is_agreed=False, entrance="web", held_because="Ein verstecktes Feld war gefüllt.")
    near = make_visit(client=make_client("Otto Vogel"))
    far = make_visit(client=make_client("Ida Kern"))
    HomeVisit.objects.filter(pk=near.pk).update(answer_by=NOW + timedelta(hours=3))

    html = page(client)

    assert CallTask.objects.count() == 0
    assert [f"/anfrage/{visit.reference}/" in html for visit in (held, near, far)] == [True, True, False]
    assert ("Web-Anfrage prüfen" in html, "Wir haben eine Antwort versprochen." in html) == (True, True)


def test_a_failed_message_says_which_way_failed_and_why(client, anna):
    visit = make_visit()
    texts = {
        ("letter", "returned"): "Der Brief kam zurück.",
        ("sms", "not_mobile"): "Die Nummer nimmt keine SMS.",
        ("email", "smtp_550"): "Die E-Mail kam zurück.",
        ("voice", "status_busy"): "Bei der Ansage war besetzt.",
        ("sms", "deadline"): "Die SMS kam nicht rechtzeitig an.",
        ("sms", "what_is_this"): "Die SMS kam nicht an.",
    }
    for number, (channel, failure) in enumerate(texts):
        message = Message.objects.create(
            key=f"m{number}",
            kind="senior_waiting",
            channel=channel,
            to="x",
            state="failed",
            failure=failure,
            created_at=NOW,
        )
        task = make_task(f"t{number}", phone=visit.client.phone)
        CallTask.objects.filter(pk=task.pk).update(message=message)

    html = page(client)

    assert [words for words in texts.values() if words not in html] == []


def test_words_that_name_somebody_stay_hidden_until_somebody_takes_it(client, anna):
    task = open_call_task(
        kind="senior_new_number",
        phone="",
        variables={"new_phone": "030 231 25 555", "reference": "482 615 6"},
        about=None,
        deadline_at=NOW,
        key="k",
        by=None,
        at=NOW,
    )
    before = page(client)
    act(client, task, "nehmen")

    assert ("030 231 25 555" in before, "482 615 6" in before, "030 231 25 555" in page(client)) == (False, True, True)


def test_a_call_back_keeps_its_place(client, anna):
    for number, queued in enumerate((30, 10, 20)):
        task = make_task(f"callback:{number}", phone=f"+4930231252{number:02d}")
        at = NOW - timedelta(minutes=queued)
        PhoneCall.objects.create(sid=f"CA{number:032d}", arrived_at=at, queued_at=at, task=task, outcome="callback")

    html = page(client)

    ranks = [html.split(f"nehmen-{task.pk}")[0].rpartition("Platz ")[2][0] for task in CallTask.objects.order_by("key")]
    assert ranks == ["1", "3", "2"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, anna, rows, django_assert_num_queries):
    for number in range(rows):
        make_visit(client=make_client(f"Person {number} Schulze"), is_agreed=False)
        make_visit(client=make_client(f"Otto {number} Vogel"), is_agreed=False, entrance="web", held_because="x")
        make_task(f"callback:{number}", phone=f"+4930231252{number:02d}")
        take_call_task(make_task(f"own{number}", phone=f"+4930231253{number:02d}"), by=anna, at=NOW)
        voicemail = Voicemail.objects.create(recording_sid=f"RE{number}", received_at=NOW, seconds=9, audio=b"x")
        take_call_task(make_task(f"voicemail:{voicemail.pk}", kind="voicemail"), by=anna, at=NOW)
    with django_assert_num_queries(QUERIES):
        page(client)
    with django_assert_num_queries(POLLED):
        page(client, "?bekannt=x")
    with django_assert_num_queries(5):
        client.get(f"{URL}zahl/")


QUERIES, POLLED = 18, 14


# --- who has it -------------------------------------------------------------------------------------


def test_taken_put_back_and_given_by_name(client, anna):
    dora = make_user("coordinator", name="Dora Klein")
    task = make_task()

    steps = []
    for verb, fields in (("nehmen", {}), ("zurueck", {}), ("nehmen", {}), ("geben", {"to": dora.pk})):
        act(client, task, verb, **fields)
        task.refresh_from_db()
        steps.append((task.state, task.owner))

    assert steps == [("taken", anna), ("open", None), ("taken", anna), ("taken", dora)]
    assert "hat Dora Klein" in page(client)


def test_the_second_reads_who_has_it_and_cannot_end_it(client, anna):
    dora = make_user("hotline", name="Dora Klein")
    task = make_task()
    take_call_task(task, by=dora, at=NOW)

    answers = [client.post(f"{URL}{task.pk}/{verb}/", follow=True) for verb in ("nehmen", "zurueck", "fertig")]

    assert ["Diese Aufgabe hat schon Dora Klein." in answer.content.decode() for answer in answers] == [True] * 3
    task.refresh_from_db()
    assert (task.state, task.owner) == ("taken", dora)


def test_it_is_given_to_nobody_who_is_away_or_not_of_the_desk(client, anna):
    away, guide = make_user("hotline", name="Eva Fern"), make_user("volunteer", name="Gustav")
    appoint_deputy(away, deputy=None, first_on=NOW.date(), last_on=NOW.date(), by=away, at=NOW)
    task = make_task()
    act(client, task, "nehmen")

    said = [
        client.post(f"{URL}{task.pk}/geben/", {"to": one.pk}, follow=True).content.decode() for one in (away, guide)
    ]

    assert ("Eva Fern ist heute nicht da." in said[0], "Bitte wählen Sie, an wen" in said[1]) == (True, True)
    task.refresh_from_db()
    assert task.owner == anna


def test_a_request_that_is_taken_has_an_owner(client, anna):
    visit = make_visit(is_agreed=False, entrance="web", held_because="x")

    client.post(f"{URL}anfrage/{visit.reference}/nehmen/")
    client.post(f"{URL}anfrage/{visit.reference}/nehmen/")

    task = CallTask.objects.get()
    assert (task.kind, task.owner, task.deadline_at) == ("request_held", anna, visit.answer_by)
    assert "Anfrage ansehen" in page(client)


# --- how it ends ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "label"), [("told", "gesagt"), ("not_needed", "nicht mehr nötig")])
def test_it_ends_with_an_outcome_and_a_line_on_the_timeline(client, anna, outcome, label):
    visit = make_visit()
    task = open_call_task(
        kind="senior_unclear", phone="", variables={}, about=visit, deadline_at=NOW, key="k", by=None, at=NOW
    )
    act(client, task, "nehmen")

    act(client, task, "fertig", outcome=outcome, note="Tochter war am Telefon.")

    task.refresh_from_db()
    assert (task.state, task.outcome, task.note) == ("done", outcome, "Tochter war am Telefon.")
    note = CaseNote.objects.get()
    assert (note.kind, note.text, note.by) == ("call_out", f"{label}. Tochter war am Telefon.", anna)


@pytest.mark.parametrize(
    ("outcome", "state", "is_agreed"), [("told", "requested", True), ("not_needed", "cancelled", False)]
)
def test_a_yes_confirms_the_request_and_a_no_calls_it_off(client, anna, outcome, state, is_agreed):
    visit = make_visit(is_agreed=False)
    task = CallTask.objects.get()
    act(client, task, "nehmen")

    act(client, task, "fertig", outcome=outcome)

    visit.refresh_from_db()
    assert (visit.state, visit.agreed_at is not None) == (state, is_agreed)
    assert "Alle Zusagen sind eingehalten." in page(client)


def test_who_waits_gets_a_new_promise(client, anna):
    visit = make_visit()
    HomeVisit.objects.filter(pk=visit.pk).update(answer_by=NOW + timedelta(hours=1))
    client.post(f"{URL}anfrage/{visit.reference}/nehmen/")

    act(client, CallTask.objects.get(), "fertig", outcome="told")

    visit.refresh_from_db()
    assert visit.answer_by > NOW + timedelta(days=1)
    assert "Alle Zusagen sind eingehalten." in page(client)


def test_not_reached_counts_and_opens_again_at_the_chosen_time(client, anna):
    task = make_task(due=timedelta(hours=4))
    act(client, task, "nehmen")

    act(client, task, "fertig", outcome="not_reached", again_at="2026-11-25T11:30", note="Besetzt.")

    task.refresh_from_db()
    assert (task.state, task.owner, task.tries, task.note) == ("open", None, 1, "Besetzt.")
    assert (task.not_before_at, task.due_at) == (NOW + timedelta(minutes=90), NOW + timedelta(hours=4))


@pytest.mark.parametrize("again_at", ["2026-11-25T09:59", "2026-11-27T12:00", "morgen"])
def test_a_time_that_is_over_or_too_late_is_refused_and_nothing_typed_is_lost(client, anna, again_at):
    task = make_task()
    act(client, task, "nehmen")

    answer = act(client, task, "fertig", outcome="not_reached", again_at=again_at, note="Besetzt.")

    task.refresh_from_db()
    assert (answer.status_code, task.state, task.tries) == (422, "taken", 0)
    assert 'value="Besetzt."' in answer.content.decode()


def test_three_times_not_reached_is_a_letter_and_a_task_for_the_coordinators(client, anna):
    visit = make_visit(is_agreed=False)
    task = CallTask.objects.get()
    for minutes in (30, 60, 90):
        act(client, task, "nehmen")
        act(client, task, "fertig", outcome="not_reached", again_at=f"2026-11-25T1{minutes // 60}:{minutes % 60:02d}")

    task.refresh_from_db()
    assert (task.state, task.outcome, task.tries) == ("done", "not_reached", 2)
    letter = Message.objects.get(kind="not_reached")
    assert (letter.channel, letter.about_reference) == ("letter", visit.reference)
    further = CallTask.objects.get(kind="k_not_reached")
    assert (further.state, further.about_reference, further.phone) == ("open", visit.reference, task.phone)
    html = page(client)
    assert ("für die Koordination" in html, f"nehmen-{further.pk}" in html) == (True, False)
    act(client, further, "nehmen")
    further.refresh_from_db()
    assert further.state == "open"


def test_another_way_is_a_letter_in_the_words_of_the_task(client, anna):
    make_visit(is_agreed=False)
    task = CallTask.objects.get()
    act(client, task, "nehmen")

    act(client, task, "fertig", outcome="letter")

    task.refresh_from_db()
    letter = Message.objects.get(key=f"task:{task.pk}:letter")
    assert (task.state, task.outcome, letter.channel, letter.kind) == ("done", "letter", "letter", "not_reached")


def test_without_an_address_no_letter_is_promised(client, anna):
    task = make_task()
    act(client, task, "nehmen")

    answer = act(client, task, "fertig", outcome="letter")

    task.refresh_from_db()
    assert (answer.status_code, task.state) == (422, "taken")
    assert "Wir haben keine Anschrift für einen Brief." in answer.content.decode()


# --- live, and beside it ----------------------------------------------------------------------------


def test_who_asks_again_gets_nothing_where_nothing_is_new(client, anna):
    make_task("a", due=timedelta(hours=3))
    mark = page(client).split("bekannt=")[1].split("&")[0]
    assert client.get(URL, {"bekannt": mark}).status_code == 204

    make_task("b", due=timedelta(minutes=5))
    since = int(NOW.timestamp()) - 1
    html = page(client, f"?bekannt={mark}&seit={since}&geladen={since}")

    assert ("<title>(2) Zu tun – Lotsen</title>" in html, "<main" in html) == (True, False)
    assert "Neu und eilig: 1 Aufgabe." in html


def test_what_was_given_to_me_meanwhile_is_said(client, anna):
    task = make_task()
    mark, loaded = page(client).split("bekannt=")[1].split("&")[0], int(NOW.timestamp()) - 60
    take_call_task(task, by=anna, at=NOW)

    assert "Neu bei Ihnen." in page(client, f"?bekannt={mark}&geladen={loaded}")


def test_a_voicemail_is_played_in_the_page_and_journalled(client, anna):
    voicemail = Voicemail.objects.create(recording_sid="RE1", received_at=NOW, seconds=9, audio=b"0123456789")
    task = make_task(f"voicemail:{voicemail.pk}", kind="voicemail")
    url = f"/hotline/anrufbeantworter/{voicemail.pk}/"
    assert url not in page(client)
    act(client, task, "nehmen")

    answer = client.get(URL)
    assert (url in answer.content.decode(), "media-src 'self'" in answer["Content-Security-Policy"]) == (True, True)
    whole, part = client.get(url), client.get(url, HTTP_RANGE="bytes=2-4")
    assert (whole.content, whole["Content-Type"], whole["Cache-Control"]) == (b"0123456789", "audio/mpeg", "no-store")
    assert (part.status_code, part.content, part["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert ContactRead.objects.filter(why="voicemail", subject_id=str(voicemail.pk), by=anna).count() == 2

    client.post(f"{url}gehoert/")
    voicemail.refresh_from_db()
    assert (voicemail.heard_at, voicemail.heard_by) == (NOW, anna)


def test_a_voicemail_that_is_gone_is_not_there(client, anna):
    voicemail = Voicemail.objects.create(recording_sid="RE1", received_at=NOW, seconds=9, erased_at=NOW)
    assert client.get(f"/hotline/anrufbeantworter/{voicemail.pk}/").status_code == 404


def test_calls_are_taken_and_paused(client, anna):
    client.post("/hotline/telefon/an/", {"phone": "030 231 25 899"})
    line = AgentLine.objects.get()
    assert (line.user, line.phone, line.is_on) == (anna, "+493023125899", True)
    assert "nimmt Anrufe an" in page(client)

    client.post("/hotline/telefon/pause/")
    line.refresh_from_db()
    assert line.is_on is False
    assert "Diese Nummer" in client.post("/hotline/telefon/an/", {"phone": "0900 123456"}, follow=True).content.decode()


def test_the_counter_says_how_much_waits_and_how_much_is_late(client, anna):
    assert client.get(f"{URL}zahl/").content.decode().strip() == ""
    make_task("a"), make_task("b", due=-timedelta(hours=1))

    html = client.get(f"{URL}zahl/").content.decode()

    assert (">2<" in html, "davon 1 überfällig" in html) == (True, True)
    assert f'hx-get="{URL}zahl/"' in page(client)


def test_how_long_callers_waited_stands_beside(client, anna):
    for number, (seconds, outcome) in enumerate([(10, "answered"), (30, "answered"), (50, "abandoned")]):
        at = timezone.now() - timedelta(minutes=10)
        end = {"ended_at": at + timedelta(seconds=seconds)}
        PhoneCall.objects.create(sid=f"CA{number:032d}", arrived_at=at, queued_at=at, outcome=outcome, **end)

    html = page(client)

    assert [words in html for words in ("0:30 Minuten", "0:50 Minuten", "33\xa0%")] == [True] * 3
