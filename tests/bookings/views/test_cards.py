"""Checking a card as anybody, and issuing cards as a coordinator."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
import time_machine
from PIL import Image
from pypdf import PdfReader

from lotsen.people import cards
from lotsen.people.models import Card
from tests.people import NOW, make_user, make_volunteer

pytestmark = pytest.mark.django_db
LAST = date(2027, 11, 25)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dora(client):
    dora = make_user("coordinator", name="Dora Stein")
    client.force_login(dora)
    return dora


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (60, 80), "#336699").save(drawn, "PNG")
    drawn.seek(0)
    drawn.name = "foto.png"
    return drawn


def issued(name="Bernd Kluge", **fields):
    return cards.issue_card(make_volunteer(name).user, valid_until=LAST, by=None, at=NOW, **fields)


def words_of(response):
    text = re.sub(r"<svg.*?</svg>|<head.*?</head>|<footer.*?</footer>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\xa0", " ").split())


def bare(response):
    """Without the token of the form, and without the foot, which names the page that was asked for."""
    text = re.sub(r'(csrfmiddlewaretoken" value=)"[^"]*"', "", response.content.decode())
    return re.sub(r"<footer.*?</footer>", "", text, flags=re.DOTALL)


# --- the check --------------------------------------------------------------------------------------


def test_a_valid_card_shows_the_first_name_and_no_more(client):
    card = issued()
    for response in (client.post("/ausweis/", {"digits": card.grouped_number}), client.get(f"/ausweis/{card.token}/")):
        page = words_of(response)
        assert (response.status_code, response["Cache-Control"].partition(",")[0], response["X-Robots-Tag"]) == (
            200,
            "max-age=0",
            "noindex",
        )
        assert "Gültig Bernd gehört zu den Lotsen. Das Kennwort brauchen Sie trotzdem." in page
        assert "Kluge" not in response.content.decode()
        assert card.number not in response.content.decode()


def test_revoked_over_and_made_up_read_the_same(client, clock, settings):
    settings.CARD_TRIES_PER_ADDRESS = 50
    revoked, over = issued(), issued("Clara Vogel")
    cards.revoke_card(revoked, because="lost", by=None, at=NOW)
    clock.move_to(NOW.replace(year=2028))
    pages = {
        bare(client.post("/ausweis/", {"digits": digits}))
        for digits in (revoked.number, over.number, cards.new_number(cards.CHANCE), "123456789", "x", "9" * 40)
    }
    pages |= {bare(client.get(f"/ausweis/{token}/")) for token in (revoked.token, over.token, "A" * 26, "nirgends")}
    (page,) = pages
    assert "Bitte öffnen Sie nicht." in page
    assert "Rufen Sie 110." in page


def test_a_photo_is_shown_by_consent(client):
    card = issued(photo=picture().read(), has_agreed=True)
    assert 'src="data:image/jpeg;base64,' in client.get(f"/ausweis/{card.token}/").content.decode()


def test_five_tries_an_hour_from_one_address(client, clock):
    card = issued()
    codes = [client.post("/ausweis/", {"digits": "123456789"}).status_code for _ in range(5)]
    sixth, by_code = client.post("/ausweis/", {"digits": card.number}), client.get(f"/ausweis/{card.token}/")
    assert (codes, sixth.status_code, by_code.status_code) == ([200] * 5, 429, 429)
    assert "Ein Mensch prüft den Ausweis mit Ihnen:" in words_of(sixth)
    assert "Bernd" not in sixth.content.decode() + by_code.content.decode()
    clock.move_to(NOW.replace(hour=10))
    assert "Gültig" in words_of(client.post("/ausweis/", {"digits": card.number}))


def test_nothing_typed_is_told_and_costs_no_try(client):
    codes = [client.post("/ausweis/", {"digits": ""}).status_code for _ in range(7)]
    assert (codes, client.post("/ausweis/", {"digits": "1"}).status_code) == ([422] * 7, 200)


def test_the_page_speaks_english(client, settings):
    client.cookies["lotsen_language"] = "en"
    assert 'lang="en"' in client.get("/ausweis/").content.decode()


# --- coordinators -----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(client, dora, count, django_assert_num_queries):
    for number in range(count):
        issued(f"Person {number}")
    client.get("/ausweise/")
    with django_assert_num_queries(5):
        client.get("/ausweise/")


def test_the_list_shows_who_has_a_card(client, dora):
    issued()
    make_volunteer("Clara Vogel")
    page = words_of(client.get("/ausweise/"))
    assert re.search(r"Bernd Kluge gültig \d{3} \d{3} \d{3} 25\.11\.2027", page)
    assert "Clara Vogel keiner" in page
    assert "Clara" not in words_of(client.get("/ausweise/", {"q": "bernd"}))


def test_a_coordinator_issues_replaces_and_revokes(client, dora):
    user = make_volunteer().user
    path = f"/ausweise/{user.pk}/"
    sent = {"valid_until": "2027-11-25", "photo": picture(), "has_agreed": "on"}
    assert client.post(path, sent).status_code == 302
    first = Card.objects.get()
    assert client.post(path, {"valid_until": "2027-11-25", "because": "lost"}).status_code == 302
    second = Card.objects.get(revoked_at=None)
    assert client.post(path + "sperren/", {"because": "left"}).status_code == 302
    states = [(card.issued_by, card.revoked_because, bool(card.photo)) for card in Card.objects.order_by("pk")]
    assert (first.number != second.number, states) == (True, [(dora, "lost", False), (dora, "left", False)])
    assert not cards.is_valid_card(second.number, at=NOW)


def test_a_photo_without_consent_is_refused_in_a_sentence(client, dora):
    user = make_volunteer().user
    response = client.post(f"/ausweise/{user.pk}/", {"valid_until": "2027-11-25", "photo": picture()})
    assert (response.status_code, Card.objects.count()) == (409, 0)
    assert "Ein Foto nur, wenn die Person einverstanden ist." in words_of(response)


def test_cards_are_printed_five_on_a_sheet(client, dora):
    people = [issued(f"Person {number}", photo=picture().read(), has_agreed=True) for number in range(6)]
    response = client.post("/ausweise/drucken/", {"wer": [card.user_id for card in people]})
    pdf = PdfReader(io.BytesIO(response.content))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert (response["Content-Type"], response["Content-Disposition"], len(pdf.pages)) == (
        "application/pdf",
        'attachment; filename="ausweise.pdf"',
        2,
    )
    assert all(text.count(card.grouped_number) == 2 and card.user.name in text for card in people)
    assert "Ich sage zuerst das Kennwort. Sie sagen es nicht." in text.replace("\n", " ")
    assert "dann die Taste 4" in " ".join(text.split())


def test_nobody_chosen_prints_nothing(client, dora):
    assert client.post("/ausweise/drucken/", {"wer": ["x", "9" * 30, "0"]}).status_code == 302
