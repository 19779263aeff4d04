"""Dates, times and numbers as a voice must read them, never left to the voice. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from lotsen.kernel.calendar import MONTHS, WEEKDAYS, local, local_date, long_date, spoken_clock

ONES = (
    *("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"),
    *("dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig")
ODD_ORDINALS = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number_words(number: int) -> str:
    """Writes 0 to 59: "einundzwanzig"."""
    if number < len(ONES):
        return ONES[number]
    tens, ones = divmod(number, 10)
    return TENS[tens] if ones == 0 else f"{'ein' if ones == 1 else ONES[ones]}und{TENS[tens]}"


def ordinal(number: int) -> str:
    """Dative of 1 to 31: "ersten", "zwanzigsten"."""
    stem = ODD_ORDINALS.get(number)
    if stem is None:
        stem = number_words(number) + ("t" if number < 20 else "st")
    return f"{stem}en"


def date_words(day: date, language: str) -> str:
    """After "am": "Dienstag, dem ersten Dezember"; "Tuesday, 1 December"."""
    if language == "en":
        return long_date(day, language="en")
    return f"{WEEKDAYS[day.weekday()]}, dem {ordinal(day.day)} {MONTHS[day.month - 1]}"


def time_words(moment: datetime, language: str) -> str:
    """On a Dresden clock: "vierzehn Uhr dreißig", "ein Uhr"; "14:30"."""
    here = local(moment)
    if language == "en":
        return spoken_clock(here)
    hour = "ein" if here.hour == 1 else number_words(here.hour)
    return f"{hour} Uhr" if here.minute == 0 else f"{hour} Uhr {number_words(here.minute)}"


def moment_words(moment: datetime, language: str) -> dict[str, str]:
    """`date` and `time` of a moment."""
    return {"date": date_words(local_date(moment), language), "time": time_words(moment, language)}


def digit_words(text: str, language: str) -> str:
    """Digit by digit: "null eins eins sechs neun"."""
    words = ENGLISH_DIGITS if language == "en" else ONES
    return " ".join(words[int(sign)] for sign in text if sign.isdigit())


def count_words(number: int, language: str) -> str:
    """A place or a number of minutes: "zwei"; what is too large for words stays digits."""
    return number_words(number) if language != "en" and number < 60 else str(number)


def waited_words(waited: timedelta) -> str:
    """After "seit": "weniger als einer Minute", "einer Minute", "zwölf Minuten"."""
    minutes = int(waited.total_seconds()) // 60
    if minutes < 1:
        return "weniger als einer Minute"
    return "einer Minute" if minutes == 1 else f"{count_words(minutes, 'de')} Minuten"


def written_date_words(text: str, language: str) -> str:
    """What a message writes, as it is said after "am": "Dienstag, 1. Dezember", "Dienstag, dem ersten Dezember"."""
    found = re.fullmatch(r"(\w+), (\d{1,2})\. (\w+)", text)
    if language == "en" or found is None or not 1 <= int(found[2]) <= 31:
        return text
    return f"{found[1]}, dem {ordinal(int(found[2]))} {found[3]}"


def written_time_words(text: str, language: str) -> str:
    """What a message writes before "Uhr", as it is said with it: "14:30" becomes "vierzehn Uhr dreißig"."""
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", text)
    if language == "en" or found is None or int(found[1]) > 24 or int(found[2] or 0) > 59:
        return text if language == "en" else f"{text} Uhr"
    hour = "ein" if int(found[1]) == 1 else number_words(int(found[1]))
    return f"{hour} Uhr {number_words(int(found[2]))}" if int(found[2] or 0) else f"{hour} Uhr"
