"""The next stop of the van by the keys of a postal code."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.voice_response import VoiceResponse

from api.spoken import date_words, digit_words, number_words, time_words
from api.telephone.door import Step, twiml, webhook
from api.telephone.prompts import address, ask, say, sentence
from api.telephone.waiting import to_a_human
from lotsen.kernel.calendar import local_date
from lotsen.places.postal_codes import is_served
from touring.queries import StopDate, StopEntry, timetable
from touring.queries.nearby import nearby

DIGITS = 5
MOST_TRIES = 2
LONGEST_DELAY = 59


@webhook
def place(step: Step) -> HttpResponse:
    """Ask for the postal code."""
    answer = VoiceResponse()
    _ask_code(answer, step.language)
    return twiml(answer)


def _ask_code(answer: VoiceResponse, language: str, *nodes: str, tries: int = 0) -> None:
    texts = [sentence(node, language) for node in (*nodes, "plz")]
    to = address("voice-code", language, mal=tries)
    ask(answer, *texts, language=language, to=to, digits=DIGITS, finish="#")


@webhook
def code(step: Step) -> HttpResponse:
    """The typed postal code: the nearest stop, or what is wrong with the code."""
    answer, language, digits, tries = VoiceResponse(), step.language, step["Digits"], step.number("mal") + 1
    if digits == "0":
        to_a_human(answer, step, sentence("silence_human", language))
    elif not (digits.isascii() and digits.isdigit() and len(digits) == DIGITS):
        if tries < MOST_TRIES:
            _ask_code(answer, language, "plz_short", tries=tries)
        else:
            to_a_human(answer, step, sentence("silence_human", language))
    elif not is_served(digits):
        to = address("voice-code-again", language)
        ask(answer, sentence("plz_outside", language, digits=digit_words(digits, language)), language=language, to=to)
    else:
        _tell_stop(answer, language, digits, 0)
    return twiml(answer)


@webhook
def code_again(step: Step) -> HttpResponse:
    """After a code that is not the city's, or where no stop is near."""
    answer, language = VoiceResponse(), step.language
    if step["Digits"] == "1" and not step.query.get("besuch"):
        _ask_code(answer, language)
    elif step["Digits"] in {"0", "1"}:
        to_a_human(answer, step, sentence("visit" if step["Digits"] == "1" else "connecting", language))
    else:
        say(answer, sentence("bye", language), language)
        answer.hangup()
    return twiml(answer)


@webhook
def more(step: Step) -> HttpResponse:
    """Hear it again, the next place, another code, a human."""
    answer, language, digits = VoiceResponse(), step.language, step.query.get("plz", "")
    pressed, number = step["Digits"], step.number("nr")
    if pressed == "0":
        to_a_human(answer, step, sentence("connecting", language))
    elif pressed == "3":
        _ask_code(answer, language)
    elif pressed in {"1", "2"} and is_served(digits):
        _tell_stop(answer, language, digits, number + (pressed == "2"))
    else:
        say(answer, sentence("bye", language), language)
        answer.hangup()
    return twiml(answer)


def _tell_stop(answer: VoiceResponse, language: str, digits: str, number: int) -> None:
    """Read out the stop that is the nearest but `number`; after the last one the first comes again."""
    hits = nearby(digits, timetable(local_date(timezone.now()))).hits
    if not hits:
        to = address("voice-code-again", language, besuch=1)
        ask(answer, sentence("stop_none", language), language=language, to=to)
        return
    number %= len(hits)
    texts = _stop_sentences(hits[number].entry, digits, language)
    to = address("voice-more", language, plz=digits, nr=number)
    ask(answer, *texts, sentence("stop_more", language), language=language, to=to)


def _stop_sentences(entry: StopEntry, digits: str, language: str) -> list[str]:
    coming = entry.next_date
    assert coming is not None, "only stops with a coming date are near"
    off = [one for one in entry.dates if one.is_off and one.starts_at < coming.starts_at]
    texts = [sentence("stop_cancelled", language, date=date_words(one.date, language)) for one in off[:1]]
    texts.append(_when(entry, coming, digits, language))
    if coming.late_minutes and coming.date == entry.today:
        late = min(coming.late_minutes, LONGEST_DELAY)
        texts.append(sentence("stop_late", language, minutes=str(late) if language == "en" else number_words(late)))
    if entry.step_free or entry.steps == 0:
        texts.append(sentence("stop_step_free", language))
    elif entry.steps or entry.step_free is False:
        texts.append(sentence("stop_steps", language))
    return texts


def _when(entry: StopEntry, coming: StopDate, digits: str, language: str) -> str:
    words = {"stop": entry.name, "street": entry.street_line, "time_end": time_words(coming.ends_at, language)}
    if coming.date == entry.today:
        return sentence("stop_today", language, **words)
    words |= {"date": date_words(coming.date, language), "time": time_words(coming.starts_at, language)}
    return sentence("stop_found", language, digits=digit_words(digits, language), **words)
