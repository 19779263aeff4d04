"""The forms of an organisation that asks for several people: who it is, and one person at a time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.emergency import looks_like_secret
from bookings.forms.public import AddressFields
from bookings.models import Caller
from bookings.models.clients import Salutation
from bookings.web_requests import ANY_TIME
from lotsen.fields import PhoneField
from lotsen.public_forms import NOT_ASKED, PublicForm, has_letters
from lotsen.spoken import said
from volunteers.queries import public_topics

CHOOSE = _("Bitte wählen Sie eine Antwort.")
TYPED = ("name", "street", "postal_code", "phone", "topics")


class OrganisationForm(PublicForm):
    """Who asks, and the number that a human calls before anything happens."""

    organisation = forms.CharField(
        label=_("Name der Stelle"),
        help_text=_("Zum Beispiel: Pflegedienst Elbaue"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Bitte schreiben Sie den Namen der Stelle.")},
    )
    caller = forms.ChoiceField(
        label=_("Was für eine Stelle ist das?"),
        choices=[
            (Caller.CARE, _("Pflege, Beratung oder Sozialdienst")),
            (Caller.PRACTICE, _("Praxis, Klinik oder Therapie")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    contact = forms.CharField(
        label=_("Ihr Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Bitte schreiben Sie Ihren Namen.")},
    )
    phone = PhoneField(
        label=_("Telefon der Stelle"),
        help_text=_("Wir rufen dort an, bevor etwas geschieht. Am besten die Nummer, die im Telefonbuch steht."),
        error_messages={"required": _("Bitte schreiben Sie die Telefonnummer der Stelle.")},
    )

    @property
    def fields_shown(self) -> list[forms.BoundField]:
        """What is drawn, in order."""
        return [bound for bound in self if bound.name not in NOT_ASKED]

    def values(self) -> dict[str, str]:
        """Columns of `Referral`, only after `is_valid`."""
        return {name: value for name, value in self.cleaned_data.items() if name not in NOT_ASKED}


class PersonForm(AddressFields, PublicForm):
    """One person of the list. `key` names the line: sent twice it stays one."""

    key = forms.RegexField(r"^[0-9a-f]{12}$", widget=forms.HiddenInput)
    salutation = forms.ChoiceField(
        label=_("Anrede"), choices=Salutation.choices, required=False, widget=forms.RadioSelect, initial=""
    )
    name = forms.CharField(
        label=_("Vorname und Nachname"),
        max_length=120,
        error_messages={"required": _("Bitte schreiben Sie den Namen der Person.")},
    )
    phone = PhoneField(
        label=_("Telefon der Person"), help_text=_("Kein Telefon? Dann schreiben wir einen Brief."), required=False
    )
    topics = forms.MultipleChoiceField(
        label=_("Wobei sollen wir helfen?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens ein Thema.")},
    )
    times = forms.MultipleChoiceField(
        label=_("Wann passt es?"),
        choices=[
            (ANY_TIME, _("egal")),
            ("vormittags", _("vormittags")),
            ("nachmittags", _("nachmittags")),
            ("samstags", _("samstags")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens eine Zeit. Es ist egal? Wählen Sie „egal“.")},
    )
    known = forms.ChoiceField(
        label=_("Weiß die Person davon?"),
        choices=[("yes", _("ja")), ("not_yet", _("noch nicht"))],
        help_text=_("Wir fragen sie in jedem Fall selbst."),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    field_order = ("salutation", "name", "street", "postal_code", "meant", "phone", "topics", "times", "known")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = [(topic.key, said(topic.name)) for topic in public_topics()]
        for name in ("name", "street", "postal_code", "phone"):  # the browser knows who types, not whom it is about
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @property
    def fields_shown(self) -> list[forms.BoundField]:
        """What is drawn, in order."""
        return self.without_needless_choice([bound for bound in self if bound.name not in (*NOT_ASKED, "key")])

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed: then the list is sent as it stands."""
        return not any(str(one).strip() for name in TYPED for one in self.data.getlist(name))

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not has_letters(name):
            raise ValidationError(self.fields["name"].error_messages["required"])
        if looks_like_secret(name):
            raise ValidationError(_("Das sieht nach einer PIN aus. Bitte löschen Sie sie. Wir brauchen sie nicht."))
        return name

    def values(self) -> dict[str, Any]:
        """The line as it is kept, only after `is_valid`."""
        gone = (*NOT_ASKED, "key", "meant")
        return {name: value for name, value in self.cleaned_data.items() if name not in gone}
