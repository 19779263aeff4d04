"""The sign-in speaks to people as everything else does: "Sie", plainly, in German."""

import importlib.util
import re
from pathlib import Path

import polib
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from lotsen.people.models import Role, User
from tests import weights

pytestmark = [pytest.mark.urls("tests.lotsen.look_urls"), pytest.mark.django_db]
DU = re.compile(r"\b(du|dich|dir|dein\w*|gib|klick|habe Geduld|versuche es)\b", re.IGNORECASE)
PASSWORD = "vier-lange-woerter"
OPEN = ("account_login", "account_reset_password", "account_reset_password_done", "account_signup", "account_inactive")
SIGNED_IN = (
    "pages:account",
    "account_logout",
    "account_change_password",
    "account_email",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
)


@pytest.fixture(scope="module", autouse=True)
def catalogue():
    weights.build_kit()
    translation.trans_real._translations.clear()


@pytest.fixture
def signed_in(client):
    User.objects.create_user("clara@example.org", PASSWORD, name="Clara Weiß", roles=[Role.VOLUNTEER])
    response = client.post(reverse("account_login"), {"login": "clara@example.org", "password": PASSWORD})
    assert response.status_code == 302
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def words_of(response) -> str:
    return re.sub(r"<[^>]+>", " ", response.content.decode().partition("<body")[2])


def assert_page(response):
    assert response.status_code == 200
    html = response.content.decode()
    assert DU.findall(words_of(response)) == []
    assert "kern/kern.min.css" in html
    assert html.count("<h1") == 1
    assert " style=" not in html


@pytest.mark.parametrize("name", OPEN)
def test_open_pages(client, name):
    assert_page(client.get(reverse(name)))


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_an_account(signed_in, name):
    assert_page(signed_in.get(reverse(name)))


def test_a_wrong_password_is_said_kindly(client):
    response = client.post(reverse("account_login"), {"login": "niemand@example.org", "password": "falsch-falsch"})
    assert_page(response)
    html = response.content.decode()
    assert "<title>Fehler: Anmelden – Lotsen</title>" in html
    assert "E-Mail-Adresse und Passwort passen nicht zusammen." in html


def test_mails_say_sie(client):
    User.objects.create_user("clara@example.org", PASSWORD, name="Clara Weiß", roles=[Role.VOLUNTEER])
    client.post(reverse("account_reset_password"), {"email": "clara@example.org"})
    client.post(reverse("account_reset_password"), {"email": "niemand@example.org"})
    assert len(mail.outbox) >= 1
    assert [found for message in mail.outbox for found in DU.findall(f"{message.subject} {message.body}")] == []


def test_no_sentence_of_the_library_says_du():
    library = Path(importlib.util.find_spec("allauth").origin).parent / "locale/de/LC_MESSAGES/django.po"
    theirs = [entry for entry in polib.pofile(str(library)) if not entry.msgid_plural]
    plain = re.compile(r"\b(du|dich|dir|dein\w*)\b", re.IGNORECASE)
    with translation.override("de"):
        assert [entry.msgid for entry in theirs if plain.search(gettext(entry.msgid))] == []
    assert [entry.msgid for entry in theirs if plain.search(entry.msgstr)] != []  # the control: unmended, it does
