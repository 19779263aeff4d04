"""Forms of the web's question pages, one a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.emergency import looks_like_secret
from bookings.forms.public import AddressFields
from bookings.models import Caller, Need, ReachBy, Wish
from bookings.models.clients import Salutation
from bookings.questions import Answers, is_for_another
from bookings.web_requests import ANY_TIME
from lotsen.fields import PhoneField
from lotsen.kernel.phones import is_mobile
from lotsen.kernel.sentences import NotUnderstood
from lotsen.kernel.windows import parse_wish
from lotsen.public_forms import NOT_ASKED, PublicForm, has_letters
from lotsen.spoken import said
from volunteers.queries import public_topics

CHOOSE = _("Bitte wählen Sie eine Antwort.")


class QuestionForm(PublicForm):
    """One question page. `heading` names the field whose label is the page's h1; without one, `question` is it.

    `question_other` stands instead where somebody asks for somebody else.
    """

    question: Any = ""
    question_other: Any = ""
    hint: Any = ""
    heading = ""

    def __init__(self, data: Any = None, *, answers: Answers, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.answers = answers
        if self.heading:
            self.fields[self.heading].label = self.title
        self.prepare()

    def prepare(self) -> None:
        """Fit choices and hints to the answers so far."""

    @property
    def title(self) -> Any:
        return self.question_other if self.question_other and is_for_another(self.answers) else self.question

    @property
    def main(self) -> forms.BoundField | None:
        return self[self.heading] if self.heading else None

    @property
    def others(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name not in (*NOT_ASKED, self.heading)]

    def values(self) -> dict[str, Any]:
        """The answer as it is kept, only after `is_valid`."""
        return {name: value for name, value in self.cleaned_data.items() if name not in NOT_ASKED}


class AddressForm(AddressFields, QuestionForm):
    """Where."""

    question = _("Wo wohnen Sie?")
    question_other = _("Wo wohnt die Person?")
    hint = _("Dann zeigen wir, was es in Ihrer Nähe gibt.")

    @property
    def others(self) -> list[forms.BoundField]:
        return self.without_needless_choice(super().others)

    def values(self) -> dict[str, Any]:
        return {"street": self.cleaned_data["street"], "postal_code": self.cleaned_data["postal_code"]}


class ForForm(QuestionForm):
    question = _("Für wen ist der Besuch?")
    heading = "caller"
    caller = forms.ChoiceField(
        choices=[
            (Caller.SELF, _("für mich")),
            (Caller.FAMILY, _("für jemand aus der Familie")),
            (Caller.NEIGHBOUR, _("für Nachbarn oder Freunde")),
            (Caller.CARE, _("ich bin Fachkraft\nzum Beispiel Pflegedienst, Praxis, Beratung")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )


class CallerForm(QuestionForm):
    question = _("Wer sind Sie?")
    hint = _("Dann können wir Sie etwas fragen, wenn etwas unklar ist.")
    caller_name = forms.CharField(
        label=_("Ihr Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Bitte schreiben Sie Ihren Nachnamen.")},
    )
    caller_phone = PhoneField(
        label=_("Ihre Telefonnummer"), error_messages={"required": _("Bitte schreiben Sie Ihre Telefonnummer.")}
    )


class KnownForm(QuestionForm):
    question = _("Weiß die Person, dass Sie uns schreiben?")
    heading = "known"
    known = forms.ChoiceField(
        choices=[("yes", _("ja")), ("not_yet", _("noch nicht"))],
        help_text=_("Wir fragen sie in jedem Fall selbst."),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )


class TopicsForm(QuestionForm):
    question = _("Wobei sollen wir Ihnen helfen?")
    question_other = _("Wobei sollen wir helfen?")
    heading = "topics"
    topics = forms.MultipleChoiceField(
        help_text=_("Sie dürfen mehr als eine Antwort wählen."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Bitte wählen Sie mindestens ein Thema. Sie wissen es nicht? Wählen Sie „Etwas anderes“.")
        },
    )

    def prepare(self) -> None:
        topics = public_topics()
        self.fields["topics"].choices = [(topic.key, f"{said(topic.name)}\n{said(topic.hint)}") for topic in topics]


class GoalForm(QuestionForm):
    question = _("Was möchten Sie am Ende selbst können?")
    question_other = _("Was möchte die Person am Ende selbst können?")
    heading = "goal"
    goal = forms.CharField(
        required=False,
        help_text=_("Zum Beispiel: „Ich möchte meine Enkel am Bildschirm sehen.“"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_goal(self) -> str:
        goal = self.cleaned_data["goal"].strip()
        if len(goal) > 500:
            sentence = _("Das ist zu lang. Bitte höchstens 500 Zeichen, es sind %(count)d.")
            raise ValidationError(sentence % {"count": len(goal)})
        if looks_like_secret(goal):
            raise ValidationError(_("Das sieht nach einer PIN aus. Bitte löschen Sie sie. Wir brauchen sie nicht."))
        return goal


class TimesForm(QuestionForm):
    question = _("Wann passt es Ihnen?")
    question_other = _("Wann passt es der Person?")
    heading = "times"
    times = forms.MultipleChoiceField(
        choices=[
            (ANY_TIME, _("egal")),
            ("vormittags", _("vormittags")),
            ("nachmittags", _("nachmittags")),
            ("samstags", _("samstags")),
        ],
        help_text=_("Je mehr Sie wählen, desto schneller kommt jemand."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens eine Zeit. Es ist egal? Wählen Sie „egal“.")},
    )
    words = forms.CharField(
        label=_("Oder mit Ihren Worten"),
        help_text=_("Zum Beispiel: Di oder Do ab 14 Uhr · nicht mittwochs"),
        required=False,
        max_length=60,
    )

    def prepare(self) -> None:
        self.fields["times"].required = not str(self.data.get("words", "")).strip()

    def clean_words(self) -> str:
        words = self.cleaned_data["words"].strip()
        if words.lower() in ("", ANY_TIME):
            return words.lower()
        try:
            parse_wish(words)
        except NotUnderstood as error:
            raise ValidationError(said(error.sentence)) from error
        return words


class NeedsForm(QuestionForm):
    question = _("Was sollen wir beachten?")
    heading = "needs"
    needs = forms.MultipleChoiceField(
        required=False,
        choices=Need.choices,
        help_text=_("Zum Beispiel: viele Stufen, lauter sprechen, ein Hund. Krankheiten müssen Sie nicht nennen."),
        widget=forms.CheckboxSelectMultiple,
    )


class ConsentForm(QuestionForm):
    question = _("Dürfen wir aufschreiben, was wir beachten sollen?")
    heading = "consent"
    consent = forms.ChoiceField(
        choices=[("yes", _("ja")), ("no", _("nein"))],
        help_text=_("Ein Nein ist in Ordnung."),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Bitte wählen Sie Ja oder Nein."),
            "invalid_choice": _("Bitte wählen Sie Ja oder Nein."),
        },
    )


class WishForm(QuestionForm):
    question = _("Wer soll kommen?")
    heading = "wish"
    wish = forms.ChoiceField(required=False, choices=Wish.choices, widget=forms.RadioSelect, initial="")
    speaks = forms.CharField(
        label=_("Sprache, wenn nicht Deutsch"), help_text=_("Zum Beispiel: Russisch"), required=False, max_length=30
    )


class NameForm(QuestionForm):
    question = _("Wie heißen Sie?")
    question_other = _("Wie heißt die Person?")
    salutation = forms.ChoiceField(
        label=_("Anrede"), choices=Salutation.choices, required=False, widget=forms.RadioSelect, initial=""
    )
    name = forms.CharField(
        label=_("Vorname und Nachname"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Bitte schreiben Sie Ihren Nachnamen.")},
    )

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not has_letters(name):
            raise ValidationError(self.fields["name"].error_messages["required"])
        return name

    def prepare(self) -> None:
        if is_for_another(self.answers):
            self.fields["name"].widget.attrs["autocomplete"] = "off"
            self.fields["name"].error_messages["required"] = _("Bitte schreiben Sie den Namen der Person.")


class PhonePageForm(QuestionForm):
    question = _("Unter welcher Nummer erreichen wir Sie?")
    question_other = _("Unter welcher Nummer erreichen wir die Person?")
    heading = "phone"
    phone = PhoneField(
        required=False,
        help_text=_(
            "Wir rufen an, um den Tag auszumachen. Festnetz ist gut. Kein Telefon? Dann schreiben wir einen Brief."
        ),
    )

    def prepare(self) -> None:
        if is_for_another(self.answers):
            self.fields["phone"].widget.attrs["autocomplete"] = "off"


class ReachForm(QuestionForm):
    question = _("Wie sollen wir antworten?")
    heading = "reach_by"
    reach_by = forms.MultipleChoiceField(
        help_text=_("Eins genügt."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie einen Weg. Ein Brief genügt.")},
    )

    def prepare(self) -> None:
        phone = self.answers.get("phone", {}).get("phone", "")
        ways = [(ReachBy.CALL, ReachBy.CALL.label)] if phone else []
        ways.append((ReachBy.LETTER, ReachBy.LETTER.label))
        ways += [(ReachBy.SMS, ReachBy.SMS.label)] if phone and is_mobile(phone) else []
        self.fields["reach_by"].choices = [*ways, (ReachBy.EMAIL, ReachBy.EMAIL.label)]


class EmailForm(QuestionForm):
    question = _("Wie ist Ihre E-Mail-Adresse?")
    question_other = _("Wie ist die E-Mail-Adresse der Person?")
    heading = "email"
    email = forms.EmailField(
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Bitte schreiben Sie die Adresse. Oder gehen Sie zurück und wählen Sie „Brief“."),
            "invalid": _("In der E-Mail-Adresse fehlt etwas. Zum Beispiel: name@beispiel.de"),
        },
    )

    def clean(self) -> dict[str, Any]:
        if "email" in self.errors and "@" not in str(self.data.get("email", "@")):
            del self._errors["email"]
            self.add_error("email", _("In der E-Mail-Adresse fehlt das @. Zum Beispiel: name@beispiel.de"))
        return super().clean() or {}


FORMS: dict[str, type[QuestionForm]] = {
    "address": AddressForm,
    "for": ForForm,
    "caller": CallerForm,
    "known": KnownForm,
    "topics": TopicsForm,
    "goal": GoalForm,
    "times": TimesForm,
    "needs": NeedsForm,
    "consent": ConsentForm,
    "wish": WishForm,
    "name": NameForm,
    "phone": PhonePageForm,
    "reach": ReachForm,
    "email": EmailForm,
}
