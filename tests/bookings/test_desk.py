from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.models import Client, HomeVisit, HotlineDraft, Offer
from lotsen.kernel.models import ContactRead
from tests.people import make_client, make_topic, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client):
    anna = make_user("hotline")
    client.force_login(anna)
    return anna


def answers(**more):
    return {
        "entrance": "phone",
        "caller": "self",
        "salutation": "mrs",
        "name": "Ursula Schulze",
        "phone": "030 23125216",
        "street": "Merianplatz 4",
        "postal_code": "1169",
        "topics": ["fotos"],
        "goal": "Fotos vom Enkel ansehen",
        "times": "nachmittags",
        "reach_by": ["letter", "call"],
        "consent": "on",
    } | more


def test_a_request_is_taken_down_with_its_reference_to_read_out(client, anna):
    make_topic()

    response = client.post("/hotline/", answers())

    visit = HomeVisit.objects.get()
    assert response.status_code == 302
    assert response.url == f"/hotline/vorgang/{visit.reference}/"
    assert (visit.state, visit.entrance, visit.goal, visit.times_words) == (
        "requested",
        "phone",
        "Fotos vom Enkel ansehen",
        "nachmittags",
    )
    person = visit.client
    assert (person.name, person.phone, person.address.postal_code, person.reach_by) == (
        "Ursula Schulze",
        "+493023125216",
        "01169",
        ["call", "letter"],
    )
    assert [(c.purpose, c.given, c.by) for c in person.consents.all()] == [("info", True, anna)]
    page = client.get(response.url).content.decode()
    assert "Ursula Schulze" in page


def test_a_suggested_date_asks_its_people(client, anna):
    topic = make_topic()
    bernd = make_volunteer("Bernd Kluge", topics=[topic])
    page = client.post("/hotline/vorschlaege/", answers()).content.decode()
    assert "Bernd Kluge" in page
    value = page.split('value="')[1].split('"')[0]

    client.post("/hotline/", answers(vorschlag=value))

    visit = HomeVisit.objects.get()
    assert visit.state == "scheduled"
    assert [(offer.volunteer, offer.state) for offer in Offer.objects.all()] == [(bernd, "open")]


def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(client, anna):
    make_topic()

    response = client.post("/hotline/", answers(phone="12"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "Fehler:" in page
    assert 'value="12"' in page
    assert 'value="Ursula Schulze"' in page
    assert HomeVisit.objects.count() == 0


def test_without_the_consent_read_out_nothing_is_kept(client, anna):
    make_topic()
    without = answers()
    del without["consent"]

    response = client.post("/hotline/", without)

    assert (response.status_code, Client.objects.count()) == (422, 0)


def test_a_third_party_is_unconfirmed_and_nobody_is_asked(client, anna):
    topic = make_topic()
    make_volunteer("Bernd Kluge", topics=[topic])

    client.post(
        "/hotline/", answers(caller="family", caller_name="Petra Schulze", vorschlag="2026-12-01T15:00:00+01:00")
    )

    visit = HomeVisit.objects.get()
    assert (visit.agreed_at, visit.state, Offer.objects.count()) == (None, "requested", 0)


def test_the_same_form_sent_twice_is_one_request(client, anna):
    make_topic()
    key = "6d6c9d0c-98a1-4be0-8f5b-6f3b1a7a8f10"

    first = client.post("/hotline/", answers(key=key))
    second = client.post("/hotline/", answers(key=key))

    assert first.url == second.url
    assert (HomeVisit.objects.count(), Client.objects.count()) == (1, 1)


def test_a_draft_survives_a_dead_browser(client, anna):
    make_topic()

    saved = client.post("/hotline/entwurf/", answers(name="Ursula Schul"))
    page = client.get("/hotline/").content.decode()

    assert saved.json()["saved"].startswith("Entwurf gespeichert")
    assert 'value="Ursula Schul"' in page
    client.post("/hotline/", answers())
    assert HotlineDraft.objects.count() == 0


def test_the_same_number_warns_with_a_masked_name_and_is_journalled(client, anna):
    make_topic()
    known = make_client()

    page = client.post("/hotline/vorschlaege/", answers(name="Uschi Schulze")).content.decode()

    assert "Ursula. Sch…" not in page
    assert "U. Sch…" in page
    assert "Ursula Schulze" not in page
    assert ContactRead.objects.filter(subject_id=str(known.pk), why="duplicate warning", by=anna).count() == 1


@pytest.mark.parametrize("text", ["Schulze", "schulze ursula", "030 231 25 216", "Gartenweg", "01169"])
def test_the_search_finds_by_name_number_street_and_postal_code(client, anna, text):
    make_client()
    make_client("Otto Vogel", phone="+493023125999", address=None)

    page = client.post("/hotline/suche/", {"q": text}).content.decode()

    assert "Ursula Schulze" in page


def test_the_search_finds_by_reference_and_shows_nobody_else(client, anna):
    visit = make_visit()
    make_client("Otto Vogel")

    page = client.post("/hotline/suche/", {"q": visit.reference}).content.decode()

    assert "Ursula Schulze" in page
    assert "Otto Vogel" not in page


@pytest.mark.parametrize("text", ["", "Sc", "%", "_", "%%%", "xyzxyz"])
def test_the_search_shows_nobody_for_nothing(client, anna, text):
    make_client()

    assert "Schulze" not in client.post("/hotline/suche/", {"q": text}).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_the_lists_does_not_grow(client, anna, rows, django_assert_num_queries):
    for number in range(rows):
        make_visit(client=make_client(f"Person {number} Schulze"), is_agreed=False)
    with django_assert_num_queries(7):
        client.get("/hotline/anfragen/")
    with django_assert_num_queries(9):
        client.post("/hotline/suche/", {"q": "Schulze"})


def test_a_held_request_waits_for_a_human(client, anna):
    visit = make_visit(is_agreed=False, entrance="web", held_because="Ein verstecktes Feld war gefüllt.")
    url = f"/hotline/vorgang/{visit.reference}/"
    assert "Ein verstecktes Feld war gefüllt." in client.get(url).content.decode()

    client.post(f"{url}confirm/")

    visit.refresh_from_db()
    assert (visit.held_because, visit.agreed_at is None) == ("", False)


def test_cancelling_tells_the_reason(client, anna):
    visit = make_visit()

    client.post(f"/hotline/vorgang/{visit.reference}/cancel/", {"because": "wieder gesund", "own_wish": "1"})

    visit.refresh_from_db()
    assert (visit.state, visit.cancelled_because) == ("cancelled", "wieder gesund")


def test_a_volunteer_sees_no_desk(client):
    client.force_login(make_volunteer().user)

    assert [client.get(url).status_code for url in ("/hotline/", "/hotline/suche/", "/koordination/")] == [404] * 3


def test_the_board_counts_what_waits(client):
    client.force_login(make_user("coordinator", name="Dora Weiß"))
    make_visit(at=timezone.now() - timedelta(days=30))

    page = client.get("/koordination/").content.decode()

    assert "Frau Schulze" in page


def test_a_date_that_is_gone_is_said_before_anything_is_taken_down(client, anna):
    make_topic()

    response = client.post("/hotline/", answers(vorschlag="2026-12-01T15:00:00+01:00"))

    assert (response.status_code, HomeVisit.objects.count()) == (409, 0)
    assert "Diesen Vorschlag gibt es nicht mehr." in response.content.decode()


@pytest.mark.parametrize(("caller", "is_confirmed"), [("self", True), ("family", False)])
def test_who_gives_their_own_number_on_the_phone_may_get_sms(client, anna, caller, is_confirmed):
    make_topic()

    client.post("/hotline/", answers(caller=caller, caller_name="Petra Schulze"))

    assert (Client.objects.get().phone_confirmed_at is not None) is is_confirmed


def test_more_times_than_the_column_holds_are_refused_in_words(client, anna):
    make_topic()
    hours = {"Mo": (1, 3, 5), "Di": (2, 4, 6), "Mi": (1, 4, 7), "Do": (2, 5, 7), "Fr": (3, 6, 8)}
    times = ", ".join(f"{day} {hour}-{hour + 1}" for day, begins in hours.items() for hour in begins)
    assert len(times) <= 120

    response = client.post("/hotline/", answers(times=times))

    assert (response.status_code, HomeVisit.objects.count()) == (422, 0)


def test_the_case_page_journals_all_that_it_shows(client, anna):
    visit = make_visit()

    client.get(f"/hotline/vorgang/{visit.reference}/")

    line = ContactRead.objects.get(why="case", subject_id=str(visit.client_id), by=anna)
    assert line.fields == ["name", "phone", "email", "address", "needs", "caller", "goal", "note"]
