"""The form that changes how a volunteer is reached, as it stands, with a mark of what was on screen."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lotsen.fields import PhoneField, PostalCodeField
from lotsen.kernel.errors import Refused
from lotsen.places.addresses import TypedAddress
from lotsen.places.normalise import split_street
from lotsen.spoken import grouped_phone
from volunteers import contacts
from volunteers.contacts import KEEPS_EMAIL
from volunteers.models import Volunteer

HOME = ("street", "postal_code", "city", "extra")
LABELS = {"email": _("E-Mail-Adresse"), "phone": _("Telefonnummer"), "home": _("Anschrift")}
FIELD_OF: dict[type[Refused], str] = {
    contacts.EmailTaken: "email",
    contacts.KeepsEmail: "email",
    contacts.TooOften: "email",
    contacts.NumberTaken: "phone",
    contacts.NotReachable: "phone",
    contacts.NoAddress: "street",
}
"""Beside which field a refusal of the verb stands."""


class ContactsForm(forms.Form):
    """E-mail address, telephone number and home of one volunteer."""

    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Das ist keine E-Mail-Adresse. Zum Beispiel: name@example.org")},
    )
    phone = PhoneField(
        label=_("Telefonnummer"),
        required=False,
        help_text=_("Am besten das Handy: Dann fragen wir per SMS. Festnetz geht auch, dann rufen wir an."),
    )
    street = forms.CharField(
        label=_("Straße und Hausnummer"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={"required": _("Bitte schreiben Sie Straße und Hausnummer.")},
    )
    postal_code = PostalCodeField(
        label=_("Postleitzahl"),
        error_messages={"required": _("Eine Postleitzahl hat 5 Ziffern, zum Beispiel 01169.")},
    )
    city = forms.CharField(
        label=_("Ort"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={"required": _("Bitte schreiben Sie den Ort.")},
    )
    extra = forms.CharField(
        label=_("Zusatz zur Anschrift"),
        max_length=120,
        required=False,
        help_text=_("Zum Beispiel: Hinterhaus, 2. Stock"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, volunteer: Volunteer, is_own: bool) -> None:
        self.volunteer = volunteer
        self.stored = contacts.values_of(volunteer)
        super().__init__(data, initial=_initial(self.stored))
        self.fields["street"].required = bool(self.stored["home"][0])  # of some a list says the postal code alone
        if is_own:
            self.fields["email"].required = bool(self.stored["email"])
            self.fields["email"].error_messages["required"] = gettext(KEEPS_EMAIL)
            self.fields["email"].help_text = gettext(
                "Damit melden Sie sich an. Eine neue gilt erst, wenn Sie sie bestätigen."
            )
        elif contacts.is_of_staff(volunteer):
            for name in ("email", "phone"):
                self.fields[name].disabled = True
                self.fields[name].help_text = gettext("Ändert nur die Person selbst: Sie arbeitet auch bei uns.")
        else:
            self.fields["email"].help_text = gettext(
                "Damit meldet sich die Person an. Mit einer neuen wird sie überall abgemeldet."
            )

    def clean_street(self) -> str:
        street = " ".join(self.cleaned_data["street"].split())
        if street and street != self.stored["home"][0] and not split_street(street).house_number:
            raise ValidationError(gettext("Bitte schreiben Sie Straße und Hausnummer."))
        return street

    def contacts(self) -> contacts.Contacts:
        """What the verb takes; only after `is_valid`."""
        data = self.cleaned_data
        home = TypedAddress(**{name: " ".join(data[name].split()) for name in HOME})
        return contacts.Contacts(email=data["email"], phone=data["phone"], home=home)

    def stamps_seen(self) -> dict[str, str]:
        """The marks of what stood on screen; nonsense counts as having seen nothing."""
        try:
            seen = json.loads(self.cleaned_data["seen"] or "{}")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}

    def refuse(self, no: Refused) -> None:
        """Say the verb's refusal beside its field."""
        self.add_error(FIELD_OF.get(type(no)), no.sentence)

    def overtaken_by(
        self, now: Volunteer, fields: tuple[str, ...], *, is_own: bool
    ) -> tuple[ContactsForm, list[dict[str, str]]]:
        """The form once more, for what stands there now: what was not touched takes the new value, what was typed
        stays; and in words what somebody else has changed."""
        typed = self.contacts()
        home = typed.home
        mine = {"email": typed.email, "phone": typed.phone}
        mine["home"] = [home.street, home.postal_code, home.city, home.extra]
        marks, seen = contacts.stamps(mine), self.stamps_seen()
        again = ContactsForm(self.data.copy(), volunteer=now, is_own=is_own)
        for name in fields:
            if marks[name] == seen.get(name):
                for one in HOME if name == "home" else (name,):
                    again.data[one] = again.initial[one]
        again.data["seen"] = again.initial["seen"]
        return again, [{"label": str(LABELS[name]), "now": again.shown(name)} for name in fields]

    def shown(self, name: str) -> str:
        """What stands there now, in words."""
        value = self.stored[name]
        if name == "home":
            return ", ".join(part for part in value if part)
        return (grouped_phone(value) if name == "phone" and value else value) or gettext("leer")


def _initial(stored: contacts.Values) -> dict[str, Any]:
    phone = grouped_phone(stored["phone"]) if stored["phone"] else ""
    home = dict(zip(HOME, stored["home"], strict=True))
    return {"email": stored["email"], "phone": phone, **home, "seen": json.dumps(contacts.stamps(stored))}
