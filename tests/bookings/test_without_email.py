"""A volunteer without an e-mail address, the whole way: paper, talk, requirements, asked by SMS or a call, visit, and
the report told on the telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from bookings import waves
from bookings.models import HomeVisit, Offer, VisitReport
from lotsen.messages.models import CallTask, Message
from lotsen.people.models import Role, User
from tests.bookings.test_answers import write
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer
from volunteers.models import Application, Volunteer

pytestmark = pytest.mark.django_db
MOBILE, LANDLINE = "0171 3920077", "0351 4880077"
WAYS = [MOBILE, LANDLINE]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def anna():
    return make_user(name="Anna Lehmann")


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein")


def signed_in(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def on_paper(desk, phone) -> Application:
    said = {
        "entrance": "paper",
        "name": "Hilde Sander",
        "phone": phone,
        "postal_code": "01169",
        "topics": [make_topic().pk],
        "times": ["morning", "afternoon"],
        "travel_mode": "foot",
    }
    assert desk.post("/koordination/lotsen/neu/", said).status_code == 302
    return Application.objects.get()


def taken_on(desk, row) -> Volunteer:
    url = f"/koordination/lotsen/bewerbungen/{row.key}/"
    assert desk.post(url, {"email": "", "street": "Merianplatz 4", "postal_code": "01169"}).status_code == 302
    return Volunteer.objects.select_related("user").get()


def activated(desk, volunteer) -> Volunteer:
    url = f"/koordination/lotsen/{volunteer.key}/"
    for name in ("talk", "training", "secrecy"):
        assert desk.post(f"{url}nachweis/{name}/", {f"{name}-issued_on": "2026-11-25"}).status_code == 302
    days = {"certificate-issued_on": "2026-11-20", "certificate-seen_on": "2026-11-25"}
    assert desk.post(f"{url}nachweis/certificate/", days).status_code == 302
    page = desk.post(f"{url}stand/aktivieren/", follow=True).content.decode()
    assert "Aktiv, ohne E-Mail" in page
    return Volunteer.objects.select_related("user").get(pk=volunteer.pk)


@pytest.mark.parametrize("phone", WAYS)
def test_from_paper_to_the_report(clock, anna, dora, phone):
    desk, hotline = signed_in(dora), signed_in(anna)
    hilde = activated(desk, taken_on(desk, on_paper(hotline, phone)))
    assert (hilde.state, hilde.user.email, hilde.user.roles) == ("active", "", [Role.VOLUNTEER])
    assert not hilde.user.has_usable_password()
    if phone == MOBILE:
        assert Message.objects.get(kind="v_welcome_phone").channel == "sms"
    else:
        assert CallTask.objects.get(kind="v_welcome_phone").phone == hilde.user.phone

    visit = make_scheduled(by=anna, client=make_client(), starts_at=NOW + timedelta(days=5, hours=1))
    waves.ask_first(visit, volunteers=[hilde], by=dora, at=NOW)
    offer = Offer.objects.get()
    if phone == MOBILE:
        assert Message.objects.filter(kind="v_offer", channel="sms", to=hilde.user.phone).exists()
        assert write(hilde.user.phone, f"JA {offer.code}") == "accepted"
    else:
        assert CallTask.objects.get(kind="v_offer").phone == hilde.user.phone
        url = f"/hotline/vorgang/{visit.reference}/am-telefon/"
        assert hotline.post(url, {"offer": offer.pk, "answer": "ja"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.guide) == ("assigned", hilde.user)
    bernd = make_volunteer()
    assert desk.post(f"/koordination/lotsen/{hilde.key}/zu-zweit/", {"companion": bernd.key}).status_code == 302

    clock.move_to(visit.slot_starts_at)
    if phone == MOBILE:
        assert write(hilde.user.phone, f"DA {offer.code}", at=visit.slot_starts_at) == "arrived"
        assert write(hilde.user.phone, f"WEG {offer.code}", at=visit.slot_ends_at) == "left"
    clock.move_to(visit.slot_ends_at + timedelta(minutes=30))
    hotline = signed_in(anna)
    assert hotline.post(f"/hotline/lotsen/{hilde.key}/", {"called": "1"}).status_code == 302
    told = {"topics": ["fotos"], "minutes": "50", "goal": "alone", "note": "", "follow_up": "nein"}
    answer = hotline.post(f"/hotline/lotsen/{hilde.key}/bericht/{visit.reference}/", told)
    assert answer.status_code == 302, answer.context["form"].errors
    assert HomeVisit.objects.get(pk=visit.pk).state == "done"
    assert VisitReport.objects.get().minutes == 50
    assert hilde.evidence.get(requirement__key="pair").seen_by == bernd.user


def test_two_without_an_address_stand_side_by_side_and_nobody_signs_in_as_them(client):
    for phone in ("+4917139200881", "+4917139200882"):
        make_user(Role.VOLUNTEER, name="Ohne Post", email="", phone=phone)
    for login in ("", " "):
        assert client.post("/konto/login/", {"login": login, "password": "x"}).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post("/konto/password/reset/", {"email": ""}).status_code == 200


def test_somebody_can_be_reached(dora):
    row = on_paper(signed_in(dora), MOBILE)
    Application.objects.filter(pk=row.pk).update(phone="", email="weg@example.org")
    answer = signed_in(dora).post(
        f"/koordination/lotsen/bewerbungen/{row.key}/",
        {"email": "", "street": "Merianplatz 4", "postal_code": "01169"},
    )
    assert (answer.status_code, "brauchen wir eine Telefonnummer" in answer.content.decode()) == (409, True)
    with pytest.raises(IntegrityError, match="user_can_be_reached"), transaction.atomic():
        User.objects.create_user(email="", name="Niemand")


def test_an_address_is_still_one_persons(dora):
    make_user(Role.VOLUNTEER, email="eins@example.org")
    with pytest.raises(IntegrityError, match="user_email_unique"), transaction.atomic():
        make_user(Role.VOLUNTEER, email="EINS@example.org")
