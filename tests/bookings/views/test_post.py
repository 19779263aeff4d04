"""The pages of the post: what waits, print runs, one letter, what came in, a date put to somebody."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from bookings.models import PostIn, ProposedDate
from bookings.proposed_dates import propose
from lotsen.kernel.models import ContactRead
from lotsen.messages import sending
from lotsen.messages.house import letter_printer, post_office
from lotsen.messages.models import CallTask, Letter, Message, PrintRun
from lotsen.messages.print_runs import draw_run
from tests.people import NOW, make_client, make_scheduled, make_user, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk(client):
    user = make_user()
    client.force_login(user)
    client.user = user
    return client


def laid(count=1):
    """Requests by letter, their letters in the queue."""
    people = [make_client(f"Ursula Schulze{number}", reach_by=["letter"]) for number in range(count)]
    found = [make_visit(client=person) for person in people]
    for message in Message.objects.filter(channel="letter", state="queued"):
        sending.send_message(message.pk, office=post_office(), at=NOW)
    return found


def queries(client, url):
    with CaptureQueriesContext(connection) as told:
        assert client.get(url).status_code == 200
    return len(told)


def run_of(desk):
    desk.post(reverse("bookings:print-run-new"))
    run = PrintRun.objects.get()
    draw_run(run, printer=letter_printer(), now=lambda: NOW)
    return run


def test_from_waiting_to_the_letter_box(desk):
    (visit,) = laid()
    page = desk.get("/post/").content.decode()
    assert "1 Brief wartet" in page
    assert "Frau Ursula Schulze0" in page

    run = run_of(desk)
    url = reverse("bookings:print-run", args=[run.pk])
    assert "Fertig. Bitte jetzt drucken." in desk.get(url).content.decode()
    file = desk.get(reverse("bookings:print-run-file", args=[run.pk]))
    assert file["Content-Disposition"] == f'inline; filename="druckauftrag-{run.pk}.pdf"'
    assert "Ihre Anfrage ist da" in PdfReader(io.BytesIO(file.content)).pages[0].extract_text()
    for verb in ("gedruckt", "gepostet"):
        desk.post(reverse("bookings:print-run-act", args=[run.pk, verb]))
    assert (Message.objects.get(channel="letter").state, PrintRun.objects.get().state) == ("delivered", "posted")
    assert ContactRead.objects.filter(subject_id=str(visit.client_id), why="print run").exists()


def test_the_worker_is_watched_and_the_page_goes_on_when_it_is_done(desk):
    laid()
    desk.post(reverse("bookings:print-run-new"))
    run = PrintRun.objects.get()
    url = reverse("bookings:print-run-state", args=[run.pk])
    waiting = desk.get(url)
    assert "0 von 1 Briefen" in waiting.content.decode()
    assert desk.get(url, {"bekannt": "queued-0"}).status_code == 204
    draw_run(run, printer=letter_printer(), now=lambda: NOW)
    assert desk.get(url)["HX-Redirect"] == reverse("bookings:print-run", args=[run.pk])


def test_nothing_to_print_is_said_in_a_sentence(desk):
    assert "Es wartet kein Brief." in desk.post(reverse("bookings:print-run-new"), follow=True).content.decode()


def test_the_lists_ask_the_database_equally_often_for_one_letter_and_for_three(desk):
    laid()
    one = queries(desk, "/post/")
    laid(2)
    assert queries(desk, "/post/") == one
    run = run_of(desk)
    url = reverse("bookings:print-run", args=[run.pk])
    three = queries(desk, url)
    Letter.objects.filter(sheet_number__gt=1).update(run=None)
    assert queries(desk, url) == three


def test_one_letter_as_it_looks_on_paper_is_journalled(desk):
    (visit,) = laid()
    letter = Letter.objects.get()
    answer = desk.get(reverse("bookings:letter", args=[letter.pk]))
    assert (answer["Content-Disposition"], answer["Cache-Control"]) == ('inline; filename="brief.pdf"', "no-store")
    assert "Ursula Schulze0" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert ContactRead.objects.filter(subject_id=str(visit.client_id), why="letter").count() == 1


def test_out_of_the_run_back_by_post_and_once_more(desk):
    laid()
    run = run_of(desk)
    letter = Letter.objects.get()
    act = lambda verb: desk.post(reverse("bookings:letter-act", args=[letter.pk, verb]))  # noqa: E731
    act("herausnehmen")
    assert Letter.objects.get().run is None
    Letter.objects.update(run=run, printed_at=NOW, posted_at=NOW)
    Message.objects.update(state="delivered")
    act("zurueck")
    assert (PostIn.objects.get().kind, Message.objects.get(pk=letter.pk).state) == ("returned", "failed")
    act("nochmal")
    assert Message.objects.filter(key__endswith=":again").count() == 1


# --- what comes in ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("482 615 7", "Diese Nummer gibt es nicht. Bitte prüfen Sie die Ziffern."),
        ("482 615 6", "Zu dieser Nummer gibt es keinen Vorgang."),
        ("4826", "Eine Nummer hat 7 Ziffern, hier stehen 4."),
        ("", "Bitte tippen Sie die Nummer ab."),
    ],
)
def test_a_number_that_is_not_there_is_said_beside_the_field(desk, typed, sentence):
    answer = desk.post("/post/eingang/", {"kind": "reply_card", "reference": typed})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_a_card_is_typed_in_by_its_number(desk):
    visit = make_scheduled(by=desk.user, starts_at=NOW + timedelta(days=14))
    propose(visit, way="letter", answer_by=NOW + timedelta(days=7), by=desk.user, at=NOW)
    answer = desk.post("/post/eingang/", {"kind": "reply_card", "reference": visit.reference})
    assert answer["Location"] == f"/post/eingang/{visit.reference}/karte/"
    assert "Offene Frage, Kurzzahl" in desk.get(answer["Location"]).content.decode()
    assert desk.post(answer["Location"], {}).status_code == 422
    desk.post(answer["Location"], {"ticked": "yes"})
    assert (ProposedDate.objects.get().state, PostIn.objects.get().answer) == ("yes", "yes")


@pytest.mark.parametrize(
    ("slug", "fields", "kind"),
    [
        ("brief", {"note": "Die Anschrift ist neu"}, "letter"),
        ("einwilligung", {"given": "yes", "version": "3", "note": "Tochter Petra"}, "consent"),
    ],
)
def test_a_letter_and_a_signed_form(desk, slug, fields, kind):
    visit = make_visit(by=desk.user)
    desk.post(f"/post/eingang/{visit.reference}/{slug}/", fields)
    assert list(PostIn.objects.values_list("kind", "visit")) == [(kind, visit.pk)]


def test_a_yes_to_speak_with_somebody_needs_a_name(desk):
    visit = make_visit(by=desk.user)
    answer = desk.post(f"/post/eingang/{visit.reference}/einwilligung/", {"given": "yes", "version": "3"})
    assert (answer.status_code, PostIn.objects.count()) == (422, 0)


def test_which_of_our_letters_came_back(desk):
    (visit,) = laid()
    Letter.objects.update(printed_at=NOW, posted_at=NOW)
    page = desk.get(f"/post/eingang/{visit.reference}/zurueck/").content.decode()
    assert "Ihre Anfrage ist da" in page
    assert "Kam zurück" in page


# --- a date put to somebody ---------------------------------------------------------------------------


def test_a_date_is_put_by_letter_and_answered_on_the_telephone(desk):
    visit = make_scheduled(by=desk.user, starts_at=NOW + timedelta(days=14))
    url = reverse("bookings:propose", args=[visit.reference])
    assert "einen Termin vorschlagen" in desk.post(url).content.decode()
    desk.post(url, {"way": "letter", "answer_by": "2026-12-02"})
    assert ProposedDate.objects.get().state == "open"
    assert "Eine Frage wartet auf Antwort" in desk.get(url).content.decode()
    desk.post(reverse("bookings:proposal-answer", args=[visit.reference]), {"antwort": "nein", "wunsch": "montags"})
    assert (ProposedDate.objects.get().state, CallTask.objects.filter(kind="proposal_declined").count()) == ("no", 1)


def test_too_little_time_is_said_and_nothing_is_sent(desk):
    visit = make_scheduled(by=desk.user, starts_at=NOW + timedelta(days=4))
    url = reverse("bookings:propose", args=[visit.reference])
    answer = desk.post(url, {"way": "letter", "answer_by": "2026-11-27"})
    assert (answer.status_code, ProposedDate.objects.count()) == (409, 0)
