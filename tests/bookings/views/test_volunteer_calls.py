"""A volunteer on the hotline's telephone: found by what the agent heard, recognised, and written down at once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import offers
from bookings.models import HomeVisit, Offer, VisitReport
from bookings.queries.volunteers import find_volunteers
from lotsen.kernel.models import ContactRead
from lotsen.people import cards
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
TUESDAY = NOW + timedelta(days=6)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def text_of(response):
    return " ".join(response.content.decode().replace("&nbsp;", " ").split())


@pytest.fixture
def anna(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def winkler():
    return make_volunteer("Friederike Winkler", topics=[make_topic()])


def card_of(volunteer):
    return cards.issue_card(volunteer.user, valid_until=(NOW + timedelta(days=300)).date(), by=None, at=NOW)


def promised(anna, volunteer, *, starts_at=TUESDAY):
    visit = make_scheduled(by=anna, starts_at=starts_at)
    (offer,) = asked(anna, visit, volunteer)
    offers.accept_offer(offer, by=volunteer.user, at=NOW)
    return visit, offer


def asked(anna, visit, *people):
    return offers.send_offers(visit, volunteers=people, answer_by=NOW + timedelta(hours=8), by=anna, at=NOW)


def call(volunteer, rest=""):
    return f"/hotline/lotsen/{volunteer.key}/{rest}"


def recognised(client, volunteer):
    return client.post(call(volunteer), {"called": "1"})


def later(client, anna, clock, after=timedelta(hours=2)):
    """On the day of the visit; sessions are over by then."""
    clock.move_to(TUESDAY + after)
    client.force_login(anna)


# --- found --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["Winkler", "frau winkler", "Winckler", "Wincler", "friederike wink", "Winkler Friderike", "WINKLER "]
)
def test_she_is_found_by_name_and_how_it_sounds(winkler, typed):
    make_volunteer("Bernd Kluge")
    assert find_volunteers(typed) == [winkler]


def test_the_right_spelling_goes_first_and_hides_the_misspelt(winkler):
    near = make_volunteer("Otto Winklar")
    assert find_volunteers("Winkler") == [winkler]
    assert find_volunteers("Winklar") == [near]


def test_she_is_found_by_telephone_card_and_key(winkler):
    make_volunteer("Bernd Kluge")
    card = card_of(winkler)
    for typed in (card.number, f"{card.number[:3]} {card.number[3:]}", winkler.key, winkler.key.lower()):
        assert find_volunteers(typed) == [winkler], typed
    national = winkler.user.phone.replace("+49", "0")
    for typed in (national, winkler.user.phone, national[-4:]):
        assert winkler in find_volunteers(typed), typed


def test_a_revoked_card_finds_nobody(winkler):
    card = card_of(winkler)
    cards.revoke_card(card, because="lost", by=None, at=NOW)
    assert find_volunteers(card.number) == []


@pytest.mark.parametrize("typed", ["", "  ", "Xy", "\x00", "%", "'; --", "12", "9" * 100])
def test_what_is_nobodys_finds_nobody(winkler, typed):
    assert find_volunteers(typed) == []


def test_who_has_left_is_not_listed():
    make_volunteer("Frieda Fort", state="left")
    applied = make_volunteer("Frieda Neu", state="applied")
    assert find_volunteers("Frieda") == [applied]


def test_one_alone_opens_at_once_and_the_word_stands_in_no_address(client, anna, winkler):
    response = client.post("/hotline/lotsen/", {"q": "winkler"})
    assert (response.status_code, response["Location"]) == (302, call(winkler))


def test_the_search_for_people_names_her_too(client, anna, winkler):
    page = text_of(client.post("/hotline/suche/", {"q": "winkler"}))
    assert call(winkler) in page
    assert ContactRead.objects.filter(subject_id=str(winkler.pk), why="volunteer search", by=anna).count() == 1


def test_the_list_is_paged_and_reads_as_often_for_many(client, anna):
    counts = []
    for more in (2, 40):
        for number in range(more):
            make_volunteer(f"Lotse {more}-{number}")
        with CaptureQueriesContext(connection) as seen:
            page = client.get("/hotline/lotsen/")
        counts.append(len(seen))
        assert page.status_code == 200
    assert counts[0] == counts[1]
    assert "Seite 1 von 2" in text_of(page)
    assert len(client.get("/hotline/lotsen/?seite=2").context["rows"]) == 42 - 25


# --- what an agent sees ---------------------------------------------------------------------------------


def test_an_agent_sees_what_is_ahead_and_no_papers(client, anna, winkler):
    visit, _offer = promised(anna, winkler)
    open_visit = make_scheduled(by=anna, client=make_client("Otto Zander"), starts_at=TUESDAY + timedelta(days=1))
    asked(anna, open_visit, winkler)
    page = text_of(client.get(call(winkler)))
    for told in ("Dienstag, 1. Dezember, 10:00", "Mittwoch, 2. Dezember, 10:00", "Offene Angebote", "sagt Ja"):
        assert told in page
    for hidden in (visit.client.name, "Gartenweg", "Zander", "Führungszeugnis", winkler.user.email):
        assert hidden not in page
    assert ContactRead.objects.filter(subject_id=str(winkler.pk), why="volunteer call", by=anna).exists()


def test_the_page_reads_as_often_for_many_visits(client, anna, winkler):
    counts = []
    for days in ((6,), (7, 8, 9, 13)):
        for day in days:
            promised(anna, winkler, starts_at=NOW + timedelta(days=day))
            asked(anna, make_scheduled(by=anna, starts_at=NOW + timedelta(days=day, hours=4)), winkler)
        with CaptureQueriesContext(connection) as seen:
            client.get(call(winkler))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_of_a_suspended_one_the_reason_is_not_told(client, anna):
    gone = make_volunteer("Kurt Weg", state="suspended", suspended_because="Beschwerde vom Montag")
    page = text_of(client.get(call(gone)))
    assert "Ihr Zugang ruht" in page
    assert "Beschwerde" not in page


# --- who is speaking --------------------------------------------------------------------------------------


def test_nothing_is_changed_for_somebody_who_is_not_recognised(client, anna, winkler):
    visit, offer = promised(anna, winkler)
    page = client.post(call(winkler, "zurueck/"), {"offer": offer.pk, "because": "krank"}, follow=True)
    assert "Bitte prüfen Sie zuerst, wer spricht" in text_of(page)
    assert HomeVisit.objects.get(pk=visit.pk).guide == winkler.user


def test_the_number_of_the_card_proves_it_for_a_quarter_of_an_hour(client, anna, winkler, clock):
    visit, offer = promised(anna, winkler)
    card = card_of(winkler)
    assert "Diese Ausweisnummer passt nicht" in text_of(client.post(call(winkler), {"card": "123456789"}))
    spoken = f"{card.number[:3]} {card.number[3:6]}-{card.number[6:]}"
    assert client.post(call(winkler), {"card": spoken}).status_code == 302
    clock.shift(timedelta(minutes=16))
    client.post(call(winkler, "zurueck/"), {"offer": offer.pk, "because": "krank"})
    assert HomeVisit.objects.get(pk=visit.pk).guide == winkler.user
    client.post(call(winkler), {"card": spoken})
    client.post(call(winkler, "zurueck/"), {"offer": offer.pk, "because": "krank"})
    assert HomeVisit.objects.get(pk=visit.pk).guide is None
    assert ContactRead.objects.filter(why="volunteer: card").count() == 2


def test_a_card_is_guessed_five_times_an_hour_and_then_not_even_the_right_one(client, anna, winkler):
    card = card_of(winkler)
    for number in range(5):
        client.post(call(winkler), {"card": f"12345678{number}"})
    page = text_of(client.post(call(winkler), {"card": card.number}))
    assert "Fünf Versuche sind verbraucht" in page
    assert recognised(client, winkler).status_code == 302


def test_recognised_is_this_volunteer_with_this_agent(client, anna, winkler):
    other = make_volunteer("Bernd Kluge", topics=[make_topic()])
    visit, offer = promised(anna, other)
    recognised(client, winkler)
    client.post(call(other, "zurueck/"), {"offer": offer.pk, "because": "krank"})
    assert HomeVisit.objects.get(pk=visit.pk).guide == other.user
    assert client.post(call(winkler, "zurueck/"), {"offer": offer.pk, "because": "krank"}).status_code == 404


def test_times_and_profile_are_entered_only_for_who_is_recognised_and_nothing_typed_is_lost(client, anna, winkler):
    times, typed = f"/koordination/lotsen/{winkler.key}/zeiten/", {"what": "week", "parts0": ["8-12"]}
    wrong = client.post(times, typed)
    assert (wrong.status_code, "Bitte prüfen Sie zuerst, wer spricht" in text_of(wrong)) == (409, True)
    assert 'value="8-12" id="id_parts0_0" checked' in text_of(wrong)
    assert Volunteer.objects.get(pk=winkler.pk).hours == winkler.hours
    recognised(client, winkler)
    assert client.post(times, typed).status_code == 302
    assert Volunteer.objects.get(pk=winkler.pk).hours != winkler.hours


# --- what is written down -----------------------------------------------------------------------------------


def test_yes_and_no_to_an_offer(client, anna, winkler):
    first, second = (make_scheduled(by=anna, starts_at=TUESDAY + timedelta(hours=5 * n)) for n in range(2))
    (yes,), (no,) = asked(anna, first, winkler), asked(anna, second, winkler)
    recognised(client, winkler)
    client.post(call(winkler, "ja/"), {"offer": yes.pk})
    client.post(call(winkler, "nein/"), {"offer": no.pk})
    assert [Offer.objects.get(pk=one.pk).state for one in (yes, no)] == ["accepted", "declined"]
    assert HomeVisit.objects.get(pk=first.pk).guide == winkler.user


def test_giving_back_needs_a_reason_and_opens_the_visit_again(client, anna, winkler):
    visit, offer = promised(anna, winkler)
    recognised(client, winkler)
    wrong = client.post(call(winkler, "zurueck/"), {"offer": offer.pk})
    assert (wrong.status_code, "Bitte wählen Sie einen Grund" in text_of(wrong)) == (422, True)
    client.post(call(winkler, "zurueck/"), {"offer": offer.pk, "because": "krank"})
    stored = HomeVisit.objects.get(pk=visit.pk)
    assert (stored.state, stored.guide, Offer.objects.get(pk=offer.pk).because) == ("scheduled", None, "krank")


def test_a_report_told_on_the_telephone_closes_the_visit(client, anna, winkler, clock):
    visit, _offer = promised(anna, winkler)
    later(client, anna, clock)
    assert "Bericht fehlt" in text_of(client.get(call(winkler)))
    said = {"what": "geholfen", "topics": ["fotos"], "minutes": "75", "note": "Fotos sortiert", "follow_up": "nein"}
    address = call(winkler, f"bericht/{visit.reference}/")
    assert "Bitte prüfen Sie zuerst" in text_of(client.post(address, said))
    recognised(client, winkler)
    assert client.post(address, said).status_code == 302
    report = VisitReport.objects.get()
    assert (report.minutes, report.by, HomeVisit.objects.get(pk=visit.pk).state) == (75, anna, "done")
    client.force_login(winkler.user)
    page = text_of(client.get("/lotse/berichte/"))
    assert "75 Minuten" in page
    assert "Bericht ändern" not in page
    assert client.get(f"/lotse/besuch/{visit.reference}/bericht/aendern/").status_code == 404


def test_the_next_date_told_on_the_telephone_is_the_volunteers(client, anna, winkler, clock):
    visit, _offer = promised(anna, winkler)
    later(client, anna, clock)
    recognised(client, winkler)
    said = {"what": "geholfen", "topics": ["fotos"], "minutes": "60", "next_day": "2026-12-08", "next_time": "10:00"}
    client.post(call(winkler, f"bericht/{visit.reference}/"), said)
    again = HomeVisit.objects.exclude(pk=visit.pk).get()
    assert (again.state, again.guide, again.offers.get().state) == ("assigned", winkler.user, "accepted")
    client.post(call(winkler, "zurueck/"), {"offer": again.offers.get().pk, "because": "krank"})
    assert HomeVisit.objects.get(pk=again.pk).guide is None


def test_nobody_was_there_is_told_too_and_nothing_typed_is_lost(client, anna, winkler, clock):
    visit, _offer = promised(anna, winkler)
    later(client, anna, clock)
    recognised(client, winkler)
    address = call(winkler, f"bericht/{visit.reference}/")
    wrong = client.post(address, {"what": "geholfen", "minutes": "viele", "note": "Fast fertig"})
    assert (wrong.status_code, "Fast fertig" in text_of(wrong), "viele" in text_of(wrong)) == (422, True, True)
    client.post(address, {"what": "niemand", "is_worried": "ja", "note": ""})
    assert HomeVisit.objects.get(pk=visit.pk).state == "missed"
    assert VisitReport.objects.get().outcome == "not_met"


def test_a_report_of_somebody_elses_visit_is_not_there(client, anna, winkler):
    visit, _offer = promised(anna, winkler)
    other = make_volunteer("Bernd Kluge")
    assert client.get(call(other, f"bericht/{visit.reference}/")).status_code == 404


def test_a_volunteer_who_sees_their_own_page_cannot_use_the_desks(client, winkler):
    client.force_login(winkler.user)
    for address in ("/hotline/lotsen/", call(winkler), call(winkler, "ja/")):
        assert client.post(address, {"called": "1"}).status_code == 404


def test_a_visit_that_has_begun_is_not_given_back_here(client, anna, winkler, clock):
    visit, offer = promised(anna, winkler)
    later(client, anna, clock, timedelta(minutes=5))
    recognised(client, winkler)
    assert "Besuch zurückgeben" not in text_of(client.get(call(winkler)))
    client.post(call(winkler, "zurueck/"), {"offer": offer.pk, "because": "krank"})
    assert HomeVisit.objects.get(pk=visit.pk).guide == winkler.user
