"""What can be changed about a request on the web: a question page for each, what stands there now, and the verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from bookings import wishes
from bookings.forms.web import PhonePageForm, QuestionForm, ReachForm, TimesForm, TopicsForm
from bookings.models import HomeVisit, ReachBy
from bookings.web_requests import ANY_TIME, times_of
from lotsen.kernel.phones import masked
from lotsen.spoken import said
from volunteers.models import Topic

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing that can be changed: `now` says what stands there, `take` calls the verb and returns whether it stands
    now (otherwise a human calls first)."""

    key: str
    label: str | Promise
    form: type[QuestionForm]
    now: Callable[[HomeVisit], str]
    initial: Callable[[HomeVisit], dict[str, Any]]
    verb: Callable[..., bool | None]
    values: Callable[[Values], dict[str, Any]] = dict

    def form_of(self, visit: HomeVisit, data: Any = None) -> QuestionForm:
        """The question with what stands there now, or with what was typed."""
        answers = {"for": {"caller": visit.caller}, "phone": {"phone": visit.client.phone}}
        answers |= {"email": {"email": visit.client.email}}
        return self.form(data, answers=answers, initial=None if data else self.initial(visit))

    def take(self, visit: HomeVisit, values: Values, *, at: datetime) -> bool:
        """Change it."""
        return self.verb(visit, by=None, at=at, **self.values(values)) is not False


class PhoneAgainForm(PhonePageForm):
    """A new number; the old one is not shown in full to whoever knows four digits of it."""

    def prepare(self) -> None:
        super().prepare()
        old, field = self.answers["phone"]["phone"], self.fields["phone"]
        field.required = True
        field.error_messages["required"] = _("Bitte schreiben Sie die neue Nummer. Oder gehen Sie zurück.")
        field.help_text = now_("Bisher: %(old)s") % {"old": masked(old)} if old else now_("Festnetz ist gut.")


class ReachAgainForm(ReachForm):
    """The ways that are open now; an e-mail address is told us on the telephone."""

    def prepare(self) -> None:
        super().prepare()
        if not self.answers["email"]["email"]:
            choices = self.fields["reach_by"].choices
            self.fields["reach_by"].choices = [one for one in choices if one[0] != ReachBy.EMAIL]


def _times_now(visit: HomeVisit) -> str:
    return visit.times_words or now_("egal")


def _times(visit: HomeVisit) -> dict[str, Any]:
    """The wish taken apart again: what is a choice, and the rest in words."""
    ticks = {key for key, _label in TimesForm.base_fields["times"].choices}
    parts = [part.strip() for part in visit.times_words.split(",") if part.strip()] or [ANY_TIME]
    words = ", ".join(part for part in parts if part not in ticks)
    return {"times": [part for part in parts if part in ticks], "words": words}


def _topics_now(visit: HomeVisit) -> str:
    return ", ".join(said(topic.name) for topic in visit.topics.all()) or now_("keine Angabe")


def _topics(visit: HomeVisit) -> dict[str, Any]:
    return {"topics": [topic.key for topic in visit.topics.all()]}


def _rows_of(values: Values) -> dict[str, Any]:
    return {"topics": list(Topic.objects.filter(key__in=values["topics"]))}


def _phone_now(visit: HomeVisit) -> str:
    return masked(visit.client.phone) if visit.client.phone else now_("kein Telefon")


def _ways_now(visit: HomeVisit) -> str:
    return ", ".join(str(ReachBy(way).label) for way in visit.client.reach_by) or now_("keine Angabe")


def _ways(visit: HomeVisit) -> dict[str, Any]:
    return {"reach_by": list(visit.client.reach_by)}


def _nothing(visit: HomeVisit) -> dict[str, Any]:
    return {}


CHANGES = {
    one.key: one
    for one in (
        Change("zeiten", _("Wann es passt"), TimesForm, _times_now, _times, wishes.change_times, times_of),
        Change("themen", _("Thema"), TopicsForm, _topics_now, _topics, wishes.change_topics, _rows_of),
        Change("telefon", _("Telefon"), PhoneAgainForm, _phone_now, _nothing, wishes.change_phone),
        Change("antwort", _("Unsere Antwort"), ReachAgainForm, _ways_now, _ways, wishes.change_ways),
    )
}
