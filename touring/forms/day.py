"""What is different on one date, as a team or a coordinator says it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.calendar import at_minute
from touring.deviations import LATEST_MINUTES
from touring.models import Deviation, TourStop

CANCELLED, LATE, MOVED = Deviation.Kind.CANCELLED, Deviation.Kind.LATE, Deviation.Kind.MOVED


class DeviationForm(forms.Form):
    """What is different about one halt; "" takes back what was announced."""

    kind = forms.ChoiceField(choices=[("", ""), *Deviation.Kind.choices], required=False)
    minutes = forms.IntegerField(min_value=1, max_value=LATEST_MINUTES, required=False)


class DayForm(forms.Form):
    """What is different for a whole tour: it drops out from now on, or is late."""

    kind = forms.ChoiceField(
        label=_("Was ist anders?"),
        choices=[(CANCELLED, _("Der Rest des Tages fällt aus")), (LATE, _("Alles wird später"))],
        widget=forms.RadioSelect,
        initial=CANCELLED,
    )
    minutes = forms.IntegerField(
        label=_("Wie viele Minuten später?"), min_value=1, max_value=LATEST_MINUTES, required=False
    )
    reason = forms.ChoiceField(label=_("Grund"), choices=Deviation.Reason.choices, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == LATE and not cleaned.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Bitte geben Sie die Minuten als Zahl an, zum Beispiel 20."))
        return cleaned


class HaltForm(DayForm):
    """What is different about one halt."""

    starts = forms.TimeField(
        label=_("Neue Zeit am selben Tag"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    field_order = ("kind", "minutes", "starts", "reason")

    KINDS = ((CANCELLED, _("Fällt aus")), (LATE, _("Wird später")), (MOVED, _("Andere Zeit am selben Tag")))

    def __init__(self, *args: Any, halt: TourStop, **options: Any) -> None:
        super().__init__(*args, **options)
        self.halt = halt
        kinds = self.KINDS if halt.stop_id else [(LATE, _("Wird später"))]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0][0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") == MOVED and not cleaned.get("starts") and "starts" not in self.errors:
            self.add_error("starts", _("Bitte geben Sie die neue Zeit an, zum Beispiel 14:00."))
        return cleaned

    @property
    def starts_at(self) -> datetime:
        """The new time as a moment of the halt's day."""
        starts = self.cleaned_data["starts"]
        return at_minute(self.halt.tour.date, starts.hour * 60 + starts.minute)
