"""The form that changes a case: the person and the request, as they stand, with a mark of what was on screen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bookings.cases import Values, stamps, values_of
from bookings.forms.fields import AskedTimes, AskedTopics
from bookings.forms.notes import GoalField, PlainWordsField
from bookings.labels import field_words
from bookings.models import Caller, HomeVisit, Need, ReachBy, Wish
from bookings.models.clients import Salutation
from bookings.states import CLOSED
from lotsen.fields import PhoneField, PostalCodeField
from lotsen.spoken import grouped_phone
from volunteers.models import Topic
from volunteers.queries import public_topics

OF_THE_REQUEST = ("caller", "caller_name", "caller_phone", "topics", "goal", "times", "note")


class CaseForm(forms.Form):
    """Everything of a case that a human may change. Of a closed visit only the person can be changed."""

    salutation = forms.ChoiceField(
        label=_("Anrede"), choices=Salutation.choices, required=False, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Bitte schreiben Sie den Namen der Person.")}
    )
    phone = PhoneField(label=_("Telefon"), required=False)
    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        required=False,
        error_messages={"invalid": _("In der E-Mail-Adresse fehlt etwas. Zum Beispiel: name@beispiel.de")},
    )
    street = forms.CharField(label=_("Straße und Hausnummer"), max_length=160, required=False)
    postal_code = PostalCodeField(label=_("PLZ"), required=False)
    extra = forms.CharField(label=_("Klingel, Stockwerk"), max_length=80, required=False)
    reach_by = forms.MultipleChoiceField(
        label=_("Wie antworten wir?"),
        choices=ReachBy.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie einen Weg. Ein Brief genügt.")},
    )
    language = forms.ChoiceField(
        label=_("Sprache unserer Briefe"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    large_print = forms.BooleanField(label=_("Briefe in großer Schrift (18 pt)"), required=False)
    speaks = forms.CharField(label=_("Andere Sprache"), max_length=60, required=False)
    needs = forms.MultipleChoiceField(
        label=_("Bitte beachten"), choices=Need.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    has_consent = forms.BooleanField(label=_("Die Person erlaubt, dass wir das aufschreiben."), required=False)
    wish = forms.ChoiceField(
        label=_("Wer soll kommen?"), choices=Wish.choices, required=False, widget=forms.RadioSelect
    )
    contact_name = forms.CharField(label=_("Notfallkontakt: Name"), max_length=120, required=False)
    contact_relation = forms.CharField(label=_("Wer ist das?"), max_length=40, required=False)
    contact_phone = PhoneField(label=_("Telefon des Notfallkontakts"), required=False)
    caller = forms.ChoiceField(label=_("Wer hat angerufen?"), choices=Caller.choices, widget=forms.RadioSelect)
    caller_name = forms.CharField(label=_("Name am Telefon"), max_length=120, required=False)
    caller_phone = PhoneField(label=_("Rückruf unter"), required=False)
    topics = AskedTopics()
    goal = GoalField()
    times = AskedTimes()
    note = PlainWordsField(label=_("Notiz"), max_length=500, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, visit: HomeVisit) -> None:
        self.visit = visit
        self.stored = values_of(visit)
        super().__init__(data, initial=_initial(self.stored))
        kept = Q(pk__in=public_topics().values("pk")) | Q(key__in=self.stored["topics"])
        self.fields["topics"].queryset = Topic.objects.filter(kept)
        self.fields["language"].choices = _languages(self.stored["language"])
        if data is not None and data.get("times", "") == self.stored["times"]:
            self.fields["times"] = forms.CharField(required=False)  # imported words need not be understood again
        if visit.state in CLOSED:
            for name in OF_THE_REQUEST:
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        reach = set(data.get("reach_by") or [])
        if not data.get("phone") and not data.get("street") and not data.get("email"):
            self._unless_wrong("phone", _("Ohne Nummer und ohne Anschrift erreichen wir niemanden. Eines genügt."))
        if ReachBy.LETTER in reach and not (data.get("street") and data.get("postal_code")):
            self._unless_wrong("street", _("Für einen Brief brauchen wir Straße, Hausnummer und Postleitzahl."))
        if reach & {ReachBy.CALL, ReachBy.SMS} and not data.get("phone"):
            self._unless_wrong("phone", _("Für einen Anruf oder eine SMS brauchen wir die Nummer."))
        if ReachBy.EMAIL in reach and not data.get("email"):
            self._unless_wrong("email", _("Für eine E-Mail brauchen wir die Adresse."))
        return data

    def _unless_wrong(self, name: str, sentence: Any) -> None:
        if name not in self.errors:
            self.add_error(name, sentence)

    def values(self) -> Values:
        """What was typed, in the words of `values_of`; only after `is_valid`."""
        data = self.cleaned_data
        plain = {name: data[name] for name in self.stored if name in data}
        line = " ".join(data["street"].split())
        times = data["times"]
        return plain | {
            "reach_by": sorted(data["reach_by"]),
            "needs": sorted(data["needs"]),
            "address": [line, data["postal_code"], data["extra"]],
            "topics": sorted(topic.key for topic in data["topics"]),
            "times": times if isinstance(times, str) else times[0],
        }

    def hours(self) -> str:
        """The wished times as opening hours."""
        times = self.cleaned_data["times"]
        return self.visit.times if isinstance(times, str) else str(times[1] or "")

    def stamps_seen(self) -> dict[str, str]:
        """The marks of what stood on the agent's screen; nonsense counts as having seen nothing."""
        try:
            seen = json.loads(self.cleaned_data["seen"] or "{}")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}

    def overtaken_by(self, now: HomeVisit, fields: tuple[str, ...]) -> tuple[CaseForm, list[dict[str, str]]]:
        """The form once more, for what stands there now: what this agent has not touched takes the new value, what they
        have typed stays; and in words what somebody else has changed."""
        mine, seen = stamps(self.values()), self.stamps_seen()
        again = CaseForm(self.data.copy(), visit=now)
        fresh = again.initial
        for name in fields:
            if mine.get(name) == seen.get(name):
                for one in ("street", "postal_code", "extra") if name == "address" else (name,):
                    _put(again.data, one, fresh[one])
        again.data["seen"] = fresh["seen"]
        return again, [{"label": field_words(name), "now": again.shown(name)} for name in fields]

    def shown(self, name: str) -> str:
        """What stands there now, in words."""
        value = self.stored[name]
        if name == "address":
            return ", ".join(part for part in value if part) or _now("leer")
        choices = {str(key): str(label) for key, label in getattr(self.fields[name], "choices", ())}
        words = [choices.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value])]
        text = ", ".join(word for word in words if word)
        is_phone = name in ("phone", "caller_phone", "contact_phone")
        return (grouped_phone(text) if is_phone and text else text) or _now("leer")


def _languages(now: str) -> list[tuple[str, Any]]:
    """Ours, and the one that is stored: an untouched field is no mistake."""
    return [*settings.LANGUAGES, *([(now, now)] if now not in dict(settings.LANGUAGES) else [])]


def _put(data: Any, name: str, value: Any) -> None:
    if isinstance(value, list):
        data.setlist(name, value)
    else:
        data[name] = value


def _initial(stored: Mapping[str, Any]) -> dict[str, Any]:
    line, postal_code, extra = stored["address"]
    phones = {name: grouped_phone(stored[name]) for name in ("phone", "caller_phone", "contact_phone") if stored[name]}
    place = {"street": line, "postal_code": postal_code, "extra": extra, "seen": json.dumps(stamps(stored))}
    return {**stored, **phones, **place}
