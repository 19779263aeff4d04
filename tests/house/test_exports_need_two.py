"""Each file that may hold many people: twenty go out at once, with twenty-one a second person is asked for."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from lotsen.kernel.models import ContactRead
from lotsen.messages.models import Letter, Message, PrintRun
from lotsen.people import cards, exports
from lotsen.people.models import MassExport, Role
from tests.people import NOW, make_user, make_volunteer
from volunteers import expenses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dora(client):
    dora = make_user(Role.COORDINATOR, name="Dora Klein")
    client.force_login(dora)
    return dora


def printed(count, *, by):
    """A print run of so many letters, drawn."""
    run = PrintRun.objects.create(requested_by=by, requested_at=NOW, pdf=b"%PDF-1.7\n%%EOF", letter_count=count)
    for number in range(count):
        message = Message.objects.create(
            key=f"letter {number}", kind="senior_request", channel="letter", to="Frau X", created_at=NOW
        )
        Letter.objects.create(message=message, run=run, sheet_number=number, created_at=NOW)
    return run


def paid(count, *, by):
    """A list for the treasury with so many people."""
    for number in range(count):
        row = expenses.submit_expense(
            make_volunteer(name=f"Frau {number}"), on=NOW.date(), kind="ticket", cents=320, by=by, at=NOW
        )
        expenses.accept_expense(row, by=by, at=NOW)
    return expenses.pay_accepted(by=by, at=NOW)


def with_cards(count, *, by):
    users = [make_volunteer(name=f"Frau {number}").user for number in range(count)]
    for user in users:
        cards.issue_card(user, valid_until=date(2027, 11, 25), by=by, at=NOW)
    return users


def granted(client, dora, row):
    """The way through a second person, to the file."""
    exports.approve_export(row, by=make_user(Role.COORDINATOR, name="Emil Groß"), at=NOW)
    return exports.fetch_export(row, proven_at=NOW, by=dora, at=NOW)


@pytest.mark.parametrize(("count", "status"), [(20, 200), (21, 302)])
@pytest.mark.parametrize(
    ("made", "page", "kind"),
    [(printed, "bookings:print-run-file", "letters"), (paid, "volunteers:payment-list", "payment")],
)
def test_print_runs_and_lists_for_the_treasury(client, dora, made, page, kind, count, status):
    row = made(count, by=dora)
    answer = client.get(reverse(page, args=[row.pk]))
    assert answer.status_code == status
    if status == 200:
        return
    ask = reverse("people:export-ask", args=[kind, row.pk])
    assert answer.url == ask
    assert "21 Menschen" in client.get(ask).content.decode()
    assert client.post(ask, {"purpose": "Wie jede Woche"}).url == reverse("people:exports")
    assert not ContactRead.objects.filter(why__in=["payment", "print run"]).exists()
    assert granted(client, dora, MassExport.objects.get()).body


def test_cards(client, dora):
    users = with_cards(21, by=dora)
    some = client.post(reverse("bookings:cards-print"), {"wer": [user.pk for user in users[:20]]})
    assert (some.status_code, some.headers["Content-Type"]) == (200, "application/pdf")
    every = client.post(reverse("bookings:cards-print"), {"wer": [user.pk for user in users]})
    assert (every.status_code, every.url) == (302, reverse("people:exports"))
    row = MassExport.objects.get()
    assert (row.kind, row.persons, row.purpose) == ("cards", 21, "Ausweise drucken")
    assert granted(client, dora, row).body.startswith(b"%PDF")
    assert ContactRead.objects.filter(why="cards", by=dora).count() == 41


def test_the_hotline_asks_for_letters_and_never_approves(client, dora):
    anna = make_user(Role.HOTLINE)
    client.force_login(anna)
    run = printed(21, by=anna)
    client.post(reverse("people:export-ask", args=["letters", run.pk]), {"purpose": "Post"})
    row = MassExport.objects.get()
    other = make_user(Role.HOTLINE, name="Otto Groß")
    client.force_login(other)
    assert client.post(reverse("people:export-act", args=[row.pk, "freigeben"])).status_code == 404
    row.refresh_from_db()
    assert row.state == "asked"
    client.force_login(anna)
    assert client.get(reverse("people:export-ask", args=["payment", "1"])).status_code == 404
