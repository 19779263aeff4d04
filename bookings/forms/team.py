"""The form of the team's record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.emergency import looks_like_secret
from bookings.forms.fields import TopicChoices
from bookings.models import TrainingRecord
from volunteers.models import Topic

NUMBER = {"required": _("Bitte schreiben Sie eine Zahl."), "invalid": _("Bitte schreiben Sie eine Zahl.")}
DEVICES = [
    ("Handy", _("Handy")),
    ("Tablet", _("Tablet")),
    ("Computer", _("Computer")),
    ("Fernseher", _("Fernseher")),
    ("anderes", _("anderes")),
]


class RecordForm(forms.Form):
    """What took place. Who was there is counted, never named."""

    head_count = forms.IntegerField(label=_("Wie viele waren da?"), min_value=0, max_value=300, error_messages=NUMBER)
    minutes = forms.IntegerField(label=_("Minuten"), min_value=5, max_value=600, error_messages=NUMBER)
    level = forms.ChoiceField(label=_("Vorkenntnisse"), choices=TrainingRecord.Level.choices, widget=forms.RadioSelect)
    topics = TopicChoices(
        label=_("Was haben Sie gemacht?"),
        queryset=Topic.objects.all(),
        to_field_name="key",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens ein Thema.")},
    )
    devices = forms.MultipleChoiceField(
        label=_("An welchen Geräten?"), choices=DEVICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("Notiz"),
        help_text=_("Die Einrichtung liest sie. Bitte keine Namen, keine Passwörter, nichts über Krankheiten."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_note(self) -> str:
        note = str(self.cleaned_data["note"]).strip()
        if looks_like_secret(note):
            raise ValidationError(_("Das sieht nach einer PIN oder einem Passwort aus. Bitte löschen Sie es."))
        return note

    def words(self) -> dict[str, Any]:
        """The record's words for the verb, only after `is_valid`."""
        return dict(self.cleaned_data)
