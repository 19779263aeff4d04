"""The pages under docs/ say what the code says: states, words, settings."""

import re

import pytest
from django.apps import apps

from bookings import states as bookings
from lotsen.messages import states as messages
from lotsen.people import states as people
from tests.house import tree
from touring import states as touring
from volunteers import states as volunteers

DOCS = tree.ROOT / "docs"
TABLES = {
    "HomeVisit": bookings.HOME_VISIT,
    "Offer": bookings.OFFER,
    "ProposedDate": bookings.PROPOSED_DATE,
    "Referral": bookings.REFERRAL,
    "Training": bookings.TRAINING,
    "RequestStop": touring.REQUEST_STOP,
    "TourPlan": touring.TOUR_PLAN,
    "PlanRun": touring.PLAN_RUN,
    "PlanRunPart": touring.PLAN_RUN_PART,
    "Application": volunteers.APPLICATION,
    "Volunteer": volunteers.VOLUNTEER,
    "OtherWork": volunteers.OTHER_WORK,
    "Expense": volunteers.EXPENSE,
    "Message": messages.MESSAGE_MOVES,
    "CallTask": messages.CALL_MOVES,
    "PrintRun": messages.PRINT_RUN_MOVES,
    "MassExport": people.MASS_EXPORT,
    "MatchingRound": bookings.MATCHING_ROUND,
}
# Rows of the machinery, which nobody speaks of: they hold parts of the things that the glossary names.
UNSPOKEN = {
    "Tally": "a count of tries",
    "Consent": "an answer to a consent question of a Client",
    "WebRequest": "answers on the web before they are a HomeVisit",
    "HotlineDraft": "what an agent has typed so far",
    "CityUpload": "lists sent and not yet taken over",
    "UploadedList": "one file of a CityUpload",
    "ClosingDay": "a date on which a Stop or Team rests",
    "UnplannedStop": "a Stop that a TourPlan leaves out",
    "Skill": "a Volunteer knows a Topic",
    "Absence": "days on which a Volunteer cannot go",
    "StreetPoint": "geodata",
    "PostalCode": "geodata",
    "Crossing": "geodata",
    "InboundSms": "an SMS that came in",
    "WebhookReceipt": "an event of the telephone network",
    "SilencedNumber": "a number that wrote STOPP",
    "Phone": "the telephone network in a box",
    "NetworkSms": "the telephone network in a box",
    "NetworkCall": "the telephone network in a box",
    "NetworkRecording": "the telephone network in a box",
    "PhoneSpending": "what SMS and calls cost on one day",
    "AgentRing": "one ring at an AgentLine",
    "User": "somebody who signs in",
}
ROOMS = {"kernel", "people", "places", "outbox", "simulator", "figures", "touring", "volunteers", "bookings", "api"}


def told_moves(text):
    """The table of moves as the page tells it: thing to state to the states that may follow."""
    rows = re.findall(r"^\| (\w+) \| (.+ > .+) \|$", text, flags=re.MULTILINE)
    return {
        thing: {
            before.strip(): frozenset(part.strip() for part in after.split(","))
            for before, after in (move.split(">") for move in moves.split("·"))
        }
        for thing, moves in rows
    }


def real_moves():
    return {
        thing: {str(state): frozenset(map(str, after)) for state, after in table.items() if after}
        for thing, table in TABLES.items()
    }


def test_the_page_of_states_is_the_tables():
    assert told_moves((DOCS / "states.md").read_text()) == real_moves()


def test_every_model_with_moves_is_on_the_page():
    movable = {model.__name__ for model in apps.get_models() if getattr(model, "moves", None)}
    assert movable == set(TABLES)


@pytest.mark.parametrize("change", [("requested > booked", "requested > done"), ("| Offer |", "| Ofer |")])
def test_control_one_changed_word_is_seen(change):
    assert told_moves((DOCS / "states.md").read_text().replace(*change)) != real_moves()


def words_of(text):
    return set(re.findall(r"\b[A-Z]\w+\b", text))


def models():
    return {model.__name__ for model in apps.get_models() if model._meta.app_label in ROOMS}


def test_the_glossary_has_every_model():
    assert models() - words_of((DOCS / "glossary.md").read_text()) - set(UNSPOKEN) == set()
    assert set(UNSPOKEN) - models() == set()


def test_control_a_model_that_is_not_in_the_glossary_is_seen():
    text = (DOCS / "glossary.md").read_text().replace("PlannedStop", "Halt")
    assert models() - words_of(text) - set(UNSPOKEN) == {"PlannedStop"}


def settings_read(root=tree.ROOT):
    """Every LOTSEN_ variable that the code reads."""
    texts = [path.read_text() for path in tree.sources(root)]
    return {name for text in texts for name in re.findall(r"\"(LOTSEN_[A-Z_]+[A-Z])\"", text)}


def test_the_operations_page_explains_every_setting_and_no_other():
    told = set(re.findall(r"LOTSEN_[A-Z_]+[A-Z]", (DOCS / "operations.md").read_text()))
    assert told == settings_read()


def test_control_an_unexplained_setting_is_seen(tmp_path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "door.py").write_text('x = env_text("LOTSEN_UNHEARD_OF")\n')
    assert settings_read(tmp_path) == {"LOTSEN_UNHEARD_OF"}
