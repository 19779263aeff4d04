"""What a planning asks for: a period, what may change, how long to search, and whether to compare."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.calendar import Period
from touring.forms.fields import DateInput
from touring.models import PlanRun
from touring.runs import LONGEST_SECONDS

QUICK, GOOD, THOROUGH = 10, 30, 300
EFFORTS = (
    (QUICK, _("schnell: 10 Sekunden")),
    (GOOD, _("gut: 30 Sekunden")),
    (THOROUGH, _("gründlich: 5 Minuten")),
)
TOLERANCES = (
    (0, _("genau")),
    (10, _("bis zu 10 Minuten anders")),
    (20, _("bis zu 20 Minuten anders")),
    (30, _("bis zu 30 Minuten anders")),
)
FEW = 5
SCOPES = (
    (PlanRun.Scope.NEW, _("Nur die neuen Haltestellen")),
    (PlanRun.Scope.FEW, _("Höchstens so viele Haltestellen:")),
    (PlanRun.Scope.ALL, _("Alles")),
)


class RunForm(forms.Form):
    """A period, what may change, and how long to search. Cleaned: `period`, `seconds`, `scope`, `max_changes`,
    `tolerance_minutes`."""

    first = forms.DateField(label=_("Erster Tag"), widget=DateInput)
    last = forms.DateField(label=_("Letzter Tag"), widget=DateInput)
    scope = forms.ChoiceField(
        label=_("Was darf sich ändern?"),
        choices=SCOPES,
        required=False,
        initial=PlanRun.Scope.ALL,
        widget=forms.RadioSelect,
    )
    max_changes = forms.IntegerField(label=_("Höchstens so viele"), min_value=0, max_value=2000, required=False)
    effort = forms.TypedChoiceField(
        label=_("Wie lange suchen?"),
        choices=EFFORTS,
        coerce=int,
        required=False,
        empty_value=GOOD,
        initial=GOOD,
        widget=forms.RadioSelect,
    )
    seconds = forms.IntegerField(
        label=_("Oder genau so viele Sekunden"), min_value=1, max_value=LONGEST_SECONDS, required=False
    )
    tolerance_minutes = forms.TypedChoiceField(
        label=_("Gleiche Uhrzeit in jeder Woche?"),
        choices=TOLERANCES,
        coerce=int,
        required=False,
        empty_value=0,
        initial=0,
        widget=forms.RadioSelect,
        help_text=_("Eine feste Uhrzeit kann man sich merken. Mit etwas Spielraum wird die Fahrt kürzer."),
    )
    with_alternatives = forms.BooleanField(
        label=_("Drei Vorschläge zum Vergleichen"),
        required=False,
        help_text=_("Wenig Änderungen, wenig Fahrt, gleichmäßige Teams."),
    )
    start_from = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                raise ValidationError({"last": _("Der letzte Tag liegt vor dem ersten.")})
            cleaned["period"] = Period(first, last)
        cleaned["seconds"] = cleaned.get("seconds") or cleaned.get("effort") or GOOD
        cleaned["scope"] = cleaned.get("scope") or PlanRun.Scope.ALL
        is_few = cleaned["scope"] == PlanRun.Scope.FEW
        if is_few and cleaned.get("max_changes") is None and "max_changes" not in self.errors:
            raise ValidationError({"max_changes": _("Bitte schreiben Sie, wie viele Haltestellen sich ändern dürfen.")})
        cleaned["max_changes"] = cleaned.get("max_changes") if is_few else None
        return cleaned
