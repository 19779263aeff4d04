"""The answers of a web request as somebody reads them back: what was asked, in short, and what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.forms.web import FORMS
from bookings.questions import Answers, Question, asked
from lotsen.spoken import grouped_phone

LABELS = {
    "address": gettext_lazy("Anschrift"),
    "for": gettext_lazy("Für wen"),
    "caller": gettext_lazy("Wer fragt"),
    "known": gettext_lazy("Weiß die Person davon?"),
    "topics": gettext_lazy("Thema"),
    "goal": gettext_lazy("Ziel"),
    "times": gettext_lazy("Wann es passt"),
    "needs": gettext_lazy("Bitte beachten"),
    "consent": gettext_lazy("Dürfen wir das aufschreiben?"),
    "wish": gettext_lazy("Wer kommen soll"),
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Telefon"),
    "reach": gettext_lazy("Unsere Antwort"),
    "email": gettext_lazy("E-Mail"),
}


@dataclass(frozen=True)
class Said:
    """One answer: its question, a short label and the words."""

    question: Question
    label: str
    text: str


def summary(answers: Answers) -> list[Said]:
    """Every answer to a question that is asked, in order; one query (the names of topics)."""
    return [
        Said(question, str(LABELS[question.key]), _words(question.key, answers) or _("keine Angabe"))
        for question in asked(answers)
        if question.key in answers
    ]


def _words(key: str, answers: Answers) -> str:
    own = OWN_WORDS.get(key)
    if own is not None:
        return own(answers[key])
    form = FORMS[key](answers=answers)
    parts = [_said(form.fields[name], value) for name, value in answers[key].items() if name in form.fields]
    return ", ".join(part for part in parts if part)


def _said(field: forms.Field, value: Any) -> str:
    choices = {str(known): str(label).partition("\n")[0] for known, label in getattr(field, "choices", ())}
    if isinstance(value, list):
        return ", ".join(choices.get(one, one) for one in value)
    return choices.get(value, value)


def _address(answer: Mapping[str, Any]) -> str:
    return f"{answer['street']}, {answer['postal_code']}"


def _caller(answer: Mapping[str, Any]) -> str:
    return f"{answer['caller_name']}, {grouped_phone(answer['caller_phone'])}"


def _name(answer: Mapping[str, Any]) -> str:
    salutation = {"mrs": _("Frau"), "mr": _("Herr")}.get(answer["salutation"], "")
    return f"{salutation} {answer['name']}".strip()


def _phone(answer: Mapping[str, Any]) -> str:
    return grouped_phone(answer["phone"]) if answer["phone"] else _("kein Telefon")


OWN_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "address": _address,
    "caller": _caller,
    "name": _name,
    "phone": _phone,
}
