"""Forms of the hotline's desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.call_guide import CONTACT, INFORMATION, NEEDS, PARTNER, SURVEY
from bookings.emergency import looks_like_secret
from bookings.forms.fields import AskedTimes, AskedTopics
from bookings.forms.notes import GoalField, PlainWordsField
from bookings.intake import Intake
from bookings.models import Caller, Client, Entrance, Need, ReachBy, Wish
from bookings.models.clients import Salutation
from lotsen.fields import PhoneField, PostalCodeField
from lotsen.places.addresses import TypedAddress
from lotsen.spoken import grouped_phone
from volunteers.queries import public_topics

MOST_OTHERS = 20


class YesNoField(forms.ChoiceField):
    """An answer to a question that was read out: True, False, or None where it was not asked."""

    def __init__(self, **kwargs: Any) -> None:
        answers = [("yes", _("ja")), ("no", _("nein"))]
        super().__init__(choices=answers, required=False, widget=forms.RadioSelect, **kwargs)

    def clean(self, value: Any) -> bool | None:
        return {"yes": True, "no": False}.get(super().clean(value))


class OthersField(forms.CharField):
    """Numbers of people of whom the agent knows that they are not meant, as "12,15"."""

    def clean(self, value: Any) -> tuple[int, ...]:
        parts = [part for part in super().clean(value).split(",") if part.isascii() and part.isdigit()]
        return tuple(int(part) for part in parts[:MOST_OTHERS] if len(part) < 19)


class IntakeForm(forms.Form):
    """One request on one screen. A post address or a number is enough; nothing else is demanded."""

    entrance = forms.ChoiceField(
        label=_("Wie kam die Anfrage?"),
        choices=[(Entrance.PHONE, Entrance.PHONE.label), (Entrance.LETTER, Entrance.LETTER.label)],
        initial=Entrance.PHONE,
        widget=forms.RadioSelect,
    )
    written_on = forms.DateField(
        label=_("Datum des Briefes"),
        required=False,
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off"}, format="%d.%m.%Y"),
        input_formats=["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"],
        error_messages={"invalid": _("Bitte schreiben Sie das Datum so: 24.11.2026")},
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
    topics = AskedTopics()
    note = PlainWordsField(
        label=_("Notiz"),
        max_length=500,
        required=False,
        error_messages={"max_length": _("Das ist zu lang. Bitte höchstens 500 Zeichen.")},
    )
    goal = GoalField()
    times = AskedTimes()
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
    language = forms.ChoiceField(
        label=_("Briefe auf"),
        choices=[("de", _("Deutsch")), ("en", _("Englisch"))],
        initial="de",
        required=False,
        widget=forms.RadioSelect,
    )
    large_print = forms.BooleanField(label=_("Briefe in großer Schrift (18 pt)"), required=False)
    consent = forms.BooleanField(label=_("Vorgelesen"), required=False)
    may_needs = YesNoField(label=_("Aufschreiben, was zu beachten ist?"))
    may_contact = YesNoField(label=_("Mit einer Vertrauensperson sprechen?"))
    may_partner = YesNoField(label=_("An den Partner weitergeben?"))
    may_survey = YesNoField(label=_("Nachher zwei Dinge fragen?"))
    known = forms.ModelChoiceField(queryset=Client.objects.all(), required=False, widget=forms.HiddenInput)
    others = OthersField(required=False, widget=forms.HiddenInput)
    vorschlag = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = public_topics()
        if not settings.PARTNER_NAME:
            del self.fields["may_partner"]

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
        self._check_consents(data)
        self._check_letter(data)
        for name in ("goal", "note"):
            if looks_like_secret(data.get(name) or ""):
                self.add_error(name, _("Das sieht nach einer PIN oder Kontonummer aus. Bitte löschen Sie sie."))
        return data

    def _check_consents(self, data: dict[str, Any]) -> None:
        is_spoken = data.get("entrance") != Entrance.LETTER
        if is_spoken and not data.get("consent") and "consent" not in self.errors:
            sentence = _("Bitte lesen Sie die Einwilligung vor und setzen Sie den Haken.")
            self.add_error("consent", ValidationError(sentence))
        if self.is_own_call(data) and data.get("needs") and data.get("may_needs") is None:
            self._unless_wrong("may_needs", _("Bitte fragen Sie, ob wir das aufschreiben dürfen. Nein ist in Ordnung."))

    def _check_letter(self, data: dict[str, Any]) -> None:
        written = data.get("written_on")
        if data.get("entrance") == Entrance.LETTER and not written:
            self._unless_wrong("written_on", _("Bitte schreiben Sie das Datum des Briefes. Ungefähr genügt."))
        if written and written > timezone.localdate():
            self._unless_wrong("written_on", _("Dieses Datum liegt in der Zukunft."))

    @staticmethod
    def is_own_call(data: dict[str, Any]) -> bool:
        """The person visited is on the line: what is said now counts as theirs."""
        return data.get("caller") == Caller.SELF and data.get("entrance") == Entrance.PHONE

    def _unless_wrong(self, name: str, sentence: Any) -> None:
        if name not in self.errors:
            self.add_error(name, sentence)

    def intake(self, *, chosen: Any = None) -> Intake:
        """What was said, for the verb; only after `is_valid`."""
        data = self.cleaned_data
        is_agreed = self.is_own_call(data)
        return Intake(
            person=self._person(data),
            visit=self._visit(data),
            address=self.typed_address(),
            topics=tuple(data["topics"]),
            entrance=data["entrance"],
            is_agreed=is_agreed,
            known=data["known"],
            others=data["others"],
            consents=self.consents(data),
            chosen=chosen if is_agreed else None,
            idempotency_key=data["key"],
        )

    def _person(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": data["name"],
            "salutation": data["salutation"],
            "phone": data["phone"],
            "email": data["email"],
            "reach_by": [way for way in ReachBy.values if way in data["reach_by"]],
            "needs": data["needs"] if data["may_needs"] else [],
            "wish": data["wish"],
            "speaks": [data["speaks"]] if data["speaks"] else [],
            "language": data["language"] or "de",
            "large_print": data["large_print"],
        }

    def _visit(self, data: dict[str, Any]) -> dict[str, Any]:
        words, hours = data["times"]
        return {
            "caller": data["caller"],
            "caller_name": data["caller_name"],
            "caller_phone": data["caller_phone"],
            "goal": data["goal"],
            "note": data["note"],
            "times": str(hours) if hours else "",
            "times_words": words,
            "written_on": data["written_on"] if data["entrance"] == Entrance.LETTER else None,
        }

    def consents(self, data: dict[str, Any]) -> dict[str, bool]:
        """The answers of the person visited by purpose; what somebody else answers for them is none."""
        if data["caller"] != Caller.SELF:
            return {}
        asked = {NEEDS: "may_needs", CONTACT: "may_contact", PARTNER: "may_partner", SURVEY: "may_survey"}
        answers = {purpose: data.get(name) for purpose, name in asked.items()}
        heard = {INFORMATION: True} if data["consent"] else {}
        return heard | {purpose: answer for purpose, answer in answers.items() if answer is not None}

    def typed_address(self) -> TypedAddress | None:
        """The address as far as it was typed."""
        data = self.cleaned_data
        if not data.get("street") and not data.get("postal_code"):
            return None
        return TypedAddress(street=data.get("street") or "", postal_code=data.get("postal_code") or "", city="Dresden")


def words_of(person: Client) -> dict[str, Any]:
    """Somebody whom we know, as the values of the form."""
    address = person.address
    home = (
        {}
        if address is None
        else {"street": f"{address.street} {address.house_number}".strip(), "postal_code": address.postal_code}
    )
    return {
        "known": str(person.pk),
        "salutation": person.salutation,
        "name": person.name,
        "phone": grouped_phone(person.phone) if person.phone else "",
        "email": person.email,
        "reach_by": person.reach_by,
        "wish": person.wish,
        "speaks": ", ".join(person.speaks)[:30],
        "language": person.language,
        "large_print": "on" if person.large_print else "",
        **home,
    }


class PhoneShareForm(forms.Form):
    """How much of the coming two weeks is kept back for the telephone."""

    percent = forms.IntegerField(
        label=_("Für das Telefon freihalten, in Prozent"),
        min_value=0,
        max_value=90,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
