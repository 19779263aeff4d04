"""The page on which it is changed how a volunteer is reached: their own, and the desk's for whoever calls."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from lotsen.kernel.models import ContactRead, FieldChange
from lotsen.log_lines import WithoutSecrets
from lotsen.messages.models import Message
from lotsen.people.models import Role, User
from lotsen.places.models import Address
from tests.people import NOW, make_user, make_volunteer
from tests.volunteers.new_emails import change, token_for
from volunteers.contact_notices import CONFIRM
from volunteers.models import EmailChange, Volunteer

pytestmark = pytest.mark.django_db
OWN = "/lotse/ich/kontakt/"
OTHER_MOBILE = "+4917139200992"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def bernd():
    volunteer = make_volunteer()
    User.objects.filter(pk=volunteer.user_id).update(phone="+4917139200991", email="alt@example.org")
    return stands(volunteer)


@pytest.fixture
def dora(client):
    dora = make_user(Role.COORDINATOR, name="Dora Klein")
    client.force_login(dora)
    return dora


@pytest.fixture
def anna(client):
    anna = make_user(name="Anna Lehmann")
    client.force_login(anna)
    return anna


def stands(volunteer):
    return Volunteer.objects.select_related("user", "home").get(pk=volunteer.pk)


def theirs(volunteer):
    return f"/koordination/lotsen/{volunteer.key}/kontakt/"


def typed(client, path, **other):
    """What the page holds, with something else typed into some of it."""
    form = client.get(path).context["form"]
    return {name: form[name].value() for name in form.fields} | other


def words_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_volunteer_changes_number_and_home(client, bernd):
    client.force_login(bernd.user)
    assert OWN in client.get("/lotse/ich/").content.decode()
    answer = client.post(OWN, typed(client, OWN, phone="0171 3920092", street="Gartenweg 16"), follow=True)
    now = stands(bernd)
    assert (now.user.phone, now.home.street_line) == ("+491713920092", "Gartenweg 16")
    assert "Die Kontaktdaten sind gespeichert." in words_of(answer)


def test_a_new_address_is_asked_for_shown_and_confirmed_by_its_link(client, bernd):
    client.force_login(bernd.user)
    answer = client.post(OWN, typed(client, OWN, email="neu@example.org"), follow=True)
    assert "müssen Sie bestätigen" in words_of(answer)
    assert "neu@example.org" in words_of(answer)
    assert answer.context["form"]["email"].value() == "alt@example.org"
    link = Message.objects.get(kind=CONFIRM).variables["confirm_link"]
    path = "/neue-adresse/" + link.partition("/neue-adresse/")[2]
    client.logout()
    for _look in range(2):  # programs that check mail open every link
        page = client.get(path)
        assert (page.status_code, page["Cache-Control"].count("no-store")) == (200, 1)
    assert stands(bernd).user.email == "alt@example.org"
    assert client.post(path).url == reverse("volunteers:email-confirmed")
    assert stands(bernd).user.email == "neu@example.org"
    assert "Danke" in words_of(client.get("/neue-adresse/"))
    assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]


def test_the_page_of_the_link_names_nobody(client, bernd):
    page = words_of(client.get(reverse("volunteers:new-email", args=[token_for(bernd, "neu@example.org")])))
    assert not any(word in page for word in ("neu@example.org", "alt@example.org", "Bernd", "Kluge"))


def test_the_secret_of_the_link_is_never_in_the_log(client, bernd, caplog):
    caplog.handler.addFilter(WithoutSecrets())
    token = token_for(bernd, "neu@example.org")
    with caplog.at_level(logging.DEBUG):
        client.get(f"/neue-adresse/{token}/x")
        client.get(f"/neue-adresse/{token}%00/")
    assert token not in caplog.text
    assert "/neue-adresse/…" in caplog.text  # control: there were lines


def test_a_link_that_is_over_says_so_kindly(client, bernd, clock):
    token = token_for(bernd, "neu@example.org")
    clock.shift(timedelta(days=1))
    page = client.post(reverse("volunteers:new-email", args=[token]))
    assert (page.status_code, "Dieser Link gilt nicht mehr" in words_of(page)) == (404, True)


def test_an_address_taken_meanwhile_is_said(client, bernd):
    token = token_for(bernd, "neu@example.org")
    make_user(email="neu@example.org")
    page = client.post(reverse("volunteers:new-email", args=[token]))
    assert (page.status_code, "schon jemand anderes an" in words_of(page)) == (409, True)


def test_one_does_not_lock_oneself_out(client, bernd):
    client.force_login(bernd.user)
    answer = client.post(OWN, typed(client, OWN, email=""))
    assert (answer.status_code, "Soll sie weg?" in words_of(answer)) == (422, True)


def test_doch_nicht(client, bernd):
    client.force_login(bernd.user)
    token_for(bernd, "neu@example.org")
    answer = client.post(OWN, {"doch-nicht": "1"}, follow=True)
    assert ("Es bleibt bei der alten" in words_of(answer), EmailChange.objects.exists()) == (True, False)


def test_the_sign_ins_own_page_leads_volunteers_here(client, bernd):
    client.force_login(bernd.user)
    assert client.get("/konto/email/").url == OWN
    assert client.post("/konto/email/", {"action_add": "", "email": "x@example.org"}).url == OWN
    client.force_login(make_user())
    assert client.get("/konto/email/").status_code == 200


def test_the_coordinator_changes_it_for_somebody(client, bernd, dora):
    assert theirs(bernd) in client.get(f"/koordination/lotsen/{bernd.key}/").content.decode()
    answer = client.post(theirs(bernd), typed(client, theirs(bernd), email="neu@example.org"))
    assert (answer.url, stands(bernd).user.email) == (theirs(bernd), "neu@example.org")
    assert FieldChange.objects.filter(subject_type="volunteers.volunteer").values_list("fields", "by").get() == (
        ["email"],
        dora.pk,
    )
    read = ContactRead.objects.filter(why="volunteer contacts").first()
    assert (read.fields, read.by) == (["name", "phone", "email", "address"], dora)


def test_an_agent_sees_and_changes_it_only_once_it_is_proven_who_speaks(client, bernd, anna):
    page = client.get(theirs(bernd))
    assert ("Bitte prüfen Sie zuerst" in words_of(page), "alt@example.org" in words_of(page)) == (True, False)
    sent = {"email": "boese@example.org", "phone": OTHER_MOBILE, "street": "Gartenweg 16", "postal_code": "01169"}
    answer = client.post(theirs(bernd), sent | {"city": "Dresden"})
    assert (answer.status_code, stands(bernd).user.email) == (409, "alt@example.org")
    assert 'value="boese@example.org"' in words_of(answer)  # what was typed is kept
    assert "alt@example.org" not in words_of(answer)
    client.post(f"/hotline/lotsen/{bernd.key}/", {"called": "1"})
    assert theirs(bernd) in client.get(f"/hotline/lotsen/{bernd.key}/").content.decode()
    assert client.post(theirs(bernd), typed(client, theirs(bernd), email="neu@example.org")).status_code == 302
    assert stands(bernd).user.email == "neu@example.org"


def test_what_an_agent_may_not_see_stays_hidden_also_where_it_could_not_be_changed(client, bernd, anna):
    User.objects.filter(pk=bernd.user_id).update(roles=["volunteer", "coordinator"])
    answer = client.post(theirs(bernd), {"email": "x@example.org"})
    assert (answer.status_code, "alt@example.org" in words_of(answer)) == (409, False)


def test_who_is_suspended_is_the_coordinators_business(client, bernd, anna, dora):
    Volunteer.objects.filter(pk=bernd.pk).update(state="left")
    assert client.get(theirs(bernd)).status_code == 404
    User.objects.filter(pk=bernd.user_id).update(roles=[])
    Volunteer.objects.filter(pk=bernd.pk).update(state="suspended")
    assert client.get(theirs(bernd)).status_code == 200
    client.force_login(anna)
    assert client.get(theirs(bernd)).status_code == 404


def test_of_staff_only_the_home_is_changed_by_others(client, bernd, dora):
    User.objects.filter(pk=bernd.user_id).update(roles=["volunteer", "hotline"])
    sent = typed(client, theirs(bernd), email="boese@example.org", street="Gartenweg 16")
    assert client.post(theirs(bernd), sent).status_code == 302
    assert (stands(bernd).user.email, stands(bernd).home.street_line) == ("alt@example.org", "Gartenweg 16")


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("email", "kein-at", 422),
        ("email", "besetzt@example.org", 409),
        ("phone", "0900 123456", 422),
        ("phone", "0171 3920099", 409),
        ("street", "Gartenweg", 422),
        ("street", "", 422),
        ("street", "x" * 121, 422),
        ("postal_code", "0116x", 422),
        ("city", "", 422),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_kept(client, bernd, dora, field, value, status):
    make_user(email="besetzt@example.org")
    clara = make_volunteer("Clara Weiß")
    User.objects.filter(pk=clara.user_id).update(phone="+491713920099")
    answer = client.post(theirs(bernd), typed(client, theirs(bernd), **{field: value, "extra": "Hinterhaus"}))
    form = answer.context["form"]
    assert (answer.status_code, set(form.errors)) == (status, {field})
    assert (form["extra"].value(), form[field].value()) == ("Hinterhaus", value)
    assert stands(bernd).home.extra == ""


def test_of_whom_only_the_postal_code_is_known_the_rest_can_be_changed(client, bernd, dora):
    Address.objects.filter(pk=bernd.home_id).update(street="", house_number="")
    home = bernd.home_id
    assert client.post(theirs(bernd), typed(client, theirs(bernd), phone="0171 3920092")).status_code == 302
    assert (stands(bernd).user.phone, stands(bernd).home_id) == ("+491713920092", home)
    assert client.post(theirs(bernd), typed(client, theirs(bernd), postal_code="01067")).status_code == 302
    assert client.post(theirs(bernd), typed(client, theirs(bernd), street="Gartenweg")).status_code == 422
    assert (stands(bernd).home.street, stands(bernd).home.postal_code) == ("", "01067")


def test_who_is_slower_reads_what_stands_there_and_keeps_what_was_typed(client, bernd, dora):
    sent = typed(client, theirs(bernd), street="Gartenweg 16")
    change(bernd, by=dora, phone=OTHER_MOBILE)
    answer = client.post(theirs(bernd), sent)
    form = answer.context["form"]
    assert (answer.status_code, "Jemand anderes hat inzwischen" in words_of(answer)) == (409, True)
    assert [one["label"] for one in answer.context["theirs"]] == ["Telefonnummer"]
    assert form["street"].value() == "Gartenweg 16"
    again = {name: form[name].value() for name in form.fields}
    assert client.post(theirs(bernd), again).status_code == 302
    assert (stands(bernd).user.phone, stands(bernd).home.street_line) == (OTHER_MOBILE, "Gartenweg 16")


@pytest.mark.parametrize("seen", ["", "[]", "{", "x" * 5000])
def test_a_page_that_says_not_what_it_saw_is_shown_again(client, bernd, dora, seen):
    answer = client.post(theirs(bernd), typed(client, theirs(bernd), seen=seen, street="Gartenweg 16"))
    assert (answer.status_code, stands(bernd).home.street_line) == (409, "Höhenpromenade 1")
