"""The question pages of the web, in order: which come, which comes next. Pure.

Answers are kept by question: `{"topics": {"topics": ["fotos"]}, ...}`. A question is answered when it has an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """One page. `slug` stands in its address; `is_asked` says whether the answers so far call for it."""

    key: str
    slug: str
    is_asked: Callable[[Answers], bool] = lambda answers: True


def is_for_another(answers: Answers) -> bool:
    """Whether somebody asks for somebody else."""
    return answers.get("for", {}).get("caller", "self") != "self"


def _has_needs(answers: Answers) -> bool:
    return bool(answers.get("needs", {}).get("needs"))


def _wants_email(answers: Answers) -> bool:
    return "email" in answers.get("reach", {}).get("reach_by", ())


QUESTIONS = (
    Question("address", "adresse"),
    Question("for", "fuer-wen"),
    Question("caller", "wer-fragt", is_for_another),
    Question("known", "weiss-es-die-person", is_for_another),
    Question("topics", "themen"),
    Question("goal", "ziel"),
    Question("times", "zeiten"),
    Question("needs", "beachten"),
    Question("consent", "einwilligung", _has_needs),
    Question("wish", "wer-kommt"),
    Question("name", "name"),
    Question("phone", "telefon"),
    Question("reach", "antwort"),
    Question("email", "e-mail", _wants_email),
)
BY_SLUG = {question.slug: question for question in QUESTIONS}
BY_KEY = {question.key: question for question in QUESTIONS}


def asked(answers: Answers) -> list[Question]:
    """The questions that these answers call for, in order."""
    return [question for question in QUESTIONS if question.is_asked(answers)]


def position(question: Question, answers: Answers) -> tuple[int, int]:
    """(n, m) of "Frage n von m"."""
    pages = asked(answers)
    return pages.index(question) + 1, len(pages)


def neighbours(question: Question, answers: Answers) -> tuple[Question | None, Question | None]:
    """The question before and the one after."""
    pages = asked(answers)
    at = pages.index(question)
    return pages[at - 1] if at else None, pages[at + 1] if at + 1 < len(pages) else None


def first_open(answers: Answers) -> Question | None:
    """The first question without an answer; None when all that is asked is answered."""
    return next((question for question in asked(answers) if question.key not in answers), None)


def is_open_to(question: Question, answers: Answers) -> bool:
    """Whether the page may be seen: it is asked, and everything before it is answered."""
    first = first_open(answers)
    pages = asked(answers)
    return question in pages and (first is None or pages.index(question) <= pages.index(first))


def relevant(answers: Answers) -> dict[str, Mapping[str, Any]]:
    """Only the answers to questions that are asked: who changed "for whom" leaves no name of a caller behind."""
    return {question.key: answers[question.key] for question in asked(answers) if question.key in answers}
