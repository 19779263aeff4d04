"""Letters are read back from the PDF: what stands there, on how many pages, tagged or not."""

import io
from datetime import UTC, datetime

import pdfua
import pytest
import typst
from django.conf import settings
from pypdf import PdfReader

from lotsen.messages import wording
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.channels.letter import LetterChannel, letter_pdf
from lotsen.messages.letters import LetterNotPrinted, mark_posted, mark_printed, mark_returned
from lotsen.messages.models import CallTask, Letter, Message
from lotsen.messages.sending import PostOffice, send_message
from tests.lotsen.messages.shared import AT, POSTAL, WORDS, house

SENDER = {"name": "Lotsen", "claim": "Digitale Hilfe in Dresden", "return_line": "Lotsen · Altmarkt 1 · 01067 Dresden"}
EVERY_WORD = {
    **WORDS,
    "deadline_long": "Freitag, 27. November",
    "next_date_long": "Mittwoch, 9. Dezember",
    "next_time": "10",
    "stop_name": "Bibliothek Gorbitz",
    "stop_date_long": "Donnerstag, 3. Dezember",
    "stop_time": "10",
    "second_name": "Herr Nguyễn Văn Ánh",
    "old_visitor_name": "Herr Weber",
    "contact_name": "Frau Yıldız",
    "training_topic": "Videoanrufe",
    "minutes": "90",
    "group_size": "12",
    "room": "Speisesaal",
    "day_contact": "Herr Łukasz Żak",
    "chairs": "12",
    "halt": "Bibliothek Gorbitz",
    "before": "Jeden zweiten Dienstag, 10 bis 11:30 Uhr",
    "after": "Jeden zweiten Mittwoch, 9:30 bis 11 Uhr",
}


@pytest.fixture(scope="session")
def fonts():
    return settings.FONTS_DIR


def drawn(fonts, kind="senior_booked", language="de", to=POSTAL, **words):
    variables = wording.needed_only(kind, "letter", language, EVERY_WORD | words)
    message = Message(
        kind=kind,
        channel="letter",
        to=to,
        language=language,
        variables=variables,
        created_at=datetime(2026, 11, 25, 9, tzinfo=UTC),
    )
    return letter_pdf(message, fonts_dir=fonts, sender=SENDER, house=house)


def words_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("kind", wording.kinds("letter"))
def test_every_letter_is_one_tagged_page(fonts, tmp_path, kind, language):
    pdf = drawn(fonts, kind, language)
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert (len(reader.pages), root["/MarkInfo"]["/Marked"], str(root["/Lang"])[:2]) == (1, True, language)
    assert pdfua.validate(str(path)).findings == ()


def test_control_the_checker_finds_an_untagged_file(tmp_path):
    path = tmp_path / "untagged.pdf"
    path.write_bytes(typst.compile(b"= Title", pdf_tags=False))
    assert pdfua.validate(str(path)).findings != ()


def test_what_the_confirmation_says(fonts):
    text = words_of(drawn(fonts, second_name=""))
    assert text == (
        "Lotsen Digitale Hilfe in Dresden Lotsen · Altmarkt 1 · 01067 Dresden Frau Karin Krause Dorfstraße 26 "
        "01169 Dresden Nummer 482 615 6 Telefon 030 231 25 100 Zeiten Mo bis Fr, 9 bis 17 Uhr Datum 25. November 2026 "
        "Wir besuchen Sie am Dienstag, 1. Dezember, um 14:30 Uhr Guten Tag, Frau Krause, Sie möchten Hilfe mit: "
        "Fernseher und Mediathek. Wir kommen gern zu Ihnen. Der Besuch dauert etwa eine Stunde. Er kostet nichts. Am "
        "Tag vorher rufen wir Sie kurz an. Es kommt zu Ihnen: Frau Waltraud von der Heide am Dienstag, 1. Dezember, um "
        "14:30 Uhr Kennwort: Kirschbaum An der Tür • Wer kommt, sagt zuerst das Kennwort. Sie sagen es nicht. • Die "
        "Person zeigt ihren Ausweis. Name und Brief müssen gleich sein. • Kein Kennwort? Dann lassen Sie die "
        "Tür zu und rufen uns an. • Wir fragen nie nach PIN, TAN, Passwort oder Geld. Bitte legen Sie bereit Die "
        "Fernbedienung und, wenn Sie haben, Ihre Brille. Der Tag passt nicht? Rufen Sie uns an: 030 231 25 100. Nennen "
        "Sie die Nummer 482 615 6. Freundliche Grüße Anna Lehmann, Lotsen Bitte legen Sie diesen Brief neben Ihr "
        "Telefon."
    )


def test_names_are_never_markup(fonts):
    hostile = '#panic(1) *x* <y> $z$ "q" \\ {hotline} **b**'
    assert hostile in words_of(drawn(fonts, visitor_name=hostile))


def test_vietnamese_polish_turkish_names_have_their_letters(fonts):
    text = words_of(drawn(fonts, "f_booked", to="Frau\nNguyễn Thị Ánh\nŁużycka 3\n01169 Dresden"))
    assert "Frau Nguyễn Thị Ánh Łużycka 3" in text
    assert "Guten Tag, Frau Yıldız, wir kommen gern." in text


def test_the_same_letter_is_the_same_file(fonts):
    assert drawn(fonts) == drawn(fonts)


@pytest.mark.parametrize("to", ["  \n ", "1\n2\n3\n4\n5\n6\n7"])
def test_an_address_that_does_not_fit_the_window(fonts, to):
    with pytest.raises(ChannelError) as failed:
        drawn(fonts, to=to)
    assert (failed.value.reason, failed.value.permanent) == ("address_lines", True)


@pytest.fixture
def letter(queue, fonts):
    message = queue(channel="letter", to=POSTAL, deadline_at=None)
    office = PostOffice({"letter": LetterChannel(fonts_dir=fonts, sender=SENDER, house=house)}, house)
    send_message(message.pk, office=office, at=AT)
    return Letter.objects.get(pk=message.pk)


def test_into_the_print_queue_and_into_the_post(letter, django_user_model):
    user = django_user_model.objects.create_user("a@example.org", name="Anna")
    assert (letter.message.state, letter.pages, bytes(letter.pdf)[:5]) == ("sent", 1, b"%PDF-")
    with pytest.raises(LetterNotPrinted):
        mark_posted([letter], by=user, at=AT)
    assert (mark_printed([letter], by=user, at=AT), mark_printed([letter], by=user, at=AT)) == (1, 0)
    assert (mark_posted([letter], by=user, at=AT), mark_posted([letter], by=user, at=AT)) == (1, 0)
    assert Message.objects.get().state == "delivered"


def test_a_returned_letter_becomes_a_call_task(letter, django_user_model):
    user = django_user_model.objects.create_user("a@example.org", name="Anna")
    mark_returned(letter, by=user, at=AT)
    assert (Message.objects.get().state, CallTask.objects.count()) == ("failed", 1)


def test_drawn_twice_lies_once_in_the_queue(letter, fonts):
    channel = LetterChannel(fonts_dir=fonts, sender=SENDER, house=house)
    message = Message.objects.get()
    assert channel.find(message) == channel.send(message)
    assert Letter.objects.count() == 1
