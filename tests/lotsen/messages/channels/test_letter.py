"""Letters are read back from the PDF: what stands there, on how many pages, tagged or not."""

import io
import re
import subprocess

import pdfua
import pytest
import typst
from django.conf import settings
from pypdf import PdfReader

from lotsen.messages import wording
from lotsen.messages.channels.base import ChannelError
from lotsen.messages.channels.letter import LetterChannel, is_careful, letter_pdf, page_count, printer_pdf, sheet_of
from lotsen.messages.letters import (
    LetterGone,
    LetterNotPrinted,
    LetterOutdated,
    discard,
    mark_posted,
    mark_printed,
    mark_returned,
    send_again,
)
from lotsen.messages.models import CallTask, Letter, Message
from lotsen.messages.sending import PostOffice, send_message
from lotsen.messages.wording.longest import longest_words
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
    "code": "4711",
    "contact_role": "Ihre Tochter",
    "class_list": "Name, Adresse, Telefon, Termine",
    "days": "21",
    "reason_sentence": "In Ihrem Stadtteil sind gerade alle Lotsinnen und Lotsen ausgebucht.",
    "steps_list": "Wir haben Fotos vom Handy auf den Computer übertragen.",
    "practice_list": "Verbinden Sie das Handy mit dem Kabel. Öffnen Sie den Ordner Bilder.",
    "token": "4827 1936",
    "consent_version": "3",
    "full_name": "Waltraud von der Heide",
    "requirement_name": "Führungszeugnis",
    "what": "E-Mail, Telefon und Anschrift",
    "people": "14",
    "hours": "32",
    "n": "3",
    "date_list": "1. Dezember, 8. Dezember und 15. Dezember",
    "odd_date_long": "Mittwoch, 16. Dezember",
    "looked": "Am 1. Dezember die Hotline, zum Termin",
}
LONG = {
    "steps_list": "Wir haben Fotos vom Handy auf den Computer übertragen, geordnet und zwei davon verschickt. " * 3,
    "practice_list": "Verbinden Sie das Handy mit dem Kabel. Öffnen Sie den Ordner Bilder. Ziehen Sie ein Bild. " * 3,
    "date_list": ", ".join(f"{day}. Dezember" for day in range(1, 13)),
    "looked": "Am 1. Dezember die Hotline, zum Termin. " * 8,
    "token": "4827 1936",
    "consent_version": "12",
}
PAGES_IN_LARGE_PRINT = {"senior_booked": 2, "senior_visitor_changed": 2}
"""These say so much that 18 pt need a second page; every other letter has one, whatever its words."""


@pytest.fixture(scope="session")
def fonts():
    return settings.FONTS_DIR


def sheet(kind="senior_booked", language="de", to=POSTAL, large=False, **words):
    variables = wording.needed_only(kind, "letter", language, EVERY_WORD | words)
    if large:
        variables["_large"] = "1"
    message = Message(
        kind=kind, channel="letter", to=to, language=language, variables=variables, created_at=AT, claimed_at=AT
    )
    return sheet_of(message, house=house)


def drawn(fonts, *args, **words):
    return letter_pdf(sheet(*args, **words), fonts_dir=fonts, sender=SENDER, at=AT)


def longest(kind, language, **fields):
    """The letter with the longest value of every word, and whatever may stand there standing there."""
    lines = (
        "Frau",
        "Prof. Dr. Waltraud von der Heide-Lichtenberg",
        "bei Oberländer-Schmidt",
        "Kleinzschachwitzer Uferweg 128 b",
        "01257 Dresden",
    )
    return sheet(kind, language, to="\n".join(lines), **(longest_words(language) | LONG | fields))


def words_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("kind", wording.kinds("letter"))
def test_every_letter_is_one_tagged_page_with_the_longest_words(fonts, tmp_path, kind, language):
    pdf = letter_pdf(longest(kind, language), fonts_dir=fonts, sender=SENDER, at=AT)
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert (len(reader.pages), root["/MarkInfo"]["/Marked"], str(root["/Lang"])[:2]) == (1, True, language)
    assert re.findall(r"pdfuaid:part[>=\"]+(\d)", xmp) == ["1"]
    assert pdfua.validate(str(path)).findings == ()


@pytest.mark.parametrize("kind", wording.kinds("letter"))
def test_large_print_has_as_many_pages_as_it_may(fonts, kind):
    pdf = letter_pdf(sheet(kind, large=True), fonts_dir=fonts, sender=SENDER, at=AT)
    assert page_count(pdf) <= PAGES_IN_LARGE_PRINT.get(kind, 1)


def test_large_print_is_eighteen_points(fonts):
    assert {size(fonts, large=False), size(fonts, large=True)} == {14.0, 18.0}


def size(fonts, *, large):
    """The size of the letters of the salutation, as they stand in the file."""
    sizes = []

    def visit(text, _cm, tm, _font, size):
        if "Krause," in text:
            sizes.append(round(size * tm[0], 1))

    PdfReader(io.BytesIO(drawn(fonts, "senior_keep", large=large))).pages[0].extract_text(visitor_text=visit)
    return sizes[0]


MM = 72 / 25.4


def boxes(pdf, tmp_path):
    """Each word with its left, top, right and bottom edge in millimetres from the top left of its page."""
    (tmp_path / "letter.pdf").write_bytes(pdf)
    command = ["pdftotext", "-bbox", str(tmp_path / "letter.pdf"), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', told)
    return [(word, *(float(edge) / MM for edge in edges)) for *edges, word in found]


def around(words, boxed):
    """The box around these words, the first time that they stand in a row; a word may break at its hyphen."""
    wanted, texts = "".join(words), [word for word, *_edges in boxed]
    ends = range(1, len(texts) + 1)
    start, end = next((i, j) for i in range(len(texts)) for j in ends if "".join(texts[i:j]) == wanted)
    edges = [edges for _word, *edges in boxed[start:end]]
    return min(e[0] for e in edges), min(e[1] for e in edges), max(e[2] for e in edges), max(e[3] for e in edges)


ADDRESSES = {
    "usual": POSTAL,
    "six lines": "Frau\nKarin Krause\nbei Oberländer\nHinterhaus, 3. Stock\nDorfstraße 26\n01169 Dresden",
    "a line that wraps": "Frau\nProf. Dr. Waltraud von der Heide-Lichtenberg-Hohenstein\nDorfstraße 26\n01169 Dresden",
}


@pytest.mark.parametrize("to", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize("large", [False, True])
def test_the_address_stands_in_the_window_of_form_b(fonts, tmp_path, to, large):
    boxed = boxes(drawn(fonts, "senior_keep", to=to, large=large), tmp_path)
    beside = [box for box in boxed if box[1] < 105]  # the info block stands to the right of the address
    left, top, right, bottom = around(to.split(), beside)
    assert 24.5 <= left <= 25.5
    assert (top >= 62.7, right <= 105, bottom <= 90) == (True, True, True)


def test_return_line_info_block_and_subject_stand_where_din_5008_says(fonts, tmp_path):
    boxed = boxes(drawn(fonts), tmp_path)
    return_line = around(["Lotsen", "·", "Altmarkt", "1", "·", "01067", "Dresden"], boxed)
    info = around(["Nummer"], boxed)
    subject = around(["Wir", "besuchen", "Sie", "am"], boxed)
    assert (return_line[1] >= 45, return_line[3] <= 62.7) == (True, True)
    assert (124.5 <= info[0] <= 125.5, 48 <= info[1] <= 52) == (True, True)
    assert (24.5 <= subject[0] <= 25.5, 96 <= subject[1] <= 100) == (True, True)


def test_the_card_can_be_cut_off_and_names_nobody(fonts, tmp_path):
    boxed = boxes(drawn(fonts, "senior_proposal"), tmp_path)
    card, address = (
        " ".join(word for word, left, top, *_rest in boxed if top > 198 and (left > 126) is is_right)
        for is_right in (False, True)
    )
    above = [bottom for _word, _left, top, _right, bottom in boxed if top < 190]
    assert card == (
        "Nummer 482 615 6 · Kurzzahl 4711 Ja, der Tag passt: Dienstag, 1. Dezember, 14:30 Uhr. Nein, lieber an einem "
        "anderen Tag: Bitte rufen Sie mich an: Ich brauche keine Hilfe mehr. Bitte schreiben Sie keinen Namen auf die "
        "Karte. Nur die Nummer genügt."
    )
    assert address == "Das Porto zahlen wir. Antwort Lotsen Altmarkt 1 01067 Dresden"
    assert max(above) < 193
    assert 134 <= around(["Antwort"], boxed)[0] <= 136


def test_no_line_ends_inside_a_number_or_a_date(fonts):
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(drawn(fonts, "senior_proposal"))).pages)
    assert not re.search(r"\d\n\d|\d\.\nDez|\d\nUhr", text.partition("Guten Tag")[2].rpartition("Antwort")[0])


def test_many_letters_are_one_file_and_each_begins_a_page(fonts):
    sheets = [sheet("senior_keep"), sheet(large=True), sheet("senior_proposal"), longest("senior_booked", "en")]
    pdf = printer_pdf(sheets, title="Druckauftrag 1", fonts_dir=fonts, sender=SENDER, at=AT)
    first = [page.extract_text()[:6] for page in PdfReader(io.BytesIO(pdf)).pages]
    assert first.count("Lotsen") == 4
    assert len(first) == 5


def test_a_full_page_is_never_taken_for_a_short_one(fonts):
    """Whatever is not measured fits without: else the pile would have a page that nobody expects."""
    short = [one for kind in wording.kinds("letter") if not is_careful(one := sheet(kind))]
    pdf = printer_pdf(short, title="Druckauftrag 1", fonts_dir=fonts, sender=SENDER, at=AT)
    assert page_count(pdf) == len(short) > 8


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
    assert (letter.message.state, letter.sheet["address"][1]) == ("sent", "Karin Krause")
    with pytest.raises(LetterNotPrinted):
        mark_posted([letter], by=user, at=AT)
    assert (mark_printed([letter], by=user, at=AT), mark_printed([letter], by=user, at=AT)) == (1, 0)
    assert (mark_posted([letter], by=user, at=AT), mark_posted([letter], by=user, at=AT)) == (1, 0)
    assert Message.objects.get().state == "delivered"


def test_a_returned_letter_becomes_a_call_task(letter, django_user_model):
    user = django_user_model.objects.create_user("a@example.org", name="Anna")
    mark_returned(letter, by=user, at=AT)
    assert (Message.objects.get().state, CallTask.objects.count()) == ("failed", 1)


def test_a_letter_that_was_posted_and_came_back_is_no_longer_delivered(letter, django_user_model):
    user = django_user_model.objects.create_user("a@example.org", name="Anna")
    mark_printed([letter], by=user, at=AT)
    mark_posted([letter], by=user, at=AT)
    letter.message.refresh_from_db()
    mark_returned(letter, by=user, at=AT)
    message = Message.objects.get()
    assert (message.state, message.failure, CallTask.objects.count()) == ("failed", "returned", 1)


def test_once_more_is_a_message_of_its_own_to_the_present_address(letter, django_user_model):
    user = django_user_model.objects.create_user("a@example.org", name="Anna")
    again = send_again(letter, to="Frau\nKarin Krause\nNeuweg 1\n01169 Dresden", by=user, at=AT)
    twice = send_again(letter, to="", by=user, at=AT)
    assert (again.key, again.state, again.to.splitlines()[2], twice.pk) == (
        f"{letter.message.key}:again",
        "queued",
        "Neuweg 1",
        again.pk,
    )


def test_what_is_forgotten_is_not_sent_again(letter, django_user_model):
    user = django_user_model.objects.create_user("a@example.org", name="Anna")
    letter.message.variables = {}
    with pytest.raises(LetterOutdated):
        send_again(letter, to="", by=user, at=AT)


def test_a_letter_thrown_away_is_dropped_and_a_posted_one_stays(letter, django_user_model):
    user = django_user_model.objects.create_user("a@example.org", name="Anna")
    discard(letter, by=user, at=AT)
    assert Message.objects.get().state == "dropped"
    Letter.objects.update(printed_at=AT, posted_at=AT)
    with pytest.raises(LetterGone):
        discard(letter, by=user, at=AT)


def test_drawn_twice_lies_once_in_the_queue(letter, fonts):
    channel = LetterChannel(fonts_dir=fonts, sender=SENDER, house=house)
    message = Message.objects.get()
    assert channel.find(message) == channel.send(message)
    assert Letter.objects.count() == 1
