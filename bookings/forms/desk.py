"""Forms of the hotline's desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.forms.fields import PhoneField, PostalCodeField, TopicChoices, WishField
from bookings.intake import Intake
from bookings.models import Caller, Client, Entrance, Need, ReachBy, Wish
from bookings.models.clients import Salutation
from lotsen.places.addresses import TypedAddress
from volunteers.models import Topic
from volunteers.queries import public_topics


class IntakeForm(forms.Form):
    """One request on one screen. A post address or a number is enough; nothing else is demanded."""

    entrance = forms.ChoiceField(
        label=_("Wie kam die Anfrage?"),
        choices=[(Entrance.PHONE, Entrance.PHONE.label), (Entrance.LETTER, Entrance.LETTER.label)],
        initial=Entrance.PHONE,
        widget=forms.RadioSelect,
    )
    caller = forms.ChoiceField(
        label=_("Wer ruft an?"), choices=Caller.choices, initial=Caller.SELF, widget=forms.RadioSelect
    )
    caller_name = forms.CharField(label=_("Name am Telefon"), max_length=120, required=False)
    caller_phone = PhoneField(label=_("Rückruf unter"), required=False)
    salutation = forms.ChoiceField(
        label=_("Anrede"), choices=Salutation.choices, required=False, widget=forms.RadioSelect, initial=""
    )
    name = forms.CharField(
        label=_("Wen besuchen wir?"),
        max_length=120,
        error_messages={"required": _("Bitte schreiben Sie den Namen der Person.")},
    )
    phone = PhoneField(label=_("Telefon dort"), required=False)
    street = forms.CharField(label=_("Straße und Hausnummer"), max_length=160, required=False)
    postal_code = PostalCodeField(label=_("PLZ"), required=False)
    topics = TopicChoices(
        label=_("Wobei helfen wir?"),
        queryset=Topic.objects.none(),
        to_field_name="key",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens ein Thema.")},
    )
    goal = forms.CharField(
        label=_("Das Ziel in eigenen Worten"),
        max_length=500,
        required=False,
        error_messages={"max_length": _("Das ist zu lang. Bitte höchstens 500 Zeichen.")},
    )
    times = WishField(
        label=_("Wann passt es?"),
        required=False,
        max_length=120,
        help_text=_("Zum Beispiel: vormittags · Di, Do ab 14 · nicht mittwochs. Leer heißt: egal."),
    )
    needs = forms.MultipleChoiceField(
        label=_("Bitte beachten"), choices=Need.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    wish = forms.ChoiceField(
        label=_("Wer soll kommen?"), choices=Wish.choices, required=False, widget=forms.RadioSelect
    )
    speaks = forms.CharField(label=_("Andere Sprache"), max_length=30, required=False)
    reach_by = forms.MultipleChoiceField(
        label=_("Wie antworten wir?"),
        choices=ReachBy.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie einen Weg. Ein Brief genügt.")},
    )
    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        required=False,
        error_messages={"invalid": _("In der E-Mail-Adresse fehlt etwas. Zum Beispiel: name@beispiel.de")},
    )
    consent = forms.BooleanField(
        label=_(
            "Einwilligung vorgelesen: „Wir speichern Ihre Angaben für diesen Besuch. "
            "Sie können das jederzeit widerrufen.“"
        ),
        required=False,
    )
    known = forms.ModelChoiceField(queryset=Client.objects.all(), required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = public_topics()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        reach = set(data.get("reach_by") or [])
        if not data.get("phone") and not data.get("street") and not data.get("email"):
            self.add_error("phone", _("Ohne Nummer und ohne Anschrift erreichen wir niemanden. Eines genügt."))
        if ReachBy.LETTER in reach and not (data.get("street") and data.get("postal_code")):
            self._unless_wrong("street", _("Für einen Brief brauchen wir Straße, Hausnummer und Postleitzahl."))
        if reach & {ReachBy.CALL, ReachBy.SMS} and not data.get("phone"):
            self._unless_wrong("phone", _("Für einen Anruf oder eine SMS brauchen wir die Nummer."))
        if ReachBy.EMAIL in reach and not data.get("email"):
            self._unless_wrong("email", _("Für eine E-Mail brauchen wir die Adresse."))
        if not data.get("consent") and "consent" not in self.errors:
            self.add_error(
                "consent", ValidationError(_("Bitte lesen Sie die Einwilligung vor und setzen Sie den Haken."))
            )
        return data

    def _unless_wrong(self, name: str, sentence: Any) -> None:
        if name not in self.errors:
            self.add_error(name, sentence)

    def intake(self, *, chosen: Any = None) -> Intake:
        """What was said, for the verb; only after `is_valid`."""
        data = self.cleaned_data
        words, hours = data["times"]
        is_agreed = data["caller"] == Caller.SELF and data["entrance"] == Entrance.PHONE
        return Intake(
            person={
                "name": data["name"],
                "salutation": data["salutation"],
                "phone": data["phone"],
                "email": data["email"],
                "reach_by": [way for way in ReachBy.values if way in data["reach_by"]],
                "needs": data["needs"],
                "wish": data["wish"],
                "speaks": [data["speaks"]] if data["speaks"] else [],
            },
            visit={
                "caller": data["caller"],
                "caller_name": data["caller_name"],
                "caller_phone": data["caller_phone"],
                "goal": data["goal"],
                "times": str(hours) if hours else "",
                "times_words": words,
            },
            address=self.typed_address(),
            topics=tuple(data["topics"]),
            entrance=data["entrance"],
            is_agreed=is_agreed,
            known=data["known"],
            consents={"visit": True},
            chosen=chosen if is_agreed else None,
            idempotency_key=data["key"],
        )

    def typed_address(self) -> TypedAddress | None:
        """The address as far as it was typed."""
        data = self.cleaned_data
        if not data.get("street") and not data.get("postal_code"):
            return None
        return TypedAddress(street=data.get("street") or "", postal_code=data.get("postal_code") or "", city="Dresden")
