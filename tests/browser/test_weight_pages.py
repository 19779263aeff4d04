"""Every public page is light: beyond the shared kit 20 kB, a question 15, with a map 100, in a city of full size."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from bookings import referrals, web_requests
from bookings.models import Referral
from bookings.questions import QUESTIONS
from lotsen.kernel.calendar import Period
from tests import weights
from tests.access.matrix import EVERYBODY, MATRIX
from tests.bookings.test_referrals import STELLE, person
from tests.people import NOW, make_topic
from tests.touring.city import make_draft, make_stop, make_team
from touring import tours
from touring.planning.plan import Plan
from touring.planning.problem import Placement, clock

STOPS, TEAMS = 48, 4
WITH_MAP = {"touring:timetable"}
NO_PAGES = {"pages:gallery", "api:schema", "api:stops", "api:stop"}
PUBLIC = [
    name
    for name, row in MATRIX.items()
    if (row.door == EVERYBODY and row.get == "ok" and name not in NO_PAGES and not row.args) or name == "touring:stop"
]
FOUR_WEEKS = Period(date(2026, 11, 23), date(2027, 1, 3))


def make_big_city():
    """48 stops at which four teams halt once in four weeks, each at ten o'clock."""
    teams = [f"T{number}" for number in range(TEAMS)]
    for key in teams:
        make_team(key, f"Team {key}")
    placements = {}
    for number in range(STOPS):
        make_stop(f"S{number}", f"Bibliothek Beispielstadtteil Nummer {number}", rhythm="every_4_weeks")
        placements[f"S{number}"] = Placement(
            teams[number % TEAMS], (number // TEAMS % 5,), number // TEAMS // 5, clock(10)
        )
    draft = make_draft(period=FOUR_WEEKS, plan=Plan(placements), at=NOW)
    tours.publish_plan(draft, by=None, at=NOW)


@pytest.fixture
def city(transactional_db):
    with time_machine.travel(NOW, tick=False):
        make_big_city()
        weights.build_kit()
        yield


def test_every_public_page_keeps_its_promise(client, city):
    found = {}
    for name in PUBLIC:
        url = reverse(name, args=["S7"] if name == "touring:stop" else [])
        if not url.endswith((".pdf", ".ics")):
            found[name] = weights.page_bytes(client, url)
    limits = {name: weights.MAP_PAGE_LIMIT if name in WITH_MAP else weights.PAGE_LIMIT for name in found}
    assert {name: size for name, size in found.items() if size > limits[name]} == {}
    assert found["touring:timetable"] > 4 * found["pages:safety"], "the city is not of full size"


QUESTION_LIMIT = 15_000
ANSWERS = {
    "for": {"caller": "family"},
    "caller": {"caller_name": "Jana Krause", "caller_phone": "+493023125117"},
    "known": {"known": "not_yet"},
    "topics": {"topics": []},
    "goal": {"goal": "Ich möchte meine Enkel am Bildschirm sehen."},
    "times": {"times": ["nachmittags"], "words": ""},
    "needs": {"needs": ["stairs"]},
    "consent": {"consent": "yes"},
    "wish": {"wish": "woman", "speaks": ""},
    "name": {"salutation": "mrs", "name": "Ursula Krause"},
    "phone": {"phone": "+493023125116"},
    "reach": {"reach_by": ["call", "letter", "email"]},
    "email": {"email": "ursula@example.org"},
}


def question_pages():
    """Every page of a request, of a list of thirty people, and of the way back: name and address."""
    address = {"street": "Merianplatz 4", "postal_code": "01169", "city": "Dresden"}
    begun = web_requests.start(question="address", values=address, by=None, at=NOW)
    for question, values in ANSWERS.items():
        begun = web_requests.answer(begun, question=question, values=values, by=None, at=NOW)
    for question in QUESTIONS:
        yield question.key, reverse("bookings:web-question", args=[begun.token, question.slug])
    yield "near", reverse("bookings:web-near", args=[begun.token])
    yield "check", reverse("bookings:web-check", args=[begun.token])
    people = [{**person(f"Person {number}"), "key": f"{number:012x}"} for number in range(30)]
    referral = referrals.start(organisation=STELLE, by=None, at=NOW)
    Referral.objects.filter(pk=referral.pk).update(people=people)
    yield "list", reverse("bookings:referral-list", args=[referral.token])
    yield "for professionals", reverse("bookings:referral-start")
    yield "status", reverse("bookings:status")


def test_the_questions_of_the_web_keep_their_promise(client, city, capsys):
    make_topic()
    found = {name: weights.page_bytes(client, url) for name, url in question_pages()}
    heaviest = max(found, key=found.__getitem__)
    with capsys.disabled():
        print(f"\nheaviest of {len(found)} question pages: {heaviest}, {found[heaviest]} bytes beyond the kit")
    assert {name: size for name, size in found.items() if size > QUESTION_LIMIT} == {}
