"""From the first word to the first visit: application, talk, papers, activation."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser

from lotsen.kernel.models import ContactRead
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role, User
from lotsen.stamps import new_stamp
from tests.people import NOW, make_topic, make_user, make_volunteer
from volunteers import applications, membership
from volunteers.models import Application, Volunteer

pytestmark = pytest.mark.django_db
URL, DONE = "/mitmachen/bewerben/", "/mitmachen/bewerben/danke/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


@pytest.fixture
def desk(client, dora):
    client.force_login(dora)
    return client


def typed(**more):
    return {
        "name": "Emil Sander",
        "phone": "0171 3920077",
        "email": "emil@example.org",
        "postal_code": "01169",
        "street": "Merianplatz 4",
        "topics": [],
        "times": ["morning", "saturday"],
        "travel_mode": "bike",
        "languages": ["Polnisch"],
        "heard_from": "Aushang",
        "note": "",
        "since": new_stamp(NOW - timedelta(minutes=3)),
    } | more


def applied(**more) -> Application:
    fields = {"name": "Emil Sander", "phone": "+491713920077", "email": "emil@example.org", "postal_code": "01169"}
    fields |= {"street": "Merianplatz 4", "times": ["morning"], "languages": ["Deutsch"], "travel_mode": "bike"} | more
    return applications.apply(token="", entrance="phone", topics=[], by=make_user(), at=NOW, **fields)


# --- the application --------------------------------------------------------------------------------


def test_an_application_on_the_web_asks_a_coordinator_to_call(client):
    fotos = make_topic()
    assert client.post(URL, typed(topics=[fotos.pk])).headers["Location"] == DONE
    row = Application.objects.get()
    assert (row.state, row.entrance, row.name, row.phone) == ("received", "web", "Emil Sander", "+491713920077")
    assert (row.times, row.languages, row.held_because) == (["morning", "saturday"], ["Deutsch", "Polnisch"], "")
    assert list(row.topics.all()) == [fotos]
    task = CallTask.objects.get()
    assert (task.kind, task.phone, task.variables) == ("k_application", row.phone, {"visitor_name": "Emil Sander"})
    assert not User.objects.filter(email="emil@example.org").exists()
    assert not Message.objects.exists()


def test_sent_twice_it_is_one(client):
    sent = typed()
    for _time in range(3):
        assert client.post(URL, sent).status_code == 302
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": ""}, "Bitte schreiben Sie Ihren Namen."),
        ({"name": "\u3164"}, "Bitte schreiben Sie Ihren Namen."),
        ({"phone": "", "email": ""}, "Wie erreichen wir Sie?"),
        ({"phone": "12"}, "Telefonnummer"),
        ({"email": "nein"}, "Das ist keine E-Mail-Adresse."),
        ({"postal_code": "1"}, "Eine Postleitzahl hat 5 Ziffern"),
        ({"times": ["nie"]}, "nie"),
        ({"travel_mode": "Rakete"}, "Bitte wählen Sie eine Antwort."),
        ({"topics": ["99999999999999999999"]}, ""),
        ({"note": "x" * 501}, "500"),
        ({"heard_from": "\U0001f600" * 161}, "160"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(client, more, sentence):
    page = client.post(URL, typed(**more) | {"heard_from": more.get("heard_from", "vom Aushang im Laden")})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert "01169" in page.content.decode() or "postal_code" in more
    assert not Application.objects.exists()


@pytest.mark.parametrize("missing", ["phone", "email"])
def test_one_way_to_be_reached_is_enough(client, missing):
    assert client.post(URL, typed(**{missing: ""})).status_code == 302
    assert Application.objects.count() == 1


def test_a_megabyte_nul_and_other_methods_are_refused(client):
    assert client.post(URL, typed(name="A\x00B")).status_code == 400
    assert client.post(URL, typed(topics=["x\x00"])).status_code == 400
    assert client.post(URL, typed(note="x" * 1_000_000)).status_code == 400
    assert client.put(URL).status_code == 405


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"trap": "ja"}, "verstecktes Feld"),
        ({"since": ""}, "nie geöffnet"),
        ({"since": "gefälscht"}, "nie geöffnet"),
        ({"note": "http://a.ru http://b.ru"}, "Internet-Adressen"),
    ],
)
def test_what_looks_like_a_machine_is_held_and_reads_the_same(client, more, why):
    assert client.post(URL, typed(**more)).headers["Location"] == DONE
    row = Application.objects.get()
    assert why in row.held_because
    assert CallTask.objects.get().kind == "k_application_held"
    assert CallTask.objects.get().phone == ""


def test_too_fast_is_held(client):
    client.post(URL, typed(since=new_stamp(NOW - timedelta(seconds=2))))
    assert "in 2 Sekunden" in Application.objects.get().held_because


def test_the_hotline_enters_one_from_the_telephone(client):
    anna = make_user()
    client.force_login(anna)
    assert client.get("/koordination/lotsen/neu/").status_code == 200
    assert client.post("/koordination/lotsen/neu/", typed(entrance="phone", email="")).status_code == 302
    row = Application.objects.get()
    assert (row.entrance, row.entered_by, row.held_because) == ("phone", anna, "")
    assert client.post("/koordination/lotsen/neu/", typed(entrance="web")).status_code == 422


# --- the coordinators' pages ------------------------------------------------------------------------


def test_a_held_one_is_released_or_ended(desk, dora):
    Browser().post(URL, typed(trap="ja"))
    row = Application.objects.get()
    assert "Ein verstecktes Feld" in desk.get(f"/koordination/lotsen/bewerbungen/{row.key}/").content.decode()
    assert ContactRead.objects.filter(by=dora, subject_type="volunteers.application").count() == 1
    desk.post(f"/koordination/lotsen/bewerbungen/{row.key}/freigeben/")
    row.refresh_from_db()
    assert row.held_because == ""
    assert CallTask.objects.get(state="open").kind == "k_application"
    desk.post(f"/koordination/lotsen/bewerbungen/{row.key}/beenden/")
    row.refresh_from_db()
    assert (row.state, CallTask.objects.filter(state="open").count()) == ("declined", 0)
    assert desk.post(f"/koordination/lotsen/bewerbungen/{row.key}/beenden/").status_code == 302
    assert desk.post(f"/koordination/lotsen/bewerbungen/{row.key}/essen/").status_code == 404


def test_taken_on_they_have_no_role_and_no_way_in(desk):
    row = applied()
    sent = {"email": "emil@example.org", "street": "Merianplatz 4", "postal_code": "01169"}
    answer = desk.post(f"/koordination/lotsen/bewerbungen/{row.key}/", sent)
    volunteer = Volunteer.objects.get()
    assert answer.headers["Location"] == f"/koordination/lotsen/{volunteer.key}/"
    assert (volunteer.state, volunteer.hours, volunteer.travel_mode) == ("applied", "Mo-Fr 8:00-12:00", "bike")
    assert (volunteer.user.roles, volunteer.user.has_usable_password()) == ([], False)
    browser = Browser()
    browser.force_login(volunteer.user)
    assert browser.get("/lotse/").status_code == 404
    assert desk.post(f"/koordination/lotsen/bewerbungen/{row.key}/", sent).status_code in (302, 409)
    assert Volunteer.objects.count() == 1


def test_an_address_that_somebody_signs_in_with_is_refused(desk):
    bernd, row = make_volunteer(), applied()
    sent = {"email": bernd.user.email.upper(), "street": "Merianplatz 4", "postal_code": "01169"}
    page = desk.post(f"/koordination/lotsen/bewerbungen/{row.key}/", sent)
    assert page.status_code == 409
    assert "meldet sich schon jemand an" in page.content.decode()
    row.refresh_from_db()
    assert (row.state, Volunteer.objects.count()) == ("received", 1)


def test_staff_who_apply_keep_their_account(desk, dora):
    row = applied(email=dora.email)
    volunteer = applications.take_on(
        row, email=dora.email, street="Merianplatz 4", postal_code="01169", by=dora, at=NOW
    )
    assert volunteer.user == dora
    dora.refresh_from_db()
    assert dora.roles == [Role.COORDINATOR]


def test_a_home_without_number_is_said_at_the_field(desk):
    row = applied()
    page = desk.post(
        f"/koordination/lotsen/bewerbungen/{row.key}/",
        {"email": "e@example.org", "street": "Weg", "postal_code": "01169"},
    )
    assert page.status_code == 422
    assert "Straße und Hausnummer" in page.content.decode()


def newcomer() -> Volunteer:
    row, dora = applied(), make_user(Role.COORDINATOR)
    return applications.take_on(
        row, email="emil@example.org", street="Merianplatz 4", postal_code="01169", by=dora, at=NOW
    )


def enter(desk, volunteer, key, issued="2026-11-20", seen="2026-11-24"):
    sent = {f"{key}-issued_on": issued, f"{key}-seen_on": seen}
    return desk.post(f"/koordination/lotsen/{volunteer.key}/nachweis/{key}/", sent)


def test_activated_only_with_everything_and_the_sentence_names_what_is_missing(desk):
    emil = newcomer()
    url = f"/koordination/lotsen/{emil.key}/"
    for key, left in [
        ("talk", "Schulung, Verschwiegenheit, Führungszeugnis"),
        ("training", "Verschwiegenheit, Führungszeugnis"),
        ("secrecy", "Führungszeugnis"),
    ]:
        assert enter(desk, emil, key).status_code == 302
        page = desk.post(f"{url}stand/aktivieren/", follow=True).content.decode()
        assert f"Es fehlt noch: {left}" in page
        assert "Es fehlt noch: " + " und ".join(left.rsplit(", ", 1)) + "." in page
        assert Volunteer.objects.get().state == "applied"
    enter(desk, emil, "certificate")
    desk.post(f"{url}stand/aktivieren/")
    emil.refresh_from_db()
    assert (emil.state, emil.user.roles) == ("active", [Role.VOLUNTEER])
    message = Message.objects.get(kind="v_welcome")
    assert (message.channel, message.to) == ("email", "emil@example.org")


def test_an_activated_volunteer_chooses_a_password(desk, client):
    emil, dora = newcomer(), make_user(Role.COORDINATOR)
    for key in ("talk", "training", "secrecy", "certificate"):
        enter(desk, emil, key)
    membership.activate(Volunteer.objects.get(), by=dora, at=NOW)
    Browser().post("/konto/password/reset/", {"email": "emil@example.org"})
    assert [one.to for one in mail.outbox] == [["emil@example.org"]]
    browser = Browser()
    browser.force_login(User.objects.get(email="emil@example.org"))
    assert browser.get("/lotse/").status_code == 200


@pytest.mark.parametrize(
    ("issued", "seen", "status"),
    [
        ("2026-08-01", "2026-11-24", 409),
        ("2026-11-24", "2026-11-20", 409),
        ("2027-01-01", "2027-01-01", 409),
        ("gestern", "2026-11-24", 422),
        ("", "", 422),
        ("0001-01-01", "0001-01-01", 302),
        ("9999-12-31", "9999-12-31", 409),
        ("2026-11-24\x00", "2026-11-24", 400),
    ],
)
def test_evidence_that_does_not_fit_is_said_at_the_field(desk, issued, seen, status):
    emil = newcomer()
    answer = enter(desk, emil, "certificate", issued, seen)
    assert answer.status_code == status
    assert emil.evidence.exists() == (status == 302)


def test_evidence_is_struck_and_what_is_not_there_is_missing(desk):
    bernd, clara = make_volunteer(), make_volunteer(name="Clara Wolf")
    one = bernd.evidence.get(requirement__key="training")
    assert desk.post(f"/koordination/lotsen/{clara.key}/streichen/{one.pk}/").status_code == 404
    desk.post(f"/koordination/lotsen/{bernd.key}/streichen/{one.pk}/")
    assert not bernd.evidence.filter(requirement__key="training").exists()
    assert desk.post(f"/koordination/lotsen/{bernd.key}/nachweis/pair/").status_code == 404
    assert desk.post(f"/koordination/lotsen/{bernd.key}/nachweis/nichts/").status_code == 404
    assert desk.get("/koordination/lotsen/NIEMAND/").status_code == 404
    assert desk.get("/koordination/lotsen/%00/").status_code == 404


def test_the_letter_for_the_certificate_is_a_pdf_with_name_and_address(desk):
    import io

    import pikepdf

    bernd = make_volunteer(name="Bernd *Kluge* {x}")
    answer = desk.get(f"/koordination/lotsen/{bernd.key}/fuehrungszeugnis.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 1
        assert "/StructTreeRoot" in pdf.Root


def test_who_was_taken_on_is_forgotten_as_an_applicant_after_thirty_days_who_was_not_after_half_a_year(dora):
    waiting, gone = applied(), applied(email="zwei@example.org")
    applications.decline_application(gone, by=dora, at=NOW)
    newcomer_row = applied(email="drei@example.org")
    volunteer = applications.take_on(
        newcomer_row, email="drei@example.org", street="Merianplatz 4", postal_code="01169", by=dora, at=NOW
    )
    assert applications.forget_settled(at=NOW + timedelta(days=30)) == 0
    assert applications.forget_settled(at=NOW + timedelta(days=31)) == 1
    assert applications.forget_settled(at=NOW + timedelta(days=180)) == 0
    assert applications.forget_settled(at=NOW + timedelta(days=181)) == 1
    assert list(Application.objects.all()) == [waiting]
    assert Volunteer.objects.get() == volunteer


# --- the list ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 6])
def test_the_lists_cost_the_same_whatever_their_length(desk, size, django_assert_max_num_queries):
    for number in range(size):
        make_volunteer(name=f"Bernd {number}", certificate=None)
        applied()
    with django_assert_max_num_queries(14):
        assert desk.get("/koordination/lotsen/").status_code == 200
    with django_assert_max_num_queries(10):
        assert desk.get("/koordination/lotsen/bewerbungen/").status_code == 200


def test_the_list_is_filtered_by_state_name_and_what_runs_out(desk):
    from datetime import date

    make_volunteer(name="Bernd Kluge")
    make_volunteer(name="Clara Wolf", state="paused")
    make_volunteer(name="Egon Alt", certificate=date(2023, 12, 20))
    make_volunteer(name="Franz Weg", state="left")

    def shown(query):
        page = desk.get(f"/koordination/lotsen/{query}").content.decode()
        return [name for name in ("Bernd Kluge", "Clara Wolf", "Egon Alt", "Franz Weg") if name in page]

    assert shown("") == ["Bernd Kluge", "Clara Wolf", "Egon Alt"]
    assert shown("?stand=paused") == ["Clara Wolf"]
    assert shown("?stand=left") == ["Franz Weg"]
    assert shown("?stand=due") == ["Egon Alt"]
    assert shown("?q=clara") == ["Clara Wolf"]
    assert shown("?q=&stand=x&seite=99999999999999999999") == ["Bernd Kluge", "Clara Wolf", "Egon Alt"]
