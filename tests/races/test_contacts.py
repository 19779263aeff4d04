"""Two volunteers give the same mobile number in the same moment; one link is pressed many times at once."""

from __future__ import annotations

import time
from functools import partial

import pytest

from lotsen.messages.models import Message
from lotsen.people.models import User
from tests.people import NOW, make_volunteer
from tests.races.racing import at_once
from tests.volunteers.new_emails import change, token_for
from volunteers import contacts
from volunteers.contact_notices import CHANGED
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db(transaction=True)
MOBILE, PEOPLE = "+4917139200991", 8


def give_one_number(monkeypatch):
    """All at once; each looks for a while before it writes."""
    look = contacts._refuse_number

    def slowly(row, phone):
        look(row, phone)
        time.sleep(0.1)

    monkeypatch.setattr(contacts, "_refuse_number", slowly)
    people = [make_volunteer(f"Person {number}") for number in range(PEOPLE)]
    results = at_once([partial(change, one, phone=MOBILE) for one in people])
    return results, Volunteer.objects.filter(user__phone=MOBILE).count()


def test_one_number_becomes_one_persons(monkeypatch):
    results, owners = give_one_number(monkeypatch)
    assert owners == 1
    assert sum(isinstance(one, contacts.NumberTaken) for one in results) == PEOPLE - 1


def test_control_without_waiting_for_each_other_it_is_that_of_several(monkeypatch):
    monkeypatch.setattr(contacts, "one_at_a_time", lambda what: None)
    _results, owners = give_one_number(monkeypatch)
    assert owners > 1


def test_a_link_counts_once(monkeypatch):
    bernd = make_volunteer()
    token = token_for(bernd, "neu@example.org")
    results = at_once([partial(contacts.confirm_email, token, at=NOW) for _press in range(PEOPLE)])
    assert sum(isinstance(one, Volunteer) for one in results) == 1
    assert sum(isinstance(one, contacts.LinkOver) for one in results) == PEOPLE - 1
    assert User.objects.get(pk=bernd.user_id).email == "neu@example.org"
    assert Message.objects.filter(kind=CHANGED).count() == 1


def test_two_people_take_one_address_at_once():
    people = [make_volunteer(f"Person {number}") for number in range(PEOPLE)]
    tokens = [token_for(one, "neu@example.org", at=NOW) for one in people[:1]]
    dora = make_volunteer("Dora Klein").user
    acts = [partial(contacts.confirm_email, tokens[0], at=NOW)]
    acts += [partial(change, one, by=dora, email="neu@example.org") for one in people[1:]]
    results = at_once(acts)
    assert User.objects.filter(email="neu@example.org").count() == 1
    assert sum(isinstance(one, contacts.EmailTaken) for one in results) == PEOPLE - 1
