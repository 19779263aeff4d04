"""The hotline's screen: who is on the line, who is meant, what was read out, what the caller gets."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings.emergency import EMERGENCY_WORDS
from bookings.models import Client, Consent, HomeVisit, HotlineDraft
from lotsen.kernel.models import ContactRead, FieldChange
from lotsen.messages.models import Message
from tests.people import make_address, make_client, make_topic, make_user, make_visit, make_volunteer

pytestmark = pytest.mark.django_db

WORDING_3_5 = ["gestürzt", "hingefallen", "Herz", "Brust", "Atemnot", "Schlaganfall", "Lähmung", "Mundwinkel", "blutet"]
WORDING_3_5 += ["Blut", "bewusstlos", "Feuer", "Rauch", "Gas", "Einbrecher", "Hilfe", "umbringen", "sterben"]
WORDING_3_5 += ["komme nicht hoch", "keine Luft", "vor der Tür", "ich will nicht mehr", "Tabletten genommen"]


@pytest.fixture
def anna(client):
    anna = make_user("hotline")
    client.force_login(anna)
    return anna


@pytest.fixture(autouse=True)
def photos():
    return make_topic()


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


# --- what was read out -----------------------------------------------------------------------------


def test_each_answer_is_kept_with_purpose_version_agent_time_and_channel(client, anna):
    client.post("/hotline/", answers(needs=["dog"], may_needs="yes", may_contact="no", may_survey="yes"))

    kept = Consent.objects.order_by("purpose").values_list("purpose", "version", "given", "channel", "by")
    assert list(kept) == [
        ("contact", 3, False, "phone", anna.pk),
        ("info", 3, True, "phone", anna.pk),
        ("needs", 3, True, "phone", anna.pk),
        ("survey", 3, True, "phone", anna.pk),
    ]
    assert all(timezone.now() - one.at < timedelta(minutes=5) for one in Consent.objects.all())
    assert Client.objects.get().needs == ["dog"]


def test_what_must_not_be_written_down_is_not(client, anna):
    client.post("/hotline/", answers(needs=["dog", "hearing"], may_needs="no"))

    assert Client.objects.get().needs == []
    assert Consent.objects.filter(purpose="needs", given=False).count() == 1


def test_needs_without_an_answer_are_asked_about(client, anna):
    response = client.post("/hotline/", answers(needs=["dog"]))

    assert response.status_code == 422
    assert "ob wir das aufschreiben dürfen" in response.content.decode()


def test_nobody_answers_for_the_person_visited(client, anna):
    client.post("/hotline/", answers(caller="care", caller_name="Pflegedienst Elbe", may_needs="yes", needs=["dog"]))

    visit = HomeVisit.objects.get()
    assert (visit.caller, visit.caller_name, visit.agreed_at) == ("care", "Pflegedienst Elbe", None)
    assert Consent.objects.count() == 0


def test_the_partner_is_asked_about_only_where_there_is_one(client, anna, settings):
    assert "unserem Partner" not in client.get("/hotline/").content.decode()
    settings.PARTNER_NAME = "Nachbarschaftshilfe e. V."
    assert "unserem Partner Nachbarschaftshilfe e. V." in client.get("/hotline/").content.decode()


# --- letters ----------------------------------------------------------------------------------------


def test_a_letter_is_taken_down_with_its_date_and_waits_for_a_call(client, anna):
    without = answers(entrance="letter", written_on="20.11.2026", phone="", reach_by=["letter"])
    del without["consent"]

    client.post("/hotline/", without)

    visit = HomeVisit.objects.get()
    assert (visit.entrance, visit.written_on, visit.agreed_at) == ("letter", date(2026, 11, 20), None)


@pytest.mark.parametrize("written", ["", "31.02.2026", "1.1.2099", "gestern"])
def test_a_letter_needs_a_date_that_can_be(client, anna, written):
    assert client.post("/hotline/", answers(entrance="letter", written_on=written)).status_code == 422


def test_a_call_has_no_date_of_a_letter(client, anna):
    client.post("/hotline/", answers(written_on="20.11.2026"))
    assert HomeVisit.objects.get().written_on is None


# --- how we answer ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"phone": "", "reach_by": ["letter"]}, 302),
        ({"street": "", "postal_code": "", "reach_by": ["call"]}, 302),
        ({"phone": "", "street": "", "postal_code": "", "reach_by": ["email"], "email": "u@example.org"}, 302),
        ({"phone": "", "reach_by": ["call"]}, 422),
        ({"street": "", "reach_by": ["letter"]}, 422),
        ({"reach_by": []}, 422),
        ({"phone": "110"}, 422),
        ({"phone": "0900 123456"}, 422),
        ({"goal": "Meine PIN ist 4711"}, 422),
        ({"note": "DE89 3704 0044 0532 0130 00"}, 422),
    ],
)
def test_one_way_to_answer_is_enough_and_one_must_be(client, anna, more, status):
    assert client.post("/hotline/", answers(**more)).status_code == status


def test_large_print_and_language_are_kept(client, anna):
    client.post("/hotline/", answers(large_print="on", language="en", speaks="Polnisch", wish="woman"))
    person = Client.objects.get()
    assert (person.large_print, person.language, person.speaks, person.wish) == (True, "en", ["Polnisch"], "woman")


def test_the_column_says_the_district_s_edge_and_a_landline_without_sms(client, anna):
    page = client.post("/hotline/vorschlaege/", answers(reach_by=["sms"], postal_code="04109")).content.decode()
    assert "außerhalb der Stadt" in page
    assert "Eine SMS kommt dort nicht an" in page


# --- who may be known -------------------------------------------------------------------------------


def test_a_warning_shows_no_house_number_and_three_digits(client, anna):
    make_client()
    page = client.post("/hotline/vorschlaege/", answers(name="Uschi Schulze")).content.decode()
    warning = page.split('id="dup"')[1].split("</section>")[0]
    assert "U. Sch…, Gartenweg, 01169, Telefon … 216" in warning
    assert "Gartenweg 16" not in warning
    assert "Andere Person im selben Haushalt" in warning


def test_the_same_number_must_be_decided_before_anything_is_kept(client, anna):
    known = make_client()

    refused = client.post("/hotline/", answers(name="Otto Schulze"))
    assert (refused.status_code, HomeVisit.objects.count()) == (409, 0)
    assert "Diese Nummer kennen wir schon." in refused.content.decode()

    client.post("/hotline/", answers(name="Otto Schulze", others=str(known.pk)))
    assert {one.name for one in Client.objects.all()} == {"Ursula Schulze", "Otto Schulze"}


def test_the_same_person_is_filled_in_and_not_written_twice(client, anna):
    known = make_client(large_print=True)
    make_visit(client=known)

    page = client.post("/hotline/", answers(name="U. Schulze", street="", person=str(known.pk))).content.decode()
    assert 'value="Gartenweg 16"' in page
    assert "Es gibt schon eine offene Anfrage:" in page
    assert ContactRead.objects.filter(why="intake", subject_id=str(known.pk), by=anna).count() == 1

    client.post("/hotline/", answers(street="Gartenweg 16", known=str(known.pk)))
    assert (Client.objects.count(), HomeVisit.objects.count()) == (1, 2)
    known.refresh_from_db()
    assert known.large_print


def test_what_changes_about_a_known_person_is_written_down(client, anna):
    known = make_client(reach_by=["call", "letter"])
    client.post("/hotline/", answers(street="Gartenweg 16", known=str(known.pk), email="u@example.org"))
    assert [line.fields for line in FieldChange.objects.filter(subject_id=str(known.pk))] == [["email"]]


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "9" * 40, "1 OR 1=1", "²"])
def test_nonsense_for_a_person_is_nobody(client, anna, number):
    for name in ("person", "andere", "known", "others"):
        typed = answers(**{name: number}) | {"suchen": "1"}
        assert client.post("/hotline/", typed).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_agents_with_the_same_caller_make_one_person_and_the_second_one_learns(client, photos):
    """Both press the button at once, each with a form of their own."""
    from django.test import Client as Browser

    statuses = []
    both = threading.Barrier(2)

    def take():
        browser = Browser()
        browser.force_login(agents.pop())
        both.wait()
        statuses.append(browser.post("/hotline/", answers()).status_code)
        connection.close()

    agents = [make_user("hotline"), make_user("hotline", name="Paul Frey")]
    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(statuses), Client.objects.count(), HomeVisit.objects.count()) == ([302, 409], 1, 1)


# --- a draft at every keystroke, whoever hangs up -----------------------------------------------------

STEPS = [
    {"caller": "family"},
    {"caller_name": "Petra Schulze", "caller_phone": "0171 392 00 80"},
    {"name": "Ursula Schu", "salutation": "mrs"},
    {"phone": "030 231", "street": "Meri"},
    {"postal_code": "011", "topics": ["fotos"]},
    {"goal": "Fotos vom Enkel", "times": "nachmitt"},
    {"needs": ["dog", "stairs"], "wish": "woman", "speaks": "Polnisch"},
    {"reach_by": ["letter"], "large_print": "on", "may_needs": "yes", "consent": "on"},
    {"vorschlag": "2026-12-01T15:00:00+01:00", "others": "12"},
]


@pytest.mark.parametrize("last", range(len(STEPS)))
def test_who_hangs_up_leaves_a_whole_draft_and_nothing_else(client, anna, last):
    typed = {name: value for step in STEPS[: last + 1] for name, value in step.items()}

    client.post("/hotline/entwurf/", typed)

    kept = HotlineDraft.objects.get(agent=anna).data
    assert kept == typed
    page = client.get("/hotline/")
    shown = page.context["form"]
    assert {name: shown[name].value() for name in typed} == typed
    assert (Client.objects.count(), HomeVisit.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_a_draft_is_the_agent_s_own(client, anna):
    client.post("/hotline/entwurf/", {"name": "Ursula Schulze"})
    client.force_login(make_user("hotline", name="Paul Frey"))
    assert "Ursula Schulze" not in client.get("/hotline/").content.decode()


@pytest.mark.parametrize(
    "text", ["\x00", "%", "_", "'; DROP TABLE", "{{7*7}}", "<svg onload=1>", "x" * 5000, "ﾠ", "\u202eevil", "M̈üller"]
)
def test_strange_text_breaks_nothing(client, anna, text):
    assert client.post("/hotline/entwurf/", {"name": text, "goal": text}).status_code in (200, 400)
    assert client.post("/hotline/vorschlaege/", answers(name=text, goal=text)).status_code in (200, 400)
    assert client.post("/hotline/suche/", {"q": text}).status_code in (200, 400)
    assert client.post("/hotline/", answers(name=text, street=text, times=text)).status_code in (302, 400, 409, 422)


@pytest.mark.parametrize("text", ["a", "%", "_", "%%", "__", ".*", "^.*$", "(", "[", "\\", "'", "a&b", "x:*", "!"])
def test_patterns_find_nobody(client, anna, text):
    make_client("Aa B")
    assert "Gartenweg" not in client.post("/hotline/suche/", {"q": text}).content.decode()


# --- words of danger ----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", WORDING_3_5)
@pytest.mark.parametrize("name", ["goal", "note", "times"])
def test_every_word_of_danger_is_seen_with_the_draft(client, anna, word, name):
    assert client.post("/hotline/entwurf/", {name: word}).json()["alarm"] == [word]


def test_what_everybody_asks_for_is_no_danger(client, anna):
    assert client.post("/hotline/entwurf/", {"goal": "Hilfe mit dem Handy"}).json()["alarm"] == []


def test_the_bar_stands_there_without_javascript_too(client, anna):
    page = client.post("/hotline/", answers(goal="Ich bin gestürzt", suchen="1")).content.decode()
    assert 'id="notfall-wort" hidden' not in page
    assert "gestürzt" in page.split('id="notfall"')[1].split("</div>")[0]
    assert len(WORDING_3_5) <= len(EMERGENCY_WORDS) + 1


# --- dates while the caller waits ---------------------------------------------------------------------


def test_a_date_that_was_taken_stays_taken_when_something_is_missing(client, anna, photos):
    make_volunteer("Bernd Kluge", topics=[photos])
    found = client.post("/hotline/vorschlaege/", answers()).context["suggestions"]
    without = answers(vorschlag=found[0].value)
    del without["consent"]

    page = client.post("/hotline/", without).content.decode()

    assert f'name="vorschlag" value="{found[0].value}"' in page
    assert "gewählt" in page
    assert client.post("/hotline/", without | {"ohne": "1"}).context["form"]["vorschlag"].value() == ""
    client.post("/hotline/", without | {"consent": "on"})
    assert HomeVisit.objects.get().state == "scheduled"


def test_where_nobody_can_come_the_wait_is_said_or_that_we_do_not_know_it(client, anna):
    page = client.post("/hotline/vorschlaege/", answers()).content.decode()
    assert "„Heute habe ich noch niemanden. Wir rufen Sie an, bis" in page
    assert "Wie lange es dauert, wissen wir noch nicht" in page


# --- the guide ----------------------------------------------------------------------------------------


def test_the_whole_guide_stands_beside_the_form_and_what_is_never_asked(client, anna):
    page = client.get("/hotline/").content.decode()
    assert "„Lotsen, guten Tag. Mein Name ist Anna Lehmann. Wie kann ich helfen?“" in page
    for words in (
        "Lassen Sie sich Zeit",
        "Ich frage die Person dann selbst",
        "am Ende selbst können",
        "wo der Schlüssel",
    ):
        assert words in page


def test_the_page_asks_a_constant_number_of_queries(client, anna, django_assert_num_queries):
    address = make_address("Merianplatz", "4")
    with django_assert_num_queries(6):
        client.get("/hotline/")
    for number in range(3):
        make_client(f"Person {number}", phone=f"+49302312500{number}", address=address)
    with django_assert_num_queries(6):
        client.get("/hotline/")


# --- words that open something ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["goal", "note"])
@pytest.mark.parametrize("words", ["Die PIN ist 4711", "Passwort: Sommer2019", "Der Schlüssel liegt unter der Matte"])
def test_secrets_are_refused_at_the_field_and_nothing_else_is_lost(client, anna, name, words):
    page = client.post("/hotline/", answers(**{name: words}))

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [name]
    assert page.context["form"]["name"].value() == "Ursula Schulze"
    assert not HomeVisit.objects.exists()


@pytest.mark.parametrize("words", ["Online-Banking lernen", "PIN am Handy ändern", "hört schwer, bitte laut klopfen"])
def test_what_somebody_wants_to_learn_is_no_secret(client, anna, words):
    assert client.post("/hotline/", answers(goal=words, note=words)).status_code == 302
