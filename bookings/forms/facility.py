"""Forms of a facility's pages: what and for how many, then when and where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.fields import TopicChoices
from bookings.models import Facility, TrainingRecord
from bookings.queries import visible_facilities
from lotsen.people.models import User
from touring.request_stops import FreePlace, PlaceGone, place_from
from volunteers.models import Topic
from volunteers.queries import public_topics


class FacilityChoice(forms.ModelChoiceField):
    """A facility by its name."""

    def label_from_instance(self, obj: Facility) -> str:
        return obj.name


class TrainingForm(forms.Form):
    """The first step, sent by GET: it holds nothing about any person."""

    einrichtung = FacilityChoice(
        label=_("Für welche Einrichtung?"),
        queryset=Facility.objects.none(),
        to_field_name="key",
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie eine Einrichtung.")},
    )
    themen = TopicChoices(
        label=_("Welche Themen?"),
        help_text=_("Zwei Themen sind meist genug."),
        queryset=Topic.objects.none(),
        to_field_name="key",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens ein Thema.")},
    )
    menschen = forms.IntegerField(
        label=_("Wie viele Menschen kommen etwa?"),
        min_value=1,
        max_value=200,
        error_messages={
            "required": _("Bitte schreiben Sie eine Zahl, zum Beispiel 12."),
            "invalid": _("Bitte schreiben Sie eine Zahl, zum Beispiel 12."),
        },
    )
    stufe = forms.ChoiceField(
        label=_("Was können sie schon?"),
        choices=TrainingRecord.Level.choices,
        initial=TrainingRecord.Level.BEGINNERS,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facilities = visible_facilities(user)
        self.fields["einrichtung"].queryset = facilities
        self.fields["themen"].queryset = public_topics()
        self.has_one_facility = len(facilities) == 1
        if self.has_one_facility:
            self.fields["einrichtung"].initial = facilities[0].key
            self.fields["einrichtung"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        facility, people = data.get("einrichtung"), data.get("menschen")
        if facility and people and facility.seats and people > facility.seats:
            sentence = _("In den Raum passen %(seats)d Menschen. Ihre Gruppe hat %(group)d.")
            self.add_error("menschen", sentence % {"seats": facility.seats, "group": people})
        return data


class PlaceForm(forms.Form):
    """The second step: a time, a room, and what the team should know."""

    termin = forms.CharField(
        max_length=80, error_messages={"required": _("Bitte wählen Sie eine Zeit.")}, widget=forms.HiddenInput
    )
    raum = forms.CharField(
        label=_("In welchem Raum?"),
        help_text=_("Zum Beispiel: Speisesaal, Erdgeschoss"),
        required=False,
        max_length=120,
    )
    notiz = forms.CharField(
        label=_("Was sollen wir noch wissen?"),
        help_text=_("Zum Beispiel: Wer schließt auf? Bitte keine Namen von Bewohnern."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, minutes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minutes = minutes

    def clean_termin(self) -> FreePlace:
        try:
            return place_from(self.cleaned_data["termin"], minutes=self.minutes)
        except PlaceGone as no:
            raise forms.ValidationError(no.sentence) from no
