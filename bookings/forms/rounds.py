"""Forms of the weekly round."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import MatchingWeights
from bookings.rounds import SECONDS

FIELDS = (
    "waiting_day", "level", "known", "most_known", "wished_for", "recent_visit", "minute", "later_day",
    "served", "round_known", "kilometre", "load",
)  # fmt: skip
LARGEST = 32_000


class RoundForm(forms.Form):
    """How long the round may search."""

    seconds = forms.TypedChoiceField(
        label=_("So lange darf gesucht werden"),
        choices=[(seconds, _("%(n)d Sekunden") % {"n": seconds}) for seconds in SECONDS],
        coerce=int,
        initial=SECONDS[0],
    )


class WeightsForm(forms.Form):
    """One number a reason; what is nonsense is refused by the verb."""

    def __init__(self, *args: Any, row: MatchingWeights | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            column = MatchingWeights._meta.get_field(name)
            self.fields[name] = forms.IntegerField(
                label=column.verbose_name,
                initial=column.default if row is None else getattr(row, name),
                min_value=-LARGEST,
                max_value=LARGEST,
            )
