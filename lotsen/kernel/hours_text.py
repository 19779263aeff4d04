"""Reads German opening hours and wished times, as people type them, into plain (weekday, start, end) triples.

Weekdays are 0 (Monday) to 6, times are minutes after midnight. `windows` makes values of the triples;
call `OpeningHours.parse` and `parse_wish` there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lotsen.kernel.sentences import NotUnderstood, Sentence

Triple = tuple[int, int, int]
Span = tuple[int, int]

LONGEST = 300
DAY_START, DAY_END, EVENING_END = 8 * 60, 18 * 60, 20 * 60
PERIODS: dict[str, Span] = {
    "vormittag": (8 * 60, 12 * 60 + 30),
    "mittag": (11 * 60, 14 * 60),
    "nachmittag": (12 * 60, 18 * 60),
    "abend": (17 * 60, EVENING_END),
}
_EVERY_DAY, _MONDAY_TO_FRIDAY, _WEEKEND, _NOT_SUNDAY = range(7), range(5), range(5, 7), range(6)

_DAY = (
    r"(?:mo|montags?|di|die|dienstags?|mi|mittwochs?|do|donnerstags?|fr|freitags?|sa|samstags?|sonnabends?"
    r"|so|sonntags?)"
)
_PERIOD = r"(?:vormittag|nachmittag|mittag|abend)"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<day>{_DAY})(?=\b|{_PERIOD})\.?:?
    | (?P<days>täglich|jeden\stag|alle\stage|immer|wochentags|unter\sder\swoche|wochenendes?)\b:?
    | (?P<period>{_PERIOD})s?\b
    | (?P<closed>geschlossen|zu|ruhetag)\b
    | (?P<after>ab|nach)\b
    | (?P<time>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))?(?![\d])(?:\s*(?:uhr|h)\b)?
    | (?P<dash>-)
    | (?P<and>,)
    | (?P<then>;)
    )""",
    re.VERBOSE,
)
_SAID_OTHERWISE = (
    ("[\u200b\u200c\u200d\u2060\ufeff]", ""),
    ("[\u2010-\u2015\u2212]+|--+", "-"),
    (r"[\r\n|]+", ";"),
    (r"\bzwischen (\S+)( uhr)? und ", r"\1-"),
    (r"\b(von|am|an|in|der zeit|zeit|jeweils|lieber|gern|gerne|bitte|nur|geöffnet|offen|jeden)\b(?! tag)", " "),
    (r"\b(bis|vor)\b", "-"),
    (r"\b(und|oder|sowie|u\.|od\.)(?=\s)|[&+/]", ","),
    (r"\b(früh|morgens?|vorm\.|vm\.)(?=\W|$)", " vormittags "),
    (r"\b(nachm\.|nm\.)(?=\W|$)", " nachmittags "),
    (r"[()]", " "),
)
_ANY_TIME = re.compile(r"\W*(ist )?(mir )?(ganz )?(egal|flexibel|jederzeit|immer|beliebig|alles|wann sie wollen)?\W*")
_NOT = re.compile(r"\b(?:nicht|außer|ausser|kein|keine|keinen|ohne|nie)\b")
_BUT = re.compile(r";|\b(?:aber|sondern|sonst|lieber)\b")


def read_opening(text: str) -> list[Triple]:
    """Reads "Di,Do 9:00-12:30; Di,Do 13:30-18:00" as triples, none for an empty text.

    Refuses with NotUnderstood what is not clear: unknown words, hours without a day, an end before its start, two
    different times that overlap on one day. A day said to be closed is closed, whatever else is said of it.
    """
    if len(text) <= LONGEST and _plain(text) == "geschlossen":
        return []
    clauses = _clauses(text, text, open_ended=False)
    if any(not clause.days or not (clause.spans or clause.closed) for clause in clauses):
        raise not_understood(text)
    shut = {day for clause in clauses if clause.closed for day in clause.days}
    triples = {(day, *span) for clause in clauses for day in clause.days for span in clause.spans if day not in shut}
    ordered = sorted(triples)
    for (day, _, end), (next_day, start, _) in pairwise(ordered):
        if day == next_day and start < end:
            raise not_understood(text)
    return ordered


def read_wish(text: str) -> tuple[list[Triple], list[Triple]]:
    """A wished time as two lists: what is wanted and what is not ("nicht mittwochs"). Without a day: Monday to
    Saturday. Without a time: 8 to 18 o'clock. "ab 14 Uhr" ends at 18 o'clock, from 17 o'clock on at 20."""
    if len(text) <= LONGEST and _ANY_TIME.fullmatch(_plain(text)):
        return _wish_triples([]), []
    wanted, unwanted = _split_wish(text)
    positive = [clause for part in wanted for clause in _clauses(part, text, open_ended=True)]
    negative = [clause for part in unwanted for clause in _clauses(part, text, open_ended=True)]
    if (not positive and not negative) or any(clause.closed for clause in positive + negative):
        raise not_understood(text)
    return _wish_triples(_time_before_day(positive)), [
        (day, *span)
        for clause in _time_before_day(negative)
        for day in clause.days or _EVERY_DAY
        for span in clause.spans or [(0, 1440)]
    ]


def not_understood(text: str) -> NotUnderstood:
    """The refusal for opening hours, with an example of what would be right."""
    return NotUnderstood(
        Sentence(
            "„{value}“ verstehe ich nicht. Zum Beispiel: Mo,Mi 10:00-18:00; Fr 9:00-13:00.",
            value=" ".join(text[:80].split())[:60],
        )
    )


@dataclass
class _Clause:
    """Some days with some times; either may still be empty."""

    days: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    closed: bool = False


def _wish_triples(clauses: list[_Clause]) -> list[Triple]:
    return [
        (day, *span)
        for clause in clauses or [_Clause()]
        for day in clause.days or _NOT_SUNDAY
        for span in clause.spans or [(DAY_START, DAY_END)]
    ]


def _time_before_day(clauses: list[_Clause]) -> list[_Clause]:
    """Turns "vormittags am Montag" round: a time without a day belongs to the bare day behind it."""
    if len(clauses) == 2 and not clauses[0].days and not clauses[1].spans:
        return [_Clause(clauses[1].days, clauses[0].spans)]
    return clauses


def _split_wish(text: str) -> tuple[list[str], list[str]]:
    wanted: list[str] = []
    unwanted: list[str] = []
    for sentence in _BUT.split(_folded(text)):
        first, *rest = _NOT.split(sentence)
        wanted.append(first.strip(" ,"))
        unwanted.extend(part.strip(" ,") for part in rest)
    if any(not part for part in unwanted):
        raise not_understood(text)
    return [part for part in wanted if part], unwanted


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("ausser", "außer").replace("taeglich", "täglich")


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower()
    for pattern, said in _SAID_OTHERWISE:
        plain = re.sub(pattern, said, plain)
    return plain.strip(" ,;.")


def _tokens(part: str, text: str) -> Iterator[re.Match[str]]:
    if len(text) > LONGEST:
        raise not_understood(text)
    plain, at = _plain(part), 0
    while at < len(plain):
        token = _TOKEN.match(plain, at)
        if token is None:
            raise not_understood(text)
        yield token
        at = token.end()


def _clauses(part: str, text: str, *, open_ended: bool) -> list[_Clause]:
    """The clauses of a part; a refusal shows the whole text."""
    return _Reader(part, text, open_ended).read()


class _Reader:
    """Walks over the tokens of one text; one clause is some days followed by some times."""

    def __init__(self, part: str, text: str, open_ended: bool) -> None:
        self.text, self.open_ended = text, open_ended
        self.tokens = list(_tokens(part, text))
        self.at = 0
        self.clauses: list[_Clause] = []

    def read(self) -> list[_Clause]:
        while self.at < len(self.tokens):
            kind = self.kind()
            if kind in ("day", "days"):
                self.take_days(self.clause_for_days())
            elif kind in ("time", "after", "period") or (kind == "dash" and self.open_ended):
                self.clause().spans.append(self.take_span())
            elif kind == "closed":
                self.clause().closed = True
                self.at += 1
            elif kind == "dash":
                raise not_understood(self.text)
            else:
                self.at += 1
        return self.clauses

    def kind(self, ahead: int = 0) -> str | None:
        if self.at + ahead >= len(self.tokens):
            return None
        token = self.tokens[self.at + ahead]
        return "time" if token["time"] is not None else token.lastgroup

    def clause(self) -> _Clause:
        if not self.clauses:
            self.clauses.append(_Clause())
        return self.clauses[-1]

    def clause_for_days(self) -> _Clause:
        """A new clause, unless the days go on: "Mo, Mi" is one clause; "Mo 9-12, Mi" and "Mo; Mi" are two."""
        open_days = self.clauses and not self.clauses[-1].spans and not self.clauses[-1].closed
        if not open_days or self.tokens[self.at - 1]["then"]:
            self.clauses.append(_Clause())
        return self.clauses[-1]

    def take_days(self, clause: _Clause) -> None:
        token = self.tokens[self.at]
        self.at += 1
        if token["days"]:
            clause.days.extend(_many_days(token["days"]))
            return
        first = _weekday(token["day"])
        if self.kind() == "dash" and self.kind(1) == "day":
            last = _weekday(self.tokens[self.at + 1]["day"])
            self.at += 2
            clause.days.extend((first + step) % 7 for step in range((last - first) % 7 + 1))
        else:
            clause.days.append(first)

    def take_span(self) -> Span:
        kind, token = self.kind(), self.tokens[self.at]
        if kind == "time":
            return self.take_window()
        if not self.open_ended:
            raise not_understood(self.text)
        self.at += 1
        if kind == "period":
            return PERIODS[token["period"]]
        edge = self.take_time()
        if kind == "after":
            return self.checked(edge, DAY_END if edge < 17 * 60 else EVENING_END)
        return self.checked(DAY_START if edge > DAY_START else 0, edge)

    def take_window(self) -> Span:
        start = self.take_time()
        if self.kind() != "dash":
            raise not_understood(self.text)
        self.at += 1
        return self.checked(start, self.take_time())

    def take_time(self) -> int:
        if self.kind() != "time":
            raise not_understood(self.text)
        token = self.tokens[self.at]
        self.at += 1
        minutes = int(token["time"]) * 60 + int(token["minute"] or 0)
        if int(token["minute"] or 0) > 59 or minutes > 24 * 60:
            raise NotUnderstood(
                Sentence("„{value}“ ist keine Uhrzeit. Zum Beispiel: 9:00-12:00.", value=token[0].strip())
            )
        return minutes

    def checked(self, start: int, end: int) -> Span:
        if start >= end:
            raise not_understood(self.text)
        return start, end


def _weekday(word: str) -> int:
    if word.startswith("sonnabend"):
        return 5
    return ("mo", "di", "mi", "do", "fr", "sa", "so").index(word[:2])


def _many_days(word: str) -> range:
    if word.startswith("wochenende"):
        return _WEEKEND
    return _MONDAY_TO_FRIDAY if word in ("wochentags", "unter der woche") else _EVERY_DAY
