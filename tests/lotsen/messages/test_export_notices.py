"""A file with data of many people waits: whoever may approve it is told, in words that name nobody, while it waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lotsen.messages.models import CallTask, Message
from lotsen.messages.wanted import still_wanted
from lotsen.messages.wording.catalogue import push_path
from lotsen.people import exports
from lotsen.people.models import Deputy, MassExport, PushSubscription, Role
from tests.people import NOW, make_user

pytestmark = pytest.mark.django_db
ALL = Role.values


@pytest.fixture
def dora():
    return make_user(Role.COORDINATOR, name="Dora Klein", email="dora@example.org")


@pytest.fixture
def emil():
    return make_user(Role.COORDINATOR, name="Emil Groß", email="emil@example.org")


@pytest.fixture(autouse=True)
def many(monkeypatch):
    kind = exports.Kind("Liste", "Antrag", frozenset({Role.COORDINATOR, Role.HOTLINE}), lambda about: 34, None)
    monkeypatch.setitem(exports.KINDS, "many", kind)


def ask(by):
    return exports.ask_export(kind="many", about="Frau Geheim", purpose="Für Herrn Geheim", by=by, at=NOW)


def told():
    rows = Message.objects.filter(kind="k_export_waits").select_related("recipient_user")
    return sorted((row.recipient_user.name, row.channel) for row in rows)


def test_every_other_coordinator_is_told_and_nobody_else(dora, emil):
    for role in ALL:
        if role != Role.COORDINATOR:
            make_user(role, name=f"Rolle {role}", email=f"{role}@example.org")
    make_user(Role.COORDINATOR, name="Weg", email="weg@example.org", is_active=False)
    ask(dora)
    assert told() == [("Emil Groß", "email")]


def test_a_notice_first_and_the_email_behind_it(dora, emil):
    PushSubscription.objects.create(
        user=emil,
        endpoint="https://push.example.org/1",
        p256dh="x",
        auth="y",
        session="s",
        made_at=NOW,
    )
    ask(dora)
    message = Message.objects.get(kind="k_export_waits")
    assert (message.channel, [rung["channel"] for rung in message.rungs]) == ("push", ["email"])
    assert push_path("k_export_waits") == "/herausgabe/"


def test_it_names_nobody(dora, emil):
    ask(dora)
    message = Message.objects.get(kind="k_export_waits")
    assert set(message.variables) <= {"n", "date_long", "time", "login_link"}
    words = " ".join(str(word) for word in message.variables.values())
    assert not any(name in words for name in ("Geheim", "Dora", "Liste", "Antrag"))


def test_who_is_away_is_not_told_while_others_are_there(dora, emil):
    clara = make_user(Role.COORDINATOR, name="Clara Amt", email="clara@example.org")
    Deputy.objects.create(user=emil, first_on=NOW.date(), last_on=NOW.date(), deputy=None)
    ask(dora)
    assert told() == [(clara.name, "email")]


def test_somebody_who_is_away_is_better_than_nobody(dora, emil):
    Deputy.objects.create(user=emil, first_on=NOW.date(), last_on=NOW.date(), deputy=None)
    ask(dora)
    assert told() == [("Emil Groß", "email")]


def test_without_an_address_nothing_is_sent_and_nobody_has_to_call(dora):
    make_user(Role.COORDINATOR, name="Ohne Post", email="", phone="+4917139200778")
    ask(dora)
    assert (told(), CallTask.objects.count()) == ([], 0)


@pytest.mark.parametrize("how", ["approved", "refused", "expired"])
def test_what_no_longer_waits_is_not_said_any_more(dora, emil, how):
    row = ask(dora)
    message = Message.objects.get(kind="k_export_waits")
    assert still_wanted(message)  # the control: it waits
    if how == "approved":
        exports.approve_export(row, by=emil, at=NOW)
    elif how == "refused":
        exports.refuse_export(row, by=dora, at=NOW)
    else:
        exports.end_exports(at=NOW + timedelta(hours=25))
    assert not still_wanted(message)


def test_refused_nobody_is_told(dora, emil, monkeypatch):
    with pytest.raises(exports.NoPurpose):
        exports.ask_export(kind="many", about="", purpose=" ", by=dora, at=NOW)
    monkeypatch.setattr(exports, "_notices", [fail])
    with pytest.raises(RuntimeError):
        ask(dora)
    assert (told(), MassExport.objects.count()) == ([], 0)


def fail(row, by, at):
    raise RuntimeError
