"""What a row keeps of a sentence is said again in any language; rows of earlier times hold plain text."""

import json
from datetime import date

from django.utils import translation

from lotsen.kernel.sentences import Sentence, as_data, from_data
from lotsen.spoken import said

TOLD = Sentence(
    "Thema {topics}, war schon {times} dort", topics=("Fotos", "Tablet"), times=Sentence("{count}-mal", count=7)
)
PAUSE = Sentence("Macht Pause bis {date_long}.", date_long=date(2026, 12, 1))


def kept(text):
    """Through the column and back."""
    return from_data(json.loads(json.dumps(as_data(text))))


def test_a_kept_sentence_is_the_same_sentence():
    for one in (TOLD, PAUSE):
        again = kept(one)
        assert (again, again.text, again.values) == (one, one.text, one.values)


def test_it_is_said_in_the_readers_language():
    with translation.override("en"):
        assert said(kept(PAUSE)) == "On a break until Tuesday, 1 December."
        assert said(kept(TOLD)) == "knows Photos and Tablet, has been there 7 times"


def test_plain_text_of_earlier_rows_stays_readable():
    assert (kept("Frau K. wartet seit 9 Tagen."), kept("")) == ("Frau K. wartet seit 9 Tagen.", "")


def test_what_no_longer_fits_its_template_is_not_half_filled():
    assert from_data({"text": "noch {count} frei", "values": {}}) == "noch {count} frei"
    assert from_data({"text": "bis {day}", "values": {"day": {"day": "nie"}}}) == "bis {day}"
