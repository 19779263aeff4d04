"""Many letters as one file: made, drawn, printed, posted, forgotten."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from pypdf import PdfReader

from lotsen.kernel.errors import AlreadyMoved
from lotsen.messages import print_runs, wanted
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.channels.letter import LetterChannel
from lotsen.messages.letters import take_out, waiting_letters
from lotsen.messages.models import Letter, Message, PrintRun
from lotsen.messages.outbox import drop_messages
from lotsen.messages.print_runs import NothingToPrint, draw_run, forget_printed, make_run
from lotsen.messages.sending import PostOffice, send_message
from tests.lotsen.messages.channels.test_letter import EVERY_WORD, SENDER
from tests.lotsen.messages.shared import AT, POSTAL, house
from tests.people import make_user, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def printer():
    return LetterChannel(fonts_dir=settings.FONTS_DIR, sender=SENDER, house=house)


@pytest.fixture
def lay(queue, printer):
    """Lays a letter into the print queue."""

    def lay(key, kind="senior_keep", at=AT, **fields):
        message = queue(key, kind=kind, channel="letter", to=POSTAL, deadline_at=None, variables=EVERY_WORD, **fields)
        send_message(message.pk, office=PostOffice({"letter": printer}, house), at=at)
        return Letter.objects.get(pk=message.pk)

    return lay


@pytest.fixture
def anna():
    return make_user()


def now():
    return AT + timedelta(minutes=5)


def words(run):
    return [page.extract_text() for page in PdfReader(io.BytesIO(bytes(run.pdf))).pages]


def test_from_the_queue_to_the_letter_box(lay, printer, anna):
    first, second = lay("a", at=AT - timedelta(minutes=1)), lay("b", kind="senior_proposal")
    run = make_run(by=anna, at=AT)
    assert (run.state, run.letter_count, waiting_letters().count()) == ("queued", 2, 0)

    draw_run(run, printer=printer, now=now)

    run.refresh_from_db()
    pages = words(run)
    assert (run.state, run.drawn, run.pages, len(pages)) == ("ready", 2, 2, 2)
    said = [("Adresse behalten" in page, "Kurzzahl 4711" in page) for page in pages]
    assert said == [(True, False), (False, True)]  # in the order in which they were laid down
    print_runs.mark_run_printed(run, by=anna, at=AT)
    assert print_runs.mark_run_posted(run, by=anna, at=AT) == 2
    assert set(Message.objects.values_list("state", flat=True)) == {"delivered"}
    assert list(Letter.objects.order_by("sheet_number").values_list("pk", "posted_at")) == [
        (first.pk, AT),
        (second.pk, AT),
    ]


def test_only_the_chosen_kinds_and_never_nothing(lay, anna):
    lay("a")
    with pytest.raises(NothingToPrint):
        make_run(kinds=["senior_proposal"], by=anna, at=AT)
    proposal = lay("b", kind="senior_proposal")
    run = make_run(kinds=["senior_proposal"], by=anna, at=AT)
    assert list(run.letters.values_list("pk", flat=True)) == [proposal.pk]


def test_what_is_no_longer_true_is_put_aside_and_not_printed(lay, printer, anna, monkeypatch):
    lay("a")
    stale = lay("b", kind="senior_cancelled_own")
    monkeypatch.setitem(wanted._checks, "senior_cancelled_own", lambda message: False)
    run = make_run(by=anna, at=AT)
    draw_run(run, printer=printer, now=now)
    run.refresh_from_db()
    assert (run.letter_count, run.pages) == (1, 1)
    assert Message.objects.get(pk=stale.pk).state == "dropped"


def test_a_letter_of_a_cancelled_date_is_dropped_while_it_waits(lay, anna):
    visit = make_visit(by=anna)
    letter = lay("a", about=visit)
    taken = lay("b", about=visit)
    Letter.objects.filter(pk=taken.pk).update(printed_at=AT)
    Message.objects.exclude(pk__in=[letter.pk, taken.pk]).delete()
    assert drop_messages(about=visit, by=anna, at=AT) == 1
    assert dict(Message.objects.values_list("pk", "state")) == {letter.pk: "dropped", taken.pk: "sent"}


def test_taken_out_it_waits_for_the_next_run(lay, printer, anna):
    letter = lay("a")
    lay("b")
    draw_run(make_run(by=anna, at=AT), printer=printer, now=now)
    take_out(letter, by=anna, at=AT)
    assert list(waiting_letters()) == [letter]
    assert make_run(by=anna, at=AT).letter_count == 1


def test_a_printer_that_fails_loses_nothing_and_is_tried_again(lay, printer, anna):
    class Broken:
        def pages(self, sheets, *, title, at, told=bool):
            raise ChannelError("fonts_missing", permanent=False)

    lay("a")
    run = make_run(by=anna, at=AT)
    draw_run(run, printer=Broken(), now=now)
    assert (run.state, run.letters.count()) == ("failed", 1)
    print_runs.try_again(run, by=anna, at=AT)
    draw_run(run, printer=printer, now=now)
    assert run.state == "ready"


def test_a_worker_that_died_while_drawing_is_followed_by_another(lay, printer, anna):
    lay("a")
    run = make_run(by=anna, at=AT)
    PrintRun.objects.update(state="drawing")
    run.refresh_from_db()
    stale = PrintRun.objects.get()
    draw_run(run, printer=printer, now=now)
    draw_run(stale, printer=printer, now=now)  # the first worker was only slow
    assert PrintRun.objects.get().state == "ready"


def test_posted_before_printed_is_refused(lay, printer, anna):
    lay("a")
    run = make_run(by=anna, at=AT)
    draw_run(run, printer=printer, now=now)
    stale = PrintRun.objects.get()
    print_runs.mark_run_printed(run, by=anna, at=AT)
    with pytest.raises(AlreadyMoved):
        print_runs.mark_run_printed(stale, by=anna, at=AT)


def test_a_week_after_posting_the_file_and_the_words_are_gone(lay, printer, anna):
    lay("a")
    run = make_run(by=anna, at=AT)
    draw_run(run, printer=printer, now=now)
    print_runs.mark_run_printed(run, by=anna, at=AT)
    print_runs.mark_run_posted(run, by=anna, at=AT)
    assert forget_printed(at=AT + timedelta(days=6, hours=23)) == 0
    assert forget_printed(at=AT + timedelta(days=7)) == 1
    assert (PrintRun.objects.get().pdf, Letter.objects.get().sheet) == (None, {})


def test_a_card_that_nobody_may_link_is_forgotten_as_soon_as_it_is_posted(lay, printer, anna):
    card, other = lay("a", kind="satisfaction_card"), lay("b")
    run = make_run(by=anna, at=AT)
    draw_run(run, printer=printer, now=now)
    print_runs.mark_run_printed(run, by=anna, at=AT)
    print_runs.mark_run_posted(run, by=anna, at=AT)
    assert Letter.objects.get(pk=card.pk).sheet == Message.objects.get(pk=card.pk).variables == {}
    assert Message.objects.get(pk=other.pk).variables != {}
