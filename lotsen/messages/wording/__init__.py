"""What we say, by kind, channel and language. The sentences lie beside this file; nothing knows a row or a setting.

A kind is one occasion ("senior_booked"); the same name finds its SMS, e-mail, letter and call sentence.
`house` words (hotline number, today's date, …) are filled in at sending; all others come with the message.
"""

from lotsen.messages.wording.catalogue import LANGUAGES, WordingError, has_wording, kinds, push_path
from lotsen.messages.wording.filling import (
    HOUSE_WORDS,
    LetterSheet,
    Rendered,
    call_sentence,
    letter_sheet,
    needed_only,
    needed_words,
    render,
    sms_fits,
)
from lotsen.messages.wording.spans import Span, plain, spans

__all__ = [
    "HOUSE_WORDS",
    "LANGUAGES",
    "LetterSheet",
    "Rendered",
    "Span",
    "WordingError",
    "call_sentence",
    "has_wording",
    "kinds",
    "letter_sheet",
    "needed_only",
    "needed_words",
    "plain",
    "push_path",
    "render",
    "sms_fits",
    "spans",
]
