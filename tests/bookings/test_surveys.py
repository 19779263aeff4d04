"""Two questions, answered once, counted in fives, and linked to nobody."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

from bookings import reports, surveys, visits
from bookings.clients import record_consents
from bookings.models import SurveyAnswer, SurveyRemark, SurveyTally, SurveyToken
from lotsen.messages.models import Message
from tests.people import NOW, make_client, make_scheduled, make_topic, make_user, make_volunteer

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def anna():
    return make_user("hotline")


def made(anna, *, agrees=True, name="Ursula Schulze", hours=0):
    """A visit that has been reported; its person agreed to be asked, or not."""
    client = make_client(name)
    if agrees is not None:
        record_consents(client, answers={"survey": agrees}, channel="phone", by=anna, at=NOW)
    visit = make_scheduled(by=anna, client=client, starts_at=NOW + timedelta(days=6, hours=hours))
    visit = visits.assign_guide(visit, guide=make_volunteer().user, by=anna, at=NOW)
    reports.file_report(
        visit, outcome="helped", topics=[make_topic()], minutes=50, by=visit.guide, at=visit.slot_ends_at, goal="alone"
    )
    return visit


def tokens(count, month=DECEMBER):
    """Rights to answer, as they stand on cards."""
    drawn = [f"TESTKARTE{sign}" for sign in surveys.ALPHABET[:count]]
    for token in drawn:
        SurveyToken.objects.create(token_hash=surveys._hash(token), month=month)
    return drawn


def token_on_card():
    return Message.objects.get(kind="satisfaction_card").variables["token"]


def tallies():
    return sorted(SurveyTally.objects.values_list("month", "satisfied", "ability", "count"))


# --- the card ---------------------------------------------------------------------------------------


def test_who_agreed_gets_a_card_that_is_about_no_visit(anna):
    made(anna)
    card = Message.objects.get(kind="satisfaction_card")
    assert (card.channel, card.about_type, card.about_id, card.about_reference, card.caused_by) == (
        "letter",
        "",
        "",
        "",
        None,
    )
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{5} [2-9A-HJ-NP-Z]{5}", card.variables["token"])
    assert SurveyToken.objects.values_list("month", "district").get() == (DECEMBER, "")


@pytest.mark.parametrize("agrees", [False, None])
def test_who_did_not_agree_is_not_asked(anna, agrees):
    made(anna, agrees=agrees)
    assert (Message.objects.filter(kind="satisfaction_card").count(), SurveyToken.objects.count()) == (0, 0)


def test_a_yes_that_was_taken_back_counts_no_more(anna):
    client = make_client()
    for given in (True, False):
        record_consents(client, answers={"survey": given}, channel="phone", by=anna, at=NOW)
    visit = make_scheduled(by=anna, client=client)
    assert surveys.make_token(visit, by=anna, at=NOW) == ""


def test_the_database_holds_no_token_in_plain(anna):
    made(anna)
    token = token_on_card()
    with connection.cursor() as cursor:
        cursor.execute("SELECT one::text FROM bookings_surveytoken one")
        assert surveys.plain(token) not in str(cursor.fetchall())


# --- the answer -------------------------------------------------------------------------------------


def test_an_answer_uses_the_card_up(anna):
    made(anna)
    token = token_on_card()
    surveys.answer(f" {token.lower()} ", satisfied="yes", ability="alone")
    assert (SurveyToken.objects.count(), SurveyAnswer.objects.count()) == (0, 1)
    with pytest.raises(surveys.CardUnknown):
        surveys.answer(token, satisfied="no", ability="")
    assert SurveyAnswer.objects.get().satisfied == "yes"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"satisfied": "", "ability": ""}, surveys.NothingAnswered),
        ({"satisfied": "yes", "ability": "", "remark": "Meine PIN ist 4711"}, surveys.RemarkWithSecret),
    ],
)
def test_what_says_nothing_or_a_secret_leaves_the_card_as_it_was(said, refusal):
    (token,) = tokens(1)
    with pytest.raises(refusal):
        surveys.answer(token, **said)
    assert (SurveyToken.objects.count(), SurveyAnswer.objects.count()) == (1, 0)


def test_the_urn_is_emptied_from_five_on_and_then_all_at_once():
    for token in tokens(4):
        surveys.answer(token, satisfied="yes", ability="alone")
    before = (surveys.empty_urn(), tallies())
    surveys.answer(one_more(), satisfied="partly", ability="not_yet", remark="Mehr Zeit")
    assert before == (0, [])
    assert (surveys.empty_urn(), SurveyAnswer.objects.count(), tallies()) == (
        5,
        0,
        [(DECEMBER, "partly", "not_yet", 1), (DECEMBER, "yes", "alone", 4)],
    )
    assert list(SurveyRemark.objects.values_list("month", "text")) == [(DECEMBER, "Mehr Zeit")]


def one_more():
    token = "NEUEKARTE2"
    SurveyToken.objects.create(token_hash=surveys._hash(token), month=DECEMBER)
    return token


# --- linked to nobody -------------------------------------------------------------------------------


SURVEY_MODELS = ("SurveyToken", "SurveyAnswer", "SurveyTally", "SurveyRemark")


def test_nothing_of_the_survey_points_to_anything():
    """No key leads out of these tables or into them, and no column holds a time, a user or a number in order."""
    models = [apps.get_model("bookings", name) for name in SURVEY_MODELS]
    out = [field.name for model in models for field in model._meta.get_fields() if isinstance(field, ForeignKey)]
    into = [model.__name__ for model in models if model._meta.related_objects]
    kinds = {field.get_internal_type() for model in models[:2] for field in model._meta.concrete_fields}
    assert (out, into, kinds) == ([], [], {"CharField", "DateField", "UUIDField"})


def answered_at_once(anna, count=6):
    """People whose cards come back in the order of their visits, an hour apart."""
    said = []
    for number in range(count):
        visit = made(anna, name=f"Person {number}", hours=number * 2)
        token = Message.objects.filter(kind="satisfaction_card").latest("created_at", "pk").variables["token"]
        said.append((visit, ("yes", "no")[number % 2], f"Bemerkung {number}"))
        with time_machine.travel(NOW + timedelta(days=9, hours=number), tick=False):
            surveys.answer(token, satisfied=said[-1][1], ability="alone", remark=said[-1][2])
    return said


def test_no_value_of_an_answer_occurs_anywhere_near_a_visit(anna):
    """Every stored value of every survey row, looked for in every row of the visits' tables: only months are shared."""
    answered_at_once(anna, count=3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id::text FROM bookings_surveyanswer")
        keys = [row[0] for row in cursor.fetchall()]
        found = []
        for table in connection.introspection.table_names(cursor):
            if not table.startswith("bookings_survey"):
                cursor.execute(f'SELECT count(*) FROM "{table}" one WHERE one::text ~ %s', ["|".join(keys)])
                found.append((table, cursor.fetchone()[0]))
    assert [table for table, count in found if count] == []


def traces(table):
    """What a database keeps of the order of writing: place in the file and transaction, with the text."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text, xmin::text, text FROM {table} ORDER BY ctid")
        return cursor.fetchall()


def test_neither_order_nor_transaction_of_what_is_kept_tells_whose_it_is(anna):
    said = [remark for _visit, _satisfied, remark in answered_at_once(anna)]
    orders = set()
    surveys.empty_urn()
    for _round in range(4):
        for token in tokens(5):
            surveys.answer(token, satisfied="yes", ability="alone", remark="Noch eine")
        surveys.empty_urn()
        rows = traces("bookings_surveyremark")
        orders.add(tuple(text for _place, _writer, text in rows if text.startswith("Bemerkung")))
        assert len({writer for _place, writer, _text in rows}) == 1
    assert sorted(next(iter(orders))) == said
    assert len(orders) > 1


def test_control_without_the_shuffle_the_order_tells(anna, monkeypatch):
    monkeypatch.setattr(surveys.CHANCE, "shuffle", lambda rows: None)
    said = [f"Bemerkung {number}" for number in range(6)]
    surveys._lay_apart([SurveyRemark(month=DECEMBER, text=text) for text in said])
    assert [text for _place, _writer, text in traces("bookings_surveyremark")] == said


# --- figures ----------------------------------------------------------------------------------------


def counted(*rows):
    for satisfied, ability, count in rows:
        SurveyTally.objects.create(month=DECEMBER, satisfied=satisfied, ability=ability, count=count)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], {"satisfied": None, "alone": None}),
        ([("yes", "alone", 4)], {"satisfied": None, "alone": None}),
        ([("yes", "alone", 5)], {"satisfied": 100, "alone": 100}),
        ([("yes", "alone", 15), ("no", "with_help", 5)], {"satisfied": 75, "alone": 75}),
        ([("yes", "alone", 15), ("no", "alone", 4)], {"satisfied": None, "alone": 100}),
        ([("yes", "", 10), ("", "not_yet", 9)], {"satisfied": 100, "alone": 0}),
    ],
)
def test_a_share_has_at_least_five_people_on_each_side(rows, expected):
    counted(*rows)
    assert surveys.shares(NOVEMBER, DECEMBER) == expected


def test_a_share_is_about_the_months_asked_for():
    counted(("yes", "alone", 9))
    assert surveys.shares(NOVEMBER, NOVEMBER) == {"satisfied": None, "alone": None}


def test_cards_that_never_came_back_are_forgotten():
    tokens(2, month=date(2026, 7, 1))
    SurveyToken.objects.create(token_hash="x", month=date(2026, 8, 1))
    assert (surveys.forget_tokens(at=NOW.replace(month=12)), SurveyToken.objects.count()) == (2, 1)
