"""Forms of the volunteers' phone pages: why not, why not after all, the report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.emergency import looks_like_secret
from bookings.forms.fields import TopicChoices
from bookings.models import HomeVisit, VisitReport
from volunteers.models import Topic

LEAST_MINUTES, MOST_MINUTES, STEP_MINUTES = 5, 600, 5
NO_SECRETS = _("Bitte keine PIN, keine Passwörter, nichts über Krankheiten.")
WHY_NOT = [
    ("Tag", _("Tag")),
    ("Uhrzeit", _("Uhrzeit")),
    ("Weg", _("Weg")),
    ("Thema", _("Thema")),
    ("gerade zu viel", _("gerade zu viel")),
]
WHY_RETURN = [
    ("krank", _("krank")),
    ("keine Zeit", _("keine Zeit")),
    ("Weg", _("Weg")),
    ("anderes", _("anderes")),
]


class DeclineForm(forms.Form):
    """Why an offer does not suit; nobody has to say."""

    because = forms.ChoiceField(label=_("Warum nicht?"), choices=WHY_NOT, required=False, widget=forms.RadioSelect)


class ReturnForm(forms.Form):
    """Why somebody cannot come after all."""

    because = forms.ChoiceField(
        label=_("Warum können Sie nicht?"),
        choices=WHY_RETURN,
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie einen Grund. Niemand ist Ihnen böse.")},
    )


class NoteField(forms.CharField):
    """A note without secrets."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(max_length=500, required=False, help_text=NO_SECRETS, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if looks_like_secret(text):
            raise ValidationError(_("Das sieht nach einer PIN oder einem Passwort aus. Bitte löschen Sie es."))
        return text


class ReportForm(forms.Form):
    """What was done on a visit where somebody opened."""

    topics = TopicChoices(
        queryset=Topic.objects.none(),
        to_field_name="key",
        label=_("Was haben Sie gemacht?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens ein Thema.")},
    )
    goal = forms.ChoiceField(
        label=_("Zielkarte"),
        choices=[
            (VisitReport.Goal.ALONE, _("kann ich allein")),
            (VisitReport.Goal.WITH_HELP, _("geht mit Hilfe")),
            (VisitReport.Goal.NOT_YET, _("noch nicht")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    minutes = forms.IntegerField(
        label=_("Dauer in Minuten"),
        min_value=LEAST_MINUTES,
        max_value=MOST_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Bitte schreiben Sie, wie viele Minuten es waren."),
            "invalid": _("Bitte schreiben Sie die Minuten als Zahl, zum Beispiel 60."),
            "min_value": _("Das ist sehr kurz. Bitte schreiben Sie mindestens 5 Minuten."),
            "max_value": _("Das ist sehr lang. Bitte schreiben Sie höchstens 600 Minuten."),
        },
    )
    note = NoteField(label=_("Notiz"))
    follow_up = forms.TypedChoiceField(
        label=_("Noch ein Besuch?"),
        choices=[("ja", _("Ja, bitte")), ("nein", _("Nein, fertig"))],
        coerce=lambda value: value == "ja",
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, visit: HomeVisit, at: datetime, **kwargs: Any) -> None:
        planned = [topic.key for topic in visit.topics.all()]
        initial = {"topics": planned, "minutes": minutes_there(visit, at=at), "follow_up": "nein"}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["topics"].queryset = Topic.objects.filter(is_public=True) | Topic.objects.filter(key__in=planned)


def minutes_there(visit: HomeVisit, *, at: datetime) -> int:
    """From check-in to check-out (or now) to the nearest five minutes, else what was planned."""
    if visit.checked_in_at is None:
        return visit.minutes
    seconds = ((visit.checked_out_at or at) - visit.checked_in_at).total_seconds()
    minutes = round(seconds / 60 / STEP_MINUTES) * STEP_MINUTES
    return min(max(minutes, LEAST_MINUTES), MOST_MINUTES)


class NotMetForm(forms.Form):
    """Nobody opened."""

    note = NoteField(label=_("Notiz"))
