"""Twelve volunteers press "Ja, ich komme" at the same instant, through the whole web application."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.test import Client

from bookings import offers
from bookings.models import Offer
from tests.people import NOW, make_scheduled, make_user, make_volunteer
from tests.races.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ACCEPTORS = 12


@pytest.mark.parametrize(("path", "won"), [("/lotse/angebot/{token}/ja/", 302), ("/api/v1/offers/{pk}/accept/", 200)])
def test_exactly_one_gets_it_and_the_others_read_a_kind_sentence(path, won):
    with time_machine.travel(NOW, tick=True):
        anna = make_user()
        people = [make_volunteer(f"Person {number}") for number in range(ACCEPTORS)]
        visit = make_scheduled(by=anna)
        sent = offers.send_offers(visit, volunteers=people, answer_by=NOW + timedelta(days=2), by=anna, at=NOW)
        doors = []
        for offer in sent:
            client = Client()
            client.force_login(offer.volunteer.user)
            doors.append(
                partial(client.post, path.format(token=offer.token, pk=offer.pk), content_type="application/json")
            )

        answers = at_once(doors)

    assert sorted(answer.status_code for answer in answers) == [won, *[409] * (ACCEPTORS - 1)]
    said = [answer.content.decode() for answer in answers if answer.status_code == 409]
    assert all("Eine andere Person war etwas schneller. Danke, dass Sie wollten!" in text for text in said)
    states = sorted(Offer.objects.filter(visit=visit).values_list("state", flat=True))
    assert states == ["accepted", *["withdrawn"] * (ACCEPTORS - 1)]
