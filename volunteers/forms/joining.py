"""Forms of joining: the application, the same at the desk, taking somebody on, what was shown, and the end of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lotsen.fields import PhoneField, PostalCodeField
from lotsen.places.normalise import split_street
from lotsen.public_forms import NOT_ASKED, PublicForm, has_letters
from lotsen.spoken import said
from volunteers.languages import GERMAN, LANGUAGES
from volunteers.models import Application, Requirement, Topic, TravelMode
from volunteers.queries import public_topics

CHOOSE = _("Bitte wählen Sie eine Antwort.")
TIMES = [
    ("morning", _("vormittags")),
    ("afternoon", _("nachmittags")),
    ("evening", _("abends, bis 20 Uhr")),
    ("saturday", _("samstags")),
]


class _Topics(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Topic) -> str:
        return said(obj.name)


class ApplicationForm(PublicForm):
    """One page, no account. A telephone number or an e-mail address is enough."""

    name = forms.CharField(
        label=_("Vor- und Nachname"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Bitte schreiben Sie Ihren Namen.")},
    )
    phone = PhoneField(
        label=_("Telefonnummer"),
        help_text=_("Wir rufen Sie an. Lieber per E-Mail? Dann lassen Sie das leer."),
        required=False,
    )
    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Das ist keine E-Mail-Adresse. Zum Beispiel: name@example.org")},
    )
    postal_code = PostalCodeField(
        label=_("Postleitzahl"),
        help_text=_("Damit wir sehen, was in Ihrer Nähe gebraucht wird."),
        error_messages={"required": _("Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169.")},
    )
    street = forms.CharField(
        label=_("Straße und Hausnummer"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    topics = _Topics(
        label=_("Womit kennen Sie sich aus?"),
        queryset=Topic.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    times = forms.MultipleChoiceField(
        label=_("Wann haben Sie Zeit?"), choices=TIMES, required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Welche Sprachen sprechen Sie außer Deutsch?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    travel_mode = forms.ChoiceField(
        label=_("Wie sind Sie unterwegs?"),
        choices=TravelMode.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE},
    )
    heard_from = forms.CharField(label=_("Wie haben Sie von uns gehört?"), max_length=160, required=False)
    note = forms.CharField(
        label=_("Möchten Sie uns noch etwas sagen?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = public_topics()
        self.fields["languages"].choices = [(one, said(one)) for one in LANGUAGES if one != GERMAN]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not has_letters(name):
            raise ValidationError(_("Bitte schreiben Sie Ihren Namen."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_typed = data.get("phone") or data.get("email")
        if not is_typed and not {"phone", "email"} & set(self.errors):
            self.add_error("phone", _("Wie erreichen wir Sie? Bitte schreiben Sie eine Telefonnummer oder E-Mail."))
        return data

    def values(self) -> dict[str, Any]:
        """What the verb takes, only after `is_valid`."""
        kept = {name: value for name, value in self.cleaned_data.items() if name not in NOT_ASKED}
        kept["languages"] = [GERMAN, *kept["languages"]]
        return kept


class OfficeApplicationForm(ApplicationForm):
    """Somebody applies by telephone or on paper; an agent writes it down."""

    entrance = forms.ChoiceField(
        label=_("Wie kam die Bewerbung?"),
        choices=[
            (Application.Entrance.PHONE, _("am Telefon")),
            (Application.Entrance.PAPER, _("auf Papier")),
        ],
        widget=forms.RadioSelect,
        initial=Application.Entrance.PHONE,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    field_order = ("entrance",)


class TakeOnForm(forms.Form):
    """What somebody needs to have who becomes a volunteer: a home, and where they want to sign in, an address."""

    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        max_length=254,
        required=False,
        help_text=_(
            "Damit meldet sich die Person an. Keine E-Mail? Leer lassen: Dann fragen wir per SMS oder Anruf, und die "
            "Hotline trägt ein, was sie sagt."
        ),
        error_messages={
            "invalid": _("Das ist keine E-Mail-Adresse. Zum Beispiel: name@example.org"),
        },
    )
    street = forms.CharField(
        label=_("Straße und Hausnummer"),
        max_length=160,
        help_text=_("Von dort rechnen wir Wege. Nur die Koordination sieht sie."),
        error_messages={"required": _("Bitte schreiben Sie Straße und Hausnummer.")},
    )
    postal_code = PostalCodeField(label=_("Postleitzahl"))

    def clean_street(self) -> str:
        street = " ".join(self.cleaned_data["street"].split())
        if not has_letters(street) or not split_street(street).house_number:
            raise ValidationError(_("Bitte schreiben Sie Straße und Hausnummer."))
        return street


def day_field(label: Any) -> forms.DateField:
    """A day, chosen or typed."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        widget=widget,
        error_messages={"required": _("Bitte einen Tag wählen."), "invalid": _("Diesen Tag gibt es nicht.")},
    )


class EvidenceForm(forms.Form):
    """One requirement was shown: its day, and where a paper was seen the day on which we saw it."""

    issued_on = day_field(_("Am"))
    seen_on = day_field(_("Gesehen am"))

    def __init__(self, *args: Any, requirement: Requirement, **kwargs: Any) -> None:
        super().__init__(*args, prefix=requirement.key, **kwargs)
        self.requirement = requirement
        if requirement.how == Requirement.How.SEEN:
            self.fields["issued_on"].label = _("Ausgestellt am")
        else:
            del self.fields["seen_on"]

    def shown(self) -> dict[str, Any]:
        """What the verb takes; where nothing is seen on paper, the day itself is the day we know of it."""
        data = self.cleaned_data
        return {"issued_on": data["issued_on"], "seen_on": data.get("seen_on") or data["issued_on"]}


class SuspendForm(forms.Form):
    """Why somebody may not go any more."""

    because = forms.CharField(
        label=_("Warum? Das liest nur die Koordination."),
        max_length=200,
        error_messages={"required": _("Bitte schreiben Sie in einem Satz, warum.")},
    )
