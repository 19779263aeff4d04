"""The volunteers' phone pages: offers and answers, the day, the stages of disclosure, the report."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from bookings import offers as verbs
from bookings import visits
from bookings.models import HomeVisit, Offer, VisitReport
from lotsen.kernel.models import ContactRead
from lotsen.messages.models import CallTask, Message
from tests.people import (
    NOW,
    make_address,
    make_client,
    make_scheduled,
    make_topic,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
START = NOW + timedelta(days=6)


@pytest.fixture(autouse=True)
def clock(settings):
    """Time stands still at NOW unless a test moves it; nobody is signed out meanwhile."""
    settings.SESSION_COOKIE_AGE = 60 * 24 * 60 * 60
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def anna():
    return make_user("hotline")


@pytest.fixture
def bernd(client):
    bernd = make_volunteer()
    client.force_login(bernd.user)
    return bernd


def person(**fields):
    address = make_address("Gartenweg", "16", extra="2. OG links")
    return make_client("Ursula Schulze", address=address, needs=["stairs"], **fields)


def offered(anna, *people, starts_at=START, reasons=None, **fields):
    visit = make_scheduled(by=anna, starts_at=starts_at, client=fields.pop("client", None) or person(), **fields)
    sent = verbs.send_offers(
        visit, volunteers=people, answer_by=NOW + timedelta(hours=8), by=anna, at=NOW, reasons=reasons
    )
    return visit, sent


def accepted(anna, volunteer, **fields):
    visit, (offer,) = offered(anna, volunteer, **fields)
    verbs.accept_offer(offer, by=volunteer.user, at=NOW)
    return HomeVisit.objects.get(pk=visit.pk), offer


def words_of(response):
    """The page as a reader meets it."""
    text = re.sub(r"<svg.*?</svg>|<script.*?</script>|<head.*?</head>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\xa0", " ").replace("&nbsp;", " ").split())


def reads():
    return [(read.subject_type, read.fields, read.why, read.by.name) for read in ContactRead.objects.order_by("pk")]


# --- offers ----------------------------------------------------------------------------------------


def test_an_offer_shows_district_half_kilometres_time_topics_needs_and_reasons(client, anna, bernd):
    offered(anna, bernd, reasons={bernd.pk: ["Sie kennen das Thema gut."]}, goal="Fotos vom Enkel", note="Schlüssel")

    page = words_of(client.get("/lotse/angebote/"))

    assert "1 Angebot für Sie" in page
    assert "Bitte bis heute, 18 Uhr antworten" in page
    assert "Dienstag, 1. Dezember 10:00 bis 11:00 Uhr" in page
    assert re.search(r"01169, etwa \d+(,5)? km", page)
    assert "Fotos" in page
    assert "viele Stufen, kein Aufzug" in page
    assert "Sie kennen das Thema gut." in page
    assert "Ja, ich komme" in page
    assert "Passt mir nicht" in page
    for hidden in ("Schulze", "Gartenweg", "Enkel", "Schlüssel", "2. OG", "23125216"):
        assert hidden not in page
    assert reads() == []


def test_looking_at_the_link_accepts_nothing(client, anna, bernd):
    _, (offer,) = offered(anna, bernd)

    assert client.get(f"/lotse/angebot/{offer.token}/").status_code == 200
    assert client.get(f"/lotse/angebot/{offer.token}/ja/").status_code == 405
    offer.refresh_from_db()
    assert offer.state == "open"


def test_the_link_of_a_message_asks_to_sign_in_and_comes_back(client, anna):
    bernd = make_volunteer()
    _, (offer,) = offered(anna, bernd)
    path = f"/lotse/angebot/{offer.token}/"

    response = client.get(path)

    assert (response.status_code, response.url) == (302, f"/konto/login/?next={path}")
    assert client.post(path + "ja/").status_code == 302
    offer.refresh_from_db()
    assert offer.state == "open"


def test_somebody_elses_offer_does_not_exist(client, anna, bernd):
    clara = make_volunteer("Clara Vogel")
    _, (offer,) = offered(anna, clara)

    assert client.get(f"/lotse/angebot/{offer.token}/").status_code == 404
    assert client.post(f"/lotse/angebot/{offer.token}/ja/").status_code == 404
    assert client.post(f"/lotse/angebot/{offer.token}/nein/").status_code == 404


def test_accepting_leads_to_the_visit_and_thanks(client, anna, bernd):
    visit, (offer,) = offered(anna, bernd)

    response = client.post(f"/lotse/angebot/{offer.token}/ja/", follow=True)

    visit.refresh_from_db()
    assert (visit.state, visit.guide) == ("assigned", bernd.user)
    assert response.redirect_chain == [(f"/lotse/besuch/{visit.reference}/", 302)]
    assert "Danke! Sie haben zugesagt: Dienstag, 1. Dezember, 10 Uhr." in words_of(response)


def test_who_comes_second_reads_a_kind_sentence_and_what_is_still_free(client, anna, bernd):
    clara = make_volunteer("Clara Vogel")
    _, (to_bernd, to_clara) = offered(anna, bernd, clara)
    offered(anna, bernd, starts_at=START + timedelta(days=2))
    verbs.accept_offer(to_clara, by=clara.user, at=NOW)

    response = client.post(f"/lotse/angebot/{to_bernd.token}/ja/")

    page = words_of(response)
    assert response.status_code == 409
    assert "Eine andere Person war etwas schneller. Danke, dass Sie wollten!" in page
    assert "Clara" not in page
    assert "Das ist noch frei:" in page
    assert "Donnerstag, 3. Dezember" in page


def test_the_second_tap_of_the_winner_is_a_yes(client, anna, bernd):
    _, (offer,) = offered(anna, bernd)
    client.post(f"/lotse/angebot/{offer.token}/ja/")

    assert client.post(f"/lotse/angebot/{offer.token}/ja/").status_code == 302


def test_after_the_deadline_nothing_is_accepted(client, anna, bernd, clock):
    _, (offer,) = offered(anna, bernd)
    clock.move_to(NOW + timedelta(hours=9))

    response = client.post(f"/lotse/angebot/{offer.token}/ja/")

    assert response.status_code == 409
    assert "Die Frist ist vorbei. Danke fürs Ansehen." in words_of(response)
    assert "Ja, ich komme" not in words_of(client.get(f"/lotse/angebot/{offer.token}/"))


def test_who_is_paused_takes_on_nothing_new(client, anna, bernd):
    visit, (offer,) = offered(anna, bernd)
    type(bernd).objects.filter(pk=bernd.pk).update(state="paused")

    response = client.post(f"/lotse/angebot/{offer.token}/ja/")

    visit.refresh_from_db()
    assert (response.status_code, visit.state) == (409, "scheduled")
    assert "Ihr Zugang ruht." in words_of(response)


@pytest.mark.parametrize("because", ["", "Weg"])
def test_declining_needs_no_reason_and_keeps_one(client, anna, bernd, because):
    _, (offer,) = offered(anna, bernd)

    page = client.get(f"/lotse/angebot/{offer.token}/nein/")
    response = client.post(f"/lotse/angebot/{offer.token}/nein/", {"because": because})

    offer.refresh_from_db()
    assert "Warum nicht?" in words_of(page)
    assert (response.status_code, response.url) == (302, "/lotse/angebote/")
    assert (offer.state, offer.because) == ("declined", because)


def test_a_reason_that_is_none_of_ours_is_refused(client, anna, bernd):
    _, (offer,) = offered(anna, bernd)

    assert client.post(f"/lotse/angebot/{offer.token}/nein/", {"because": "<b>"}).status_code == 422
    offer.refresh_from_db()
    assert offer.state == "open"


# --- stages of disclosure --------------------------------------------------------------------------

FIRST = ["initial", "street", "needs", "goal"]
DOOR = ["name", "street", "house_number", "bell", "needs", "goal"]
STAGES = [
    (timedelta(days=-5), FIRST, ["Frau S.", "Gartenweg", "Fotos vom Enkel"]),
    (timedelta(hours=-24, seconds=-1), FIRST, ["Frau S.", "Gartenweg"]),
    (timedelta(hours=-24), DOOR, ["Frau Schulze", "Gartenweg 16", "Klingel: Ursula Schulze, 2. OG links"]),
    (timedelta(hours=-2, seconds=-1), DOOR, ["Frau Schulze", "Gartenweg 16"]),
    (timedelta(hours=-2), [*DOOR, "code_word"], ["Sagen Sie an der Tür zuerst:", "Ahornblatt"]),
    (timedelta(hours=1), [*DOOR, "code_word"], ["Ahornblatt"]),
]
SECRETS = {
    "initial": "Frau S.",
    "name": "Schulze",
    "house_number": "Gartenweg 16",
    "bell": "2. OG",
    "code_word": "Ahornblatt",
}


@pytest.mark.parametrize(("before", "fields", "sentences"), STAGES, ids=[str(stage[0]) for stage in STAGES])
def test_each_stage_shows_no_more_than_it_may_and_the_journal_says_what(
    client, anna, bernd, clock, before, fields, sentences
):
    visit, _ = accepted(anna, bernd, goal="Fotos vom Enkel")
    HomeVisit.objects.filter(pk=visit.pk).update(code_word="Ahornblatt")
    clock.move_to(START + before)

    page = words_of(client.get(f"/lotse/besuch/{visit.reference}/"))

    for sentence in sentences:
        assert sentence in page
    for field, secret in SECRETS.items():
        if field not in fields:
            assert secret not in page, field
    assert reads() == [("bookings.client", fields, "guide visit", "Bernd Kluge")]


def test_the_page_says_when_the_next_stage_begins(client, anna, bernd):
    visit, _ = accepted(anna, bernd)

    page = words_of(client.get(f"/lotse/besuch/{visit.reference}/"))

    assert "Name und Hausnummer sehen Sie ab Montag, 30. November, 10:00 Uhr." in page
    assert "Das Kennwort sehen Sie ab 8:00 Uhr am Besuchstag." in page


def test_the_word_dies_with_check_out_and_the_address_two_hours_later(client, anna, bernd, clock):
    visit, _ = accepted(anna, bernd)
    path = f"/lotse/besuch/{visit.reference}/"
    HomeVisit.objects.filter(pk=visit.pk).update(code_word="Ahornblatt")
    clock.move_to(START)
    client.post(path + "da/")
    assert "Ahornblatt" in words_of(client.get(path))
    clock.move_to(START + timedelta(hours=1))
    assert client.post(path + "weg/").url == path + "bericht/"

    page = words_of(client.get(path))
    assert "Ahornblatt" not in page
    assert "Gartenweg 16" in page

    clock.move_to(START + timedelta(hours=3, seconds=1))
    before = len(reads())
    page = words_of(client.get(path))
    assert "Gartenweg" not in page
    assert "Schulze" not in page
    assert len(reads()) == before


def test_after_giving_back_the_visit_does_not_exist_any_more(client, anna, bernd):
    visit, offer = accepted(anna, bernd)
    path = f"/lotse/besuch/{visit.reference}/"

    assert client.post(path + "zurueckgeben/", {}).status_code == 422
    response = client.post(path + "zurueckgeben/", {"because": "krank"}, follow=True)

    offer.refresh_from_db()
    assert "Danke fürs Bescheidsagen. Wir suchen jemand anderen." in words_of(response)
    assert (offer.state, offer.because) == ("returned", "krank")
    assert client.get(path).status_code == 404
    assert client.post(path + "zurueckgeben/", {"because": "krank"}).status_code == 404


def test_giving_back_on_the_day_before_tells_the_volunteer_to_call(client, anna, bernd, clock):
    visit, _ = accepted(anna, bernd)
    clock.move_to(START - timedelta(hours=23))

    client.post(f"/lotse/besuch/{visit.reference}/zurueckgeben/", {"because": "krank"})

    assert Message.objects.filter(kind="v_withdraw_late").count() == 1


def test_somebody_elses_visit_does_not_exist(client, anna, bernd):
    clara = make_volunteer("Clara Vogel")
    visit, _ = accepted(anna, clara)
    path = f"/lotse/besuch/{visit.reference}/"

    for page in ("", "bericht/", "nicht-angetroffen/", "zurueckgeben/"):
        assert client.get(path + page).status_code == 404
    for act in ("da/", "weg/", "bericht/", "nicht-angetroffen/", "zurueckgeben/"):
        assert client.post(path + act).status_code == 404
    assert reads() == []


@pytest.mark.parametrize("role", ["hotline", "coordinator", "facility", "administrator", "data_protection"])
def test_the_pages_are_for_guides_only(client, role):
    client.force_login(make_user(role))

    for path in ("/lotse/", "/lotse/angebote/", "/lotse/berichte/", "/lotse/ich/"):
        assert client.get(path).status_code == 404, path


# --- the day and the report ------------------------------------------------------------------------


def test_today_shows_the_day_the_way_and_what_comes_after(client, anna, bernd, clock):
    far = make_address("Wiesenweg", "3", latitude=51.0300, longitude=13.7300)
    sauer = make_client("Karl Sauer", salutation="mr", address=far)
    accepted(anna, bernd)
    accepted(anna, bernd, starts_at=START + timedelta(hours=3), client=sauer)
    accepted(anna, bernd, starts_at=START + timedelta(days=7), client=make_client("Rosa Pohl"))
    clock.move_to(START - timedelta(minutes=45))

    page = words_of(client.get("/lotse/"))

    assert "Guten Tag, Bernd Kluge. Heute haben Sie 2 Besuche." in page
    assert "in 45 Minuten" in page
    assert "Frau Schulze, 01169" in page
    assert "Herr Sauer, 01169" in page
    assert re.search(r"\d+ Minuten? mit Bus und Bahn", page)
    assert "Danach Di, 8. Dezember, 10:00 Uhr" in page
    assert "Pohl" not in page
    assert [(fields, why) for _, fields, why, _ in reads()] == [(["name"], "guide today")] * 2


def test_a_day_without_visits_points_to_the_offers(client, anna, bernd):
    offered(anna, bernd)

    page = words_of(client.get("/lotse/"))

    assert "Heute haben Sie keinen Besuch." in page
    assert "1 Angebot wartet auf Ihre Antwort" in page
    assert reads() == []


def test_the_report_is_prefilled_and_closes_the_visit(client, anna, bernd, clock):
    make_topic("handy", "Handy")
    visit, _ = accepted(anna, bernd, goal="Fotos vom Enkel")
    path = f"/lotse/besuch/{visit.reference}/"
    clock.move_to(START - timedelta(minutes=2))
    client.post(path + "da/")
    clock.move_to(START + timedelta(minutes=64))
    client.post(path + "weg/")

    page = client.get(path + "bericht/")
    assert 'value="65"' in page.content.decode()
    assert re.search(r'value="fotos"[^>]*checked', page.content.decode())
    assert "„Fotos vom Enkel“" in words_of(page)

    answer = client.post(
        path + "bericht/",
        {"topics": ["fotos", "handy"], "goal": "with_help", "minutes": "65", "note": "Zettel", "follow_up": "ja"},
        follow=True,
    )

    report = VisitReport.objects.get()
    visit.refresh_from_db()
    assert "Danke. Der Bericht ist da." in words_of(answer)
    assert (visit.state, report.outcome, report.goal, report.minutes, report.note, report.follow_up) == (
        "done",
        "helped",
        "with_help",
        65,
        "Zettel",
        True,
    )
    assert sorted(topic.key for topic in report.topics.all()) == ["fotos", "handy"]
    listed = words_of(client.get("/lotse/berichte/"))
    assert "Dienstag, 1. Dezember 01169, 65 Minuten" in listed
    assert "Schulze" not in listed
    assert "In diesem Jahr haben Sie einem Menschen geholfen. Danke!" in words_of(client.get("/lotse/"))


def test_nobody_opened_is_a_proper_result(client, anna, bernd, clock):
    visit, _ = accepted(anna, bernd)
    clock.move_to(START + timedelta(minutes=12))

    answer = client.post(f"/lotse/besuch/{visit.reference}/nicht-angetroffen/", {"note": "Licht an"}, follow=True)

    visit.refresh_from_db()
    report = VisitReport.objects.get()
    assert "Danke, dass Sie da waren. Wir kümmern uns weiter." in words_of(answer)
    assert (visit.state, report.outcome, report.minutes, report.note) == ("missed", "not_met", 0, "Licht an")
    assert CallTask.objects.filter(kind="senior_not_met", state="open").count() == 1


def test_a_report_before_the_visit_and_a_second_one_are_refused(client, anna, bernd, clock):
    visit, _ = accepted(anna, bernd)
    path = f"/lotse/besuch/{visit.reference}/bericht/"
    answers = {"topics": ["fotos"], "minutes": "60"}

    early = client.post(path, answers)
    assert (early.status_code, VisitReport.objects.count()) == (409, 0)
    assert "Der Besuch hat noch nicht begonnen." in words_of(early)
    clock.move_to(START + timedelta(hours=1))
    assert client.post(path, answers).status_code == 302
    assert client.post(path, answers).status_code == 409
    assert VisitReport.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"topics": []}, "Bitte wählen Sie mindestens ein Thema."),
        ({"minutes": "eins"}, "Bitte schreiben Sie die Minuten als Zahl, zum Beispiel 60."),
        ({"minutes": "601"}, "Das ist sehr lang."),
        ({"minutes": "-5"}, "Das ist sehr kurz."),
        ({"note": "PIN 4711"}, "Das sieht nach einer PIN aus."),
        ({"goal": "perfect"}, "Fehler"),
    ],
)
def test_what_is_wrong_in_a_report_is_said(client, anna, bernd, clock, wrong, sentence):
    visit, _ = accepted(anna, bernd)
    clock.move_to(START + timedelta(hours=1))

    response = client.post(
        f"/lotse/besuch/{visit.reference}/bericht/", {"topics": ["fotos"], "minutes": "60", "note": ""} | wrong
    )

    assert response.status_code == 422
    assert sentence in words_of(response)
    assert VisitReport.objects.count() == 0


def test_missing_reports_are_named_on_today_and_reports(client, anna, bernd, clock):
    accepted(anna, bernd)
    clock.move_to(START + timedelta(hours=3))
    for path in ("/lotse/", "/lotse/berichte/"):
        page = words_of(client.get(path))
        assert "1 Bericht fehlt noch Besuch am Dienstag, 1. Dezember: Frau Schulze." in page
    seen = [(["name"], "guide today"), (["name"], "guide reports")]
    assert [(fields, why) for _, fields, why, _ in reads()] == seen

    clock.move_to(START + timedelta(days=1))
    for path in ("/lotse/", "/lotse/berichte/"):
        page = words_of(client.get(path))
        assert "1 Bericht fehlt noch Besuch am Dienstag, 1. Dezember: 01169." in page
        assert "Schulze" not in page
    assert [(fields, why) for _, fields, why, _ in reads()] == seen


def test_a_guide_of_the_staff_sees_their_visit_and_cannot_give_it_back_here(client, anna):
    emil = make_user("advisor", name="Emil Hartig")
    visit = make_scheduled(by=anna, starts_at=START)
    visits.assign_guide(visit, guide=emil, by=anna, at=NOW)
    client.force_login(emil)

    page = words_of(client.get(f"/lotse/besuch/{visit.reference}/"))

    assert "Ich kann doch nicht kommen" not in page
    assert client.get(f"/lotse/besuch/{visit.reference}/zurueckgeben/").status_code == 404


def test_me_shows_how_we_ask(client, bernd):
    page = words_of(client.get("/lotse/ich/"))

    assert "Bernd Kluge" in page
    assert "höchstens 5 Besuche in der Woche" in page


@pytest.mark.parametrize("path", ["/lotse/", "/lotse/angebote/", "/lotse/berichte/"])
def test_a_page_asks_no_more_of_the_database_for_three_than_for_one(client, anna, bernd, clock, path):
    def ask():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    def day(number):
        visit, _ = accepted(anna, bernd, starts_at=START + timedelta(hours=2 * number))
        offered(anna, bernd, starts_at=START + timedelta(days=3 + number))
        accepted(anna, bernd, starts_at=NOW + timedelta(days=1, hours=2 * number))
        return visit

    day(0)
    clock.move_to(NOW + timedelta(hours=7))
    ask()
    one = ask()
    clock.move_to(NOW)
    day(1)
    day(2)
    clock.move_to(NOW + timedelta(hours=7))
    assert ask() == one


def test_offer_states_have_a_sentence_each(client, anna, bernd):
    sentences = {
        "declined": "Das passte Ihnen nicht.",
        "returned": "Diesen Termin haben Sie zurückgegeben.",
        "expired": "Die Frist ist vorbei.",
        "withdrawn": "Die Anfrage hat sich erledigt.",
    }
    _, (offer,) = offered(anna, bernd)
    for state, sentence in sentences.items():
        Offer.objects.filter(pk=offer.pk).update(state=state)
        assert sentence in words_of(client.get(f"/lotse/angebot/{offer.token}/"))
