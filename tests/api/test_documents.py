"""What stands in spoken documents: recordings only after a yes, numbers of the list only, names that stay text."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.twiml.voice_response import VoiceResponse

from api.telephone.prompts import prompts, say
from api.telephone.urls import urlpatterns as hooks
from lotsen.messages.telephone.fallback import NO_ANSWER, fallback_document
from tests.api.conftest import OURS, voice_fields
from tests.people import NOW

ROOT = Path(__file__).resolve().parent.parent.parent
SPOKEN = ("anruf/ende", "anruf/aufsprechen/aufnahme")
STEPS = [
    f"/api/telefon/{hook.pattern}"
    for hook in hooks
    if str(hook.pattern).startswith("anruf") and str(hook.pattern) not in SPOKEN
]


@pytest.mark.django_db
@pytest.mark.parametrize("moment", [NOW, NOW + timedelta(hours=9)], ids=["day", "night"])
def test_nothing_is_recorded_without_the_yes(call_in, moment):
    """The scanner of promise D8: over every step and key, `Record` follows only the one after the announcement."""
    seen = set()
    with time_machine.travel(moment, tick=False):
        for path in STEPS:
            for turn, digits in enumerate(("", "0", "1", "2", "3", "4", "5", "9", "*", "01169", "123456789")):
                fields = voice_fields(sid=f"CA{turn:016x}{hash(path) % 10**15:016x}", Digits=digits)
                text = call_in(path, fields).content.decode()
                if "record" in text.lower():
                    seen.add((path.removeprefix("/api/telefon/anruf/"), digits))
                    assert "<Dial" not in text
                    assert 'maxLength="120"' in text
    assert ("aufsprechen/taste", "1") in seen
    assert {path for path, _digits in seen} <= {"aufsprechen/taste", "aufsprechen/danach"}
    assert {digits for path, digits in seen if path == "aufsprechen/taste"} == {"1"}


def test_no_other_source_names_a_recording():
    """Only one module makes the verb, and no call is ever dialled with `record`."""
    made = set()
    for path in [*ROOT.glob("api/**/*.py"), *ROOT.glob("lotsen/messages/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                made.add(path.name)
            if isinstance(node, ast.keyword) and node.arg == "record":
                made.add(f"{path.name} (record=)")
    assert made == {"voicemail.py"}


HOSTILE = ["<Dial>+49900</Dial>", "</Say><Hangup/>", '&amp;"', "<prosody>x", "]]>"]
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))


@settings(max_examples=10_000, deadline=None)
@given(
    name=st.one_of(NAMES, st.sampled_from(["<Dial>+49900</Dial>", "</Say><Hangup/>", '&amp;"', "<prosody>x", "]]>"]))
)
def test_ten_thousand_names_stay_text(name):
    document = VoiceResponse()
    say(document, f"Haltestelle {name}", "de")
    root = ElementTree.fromstring(str(document))
    assert [one.tag for one in root.iter()] == ["Response", "Say"]
    assert "".join(root.itertext()) == f"Haltestelle {name}"


def test_no_prompt_takes_longer_than_half_a_minute():
    """About fifteen letters a second at our pace; what the law wants said at the voicemail is the longest."""
    lengths = {node: len(texts["de"]) / 15 for node, texts in prompts().items()}
    assert {node for node, seconds in lengths.items() if seconds > 18} <= {"voicemail", "out_word"}
    assert max(lengths.values()) < 22


# --- the file for the worst case ---------------------------------------------------------------------


def read(text):
    root = ElementTree.fromstring(text.encode())
    assert "{" not in text
    assert "…" not in text
    return [(verb.tag, verb.text) for verb in root]


def test_the_fallback_speaks_german_and_dials_the_landline():
    verbs = read(fallback_document("+4935148800100", own=OURS))
    assert [tag for tag, _text in verbs] == ["Say", "Dial", "Say", "Hangup"]
    assert verbs[1] == ("Dial", "+4935148800100")
    assert verbs[2] == ("Say", NO_ANSWER)


@pytest.mark.parametrize("number", ["", "+49900123456", OURS, "{hotline}"])
def test_control_the_fallback_refuses_what_it_cannot_dial(number):
    with pytest.raises(ValueError):
        fallback_document(number, own=OURS)
