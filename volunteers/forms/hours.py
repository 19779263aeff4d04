"""Forms of what was given and thanked: courses, other hours, expenses, allowances, rates, checking a certificate."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.references import NotAReference, parse
from lotsen.spoken import said
from volunteers.forms.joining import day_field
from volunteers.models import Allowance, Expense, Rate, Topic

MOST_MINUTES, LONGEST_SUM = 24 * 60, 100_000_00


class CentsField(forms.CharField):
    """A sum in euros as people write it ("12,40", "1.200 €"), cleaned to whole cents; None for an empty one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> int | None:
        text = re.sub(r"\s|€|EUR", "", super().clean(value), flags=re.IGNORECASE)
        if not text:
            return None
        found = re.fullmatch(r"([0-9]{1,6}|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]{1,2}))?|([0-9]{1,6})\.([0-9]{2})", text)
        if found is None or not text.isascii():
            raise ValidationError(gettext("Bitte schreiben Sie den Betrag so: 12,40."))
        euros, cents = (found[1].replace(".", ""), found[2] or "0") if found[1] else (found[3], found[4])
        total = int(euros) * 100 + int(cents.ljust(2, "0"))
        if not 1 <= total <= LONGEST_SUM:
            raise ValidationError(gettext("Dieser Betrag ist hier nicht möglich."))
        return total


class DurationField(forms.CharField):
    """How long, as people write it ("1:30", "1,5", "2"): hours, cleaned to whole minutes of at most a day."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        kwargs.setdefault("help_text", _("In Stunden und Minuten, zum Beispiel 1:30."))
        super().__init__(max_length=12, **kwargs)

    def clean(self, value: Any) -> int:
        text = super().clean(value).replace(" ", "")
        clock = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])", text, re.ASCII)
        decimal = re.fullmatch(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))?", text, re.ASCII)
        minutes = 0
        if clock:
            minutes = int(clock[1]) * 60 + int(clock[2])
        elif decimal:
            minutes = int(decimal[1]) * 60 + round(int((decimal[2] or "0").ljust(2, "0")) * 60 / 100)
        if not 1 <= minutes <= MOST_MINUTES:
            raise ValidationError(gettext("Bitte schreiben Sie die Dauer so: 1:30."))
        return minutes


class VisitNumberField(forms.CharField):
    """A Vorgangsnummer in any spelling, cleaned to its digits ("" where nothing was typed)."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse(text)
        except NotAReference as error:
            raise ValidationError(said(error.sentence)) from error


def _words(label: Any, *, longest: int, **kwargs: Any) -> forms.CharField:
    needed = {"required": _("Bitte füllen Sie das aus.")}
    return forms.CharField(label=label, max_length=longest, error_messages=needed, **kwargs)


def copy_field() -> forms.CharField:
    """Names the page that sends the form: pressed twice, it is one entry."""
    return forms.CharField(max_length=36, required=False, widget=forms.HiddenInput, initial=lambda: uuid4().hex)


class CourseForm(forms.Form):
    """Announce a course."""

    title = _words(_("Wie heißt der Kurs?"), longest=100)
    topic = forms.ModelChoiceField(
        label=_("Thema"), queryset=Topic.objects.all(), required=False, empty_label=_("kein bestimmtes")
    )
    on = day_field(_("Tag"))
    starts = forms.TimeField(
        label=_("Beginn"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Bitte so schreiben: 14:30.")},
    )
    minutes = DurationField(label=_("Dauer"))
    held_at = _words(_("Ort"), longest=120, required=False)
    held_by = _words(_("Wer hält ihn?"), longest=100)
    places = forms.IntegerField(label=_("Plätze"), min_value=1, max_value=500)
    is_basic = forms.BooleanField(
        label=_("Grundschulung: wer da war, hat die Schulung für Hausbesuche."), required=False
    )

    def values(self) -> dict[str, Any]:
        """What `add_course` takes."""
        starts = self.cleaned_data["starts"]
        return {**self.cleaned_data, "starts": f"{starts:%H:%M}" if starts else ""}


class WorkForm(forms.Form):
    """Hours beside visits and courses."""

    on = day_field(_("An welchem Tag?"))
    minutes = DurationField(label=_("Wie lange?"), error_messages={"required": _("Bitte schreiben Sie, wie lange.")})
    what = _words(_("Was haben Sie gemacht?"), longest=120, help_text=_("Bitte keine Namen von Menschen."))
    copy = copy_field()


class BecauseForm(forms.Form):
    """Why not."""

    because = forms.CharField(
        label=_("Warum nicht? Das liest die Lotsin oder der Lotse."),
        max_length=200,
        error_messages={"required": _("Bitte schreiben Sie in einem Satz, warum nicht.")},
    )


class ExpenseForm(forms.Form):
    """Money laid out: a sum, or kilometres by car."""

    on = day_field(_("An welchem Tag?"))
    kind = forms.ChoiceField(label=_("Wofür?"), choices=Expense.Kind.choices, widget=forms.RadioSelect)
    cents = CentsField(
        label=_("Betrag in Euro"), required=False, help_text=_("Zum Beispiel 6,40. Nicht bei Kilometern.")
    )
    kilometres = forms.IntegerField(
        label=_("Kilometer, hin und zurück"),
        required=False,
        min_value=1,
        max_value=500,
        help_text=_("Nur mit dem Auto."),
    )
    receipt = forms.CharField(
        label=_("Nummer auf dem Beleg"), max_length=30, required=False, help_text=_("Den Beleg heben Sie bitte auf.")
    )
    what = forms.CharField(
        label=_("Anmerkung"), max_length=120, required=False, help_text=_("Bitte keine Namen von Menschen.")
    )
    reference = VisitNumberField(label=_("Vorgangsnummer des Besuchs"), max_length=40, required=False)
    copy = copy_field()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        by_car = data.get("kind") == Expense.Kind.KILOMETRES
        if by_car and not data.get("kilometres") and "kilometres" not in self.errors:
            self.add_error("kilometres", gettext("Bitte schreiben Sie, wie viele Kilometer."))
        if data.get("kind") and not by_car and not data.get("cents") and "cents" not in self.errors:
            self.add_error("cents", gettext("Bitte schreiben Sie den Betrag, zum Beispiel 6,40."))
        return data


class DeclareForm(forms.Form):
    """What somebody else has paid a volunteer, by their own word."""

    kind = forms.ChoiceField(label=_("Welche Pauschale?"), choices=Allowance.Kind.choices, widget=forms.RadioSelect)
    on = day_field(_("Wann kam das Geld?"))
    cents = CentsField(label=_("Betrag in Euro"), error_messages={"required": _("Bitte schreiben Sie den Betrag.")})
    what = _words(_("Wofür und von wem?"), longest=120)


class RateForm(forms.Form):
    """A figure of law or city from a day on."""

    key = forms.ChoiceField(label=_("Satz"), choices=Rate.Key.choices)
    cents = CentsField(label=_("Betrag in Euro"), error_messages={"required": _("Bitte schreiben Sie den Betrag.")})
    valid_from = day_field(_("Gilt ab"))
    source = _words(_("Wo steht das?"), longest=200, help_text=_("Gesetz, Satzung oder Beschluss."))


class CertificateNumberForm(forms.Form):
    """Nine digits, however they are grouped."""

    digits = forms.CharField(
        label=_("Nummer auf der Bescheinigung"),
        help_text=_("Neun Ziffern, zum Beispiel 123\N{NO-BREAK SPACE}456\N{NO-BREAK SPACE}789."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Bitte tippen Sie die neun Ziffern von der Bescheinigung.")},
    )
