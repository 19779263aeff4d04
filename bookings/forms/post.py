"""Forms of the post: a date to put to somebody, and what came back on paper."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.call_guide import CONSENT_VERSION, CONTACT
from bookings.forms.fields import ReferenceField
from bookings.models import HomeVisit, PostIn, ProposedDate
from bookings.models.post import CARD_COMES_BACK
from bookings.post import Ticked
from bookings.proposed_dates import ways_of
from lotsen.fields import PhoneField
from lotsen.kernel.calendar import at_minute, local_date

ANSWER_DAYS = {ProposedDate.Way.LETTER: 7, ProposedDate.Way.SMS: 2}
LAST_MINUTE = 24 * 60 - 1


class ProposalForm(forms.Form):
    """How to ask, and until when; the date itself is the visit's or a suggestion."""

    way = forms.ChoiceField(label=_("Wie fragen wir?"), widget=forms.RadioSelect)
    answer_by = forms.DateField(
        label=_("Antwort bis"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Beim Brief halten wir den Tag drei Tage länger: so lange ist die Karte unterwegs."),
    )

    def __init__(self, *args: Any, visit: HomeVisit, at: datetime, **kwargs: Any) -> None:
        ways = ways_of(visit)
        kwargs["initial"] = {"way": ways[0], "answer_by": _usual_end(visit, ways[0], at)} if ways else {}
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(way, ProposedDate.Way(way).label) for way in ways]

    @property
    def answer_at(self) -> datetime:
        """The last minute of the day; only after `is_valid`."""
        return at_minute(self.cleaned_data["answer_by"], LAST_MINUTE)


def _usual_end(visit: HomeVisit, way: str, at: datetime) -> Any:
    """A week for a letter, two days for an SMS, and never so late that the date is there first."""
    usual = local_date(at) + timedelta(days=ANSWER_DAYS[ProposedDate.Way(way)])
    if visit.slot_starts_at is None:
        return usual
    comes_back = CARD_COMES_BACK if way == ProposedDate.Way.LETTER else timedelta()
    return min(usual, local_date(visit.slot_starts_at - comes_back) - timedelta(days=1))


class IncomingForm(forms.Form):
    """What lies on the table: which kind of paper, and the number on it."""

    kind = forms.ChoiceField(
        label=_("Was ist gekommen?"),
        widget=forms.RadioSelect,
        choices=[
            (PostIn.Kind.REPLY_CARD, _("Antwortkarte\nmit Kreuzen und einer Nummer")),
            (PostIn.Kind.LETTER, _("Brief zu einem Vorgang\nmit einer Nummer")),
            (PostIn.Kind.CONSENT, _("Unterschriebenes Blatt\n„Ich bin einverstanden“")),
            (PostIn.Kind.RETURNED, _("Unser Brief kam zurück\nunzustellbar")),
        ],
        error_messages={"required": _("Bitte wählen Sie, was gekommen ist.")},
    )
    reference = ReferenceField(
        label=_("Nummer auf dem Papier"),
        help_text=_("Sieben Ziffern, zum Beispiel 482 615 6"),
        error_messages={"required": _("Bitte tippen Sie die Nummer ab.")},
    )


class ReplyCardForm(forms.Form):
    """What is ticked and written on a reply card."""

    ticked = forms.ChoiceField(
        label=_("Was ist angekreuzt?"),
        choices=Ticked.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie, was angekreuzt ist.")},
    )
    wish = forms.CharField(label=_("Was steht daneben?"), max_length=200, required=False)
    phone = PhoneField(label=_("Telefonnummer auf der Karte"), required=False)


class LetterInForm(forms.Form):
    """What a letter says, in a line."""

    note = forms.CharField(
        label=_("Worum geht es?"),
        max_length=200,
        help_text=_("In einem Satz. Den Brief bitte danach in die Ablage."),
        error_messages={"required": _("Bitte schreiben Sie in einem Satz, worum es geht.")},
    )


class ConsentInForm(forms.Form):
    """A signed form: whom we may speak with."""

    given = forms.ChoiceField(
        label=_("Dürfen wir mit der genannten Person über Termine sprechen?"),
        choices=[("yes", _("Ja, unterschrieben")), ("no", _("Nein, oder ohne Unterschrift"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie eine Antwort.")},
    )
    version = forms.IntegerField(label=_("Fassung auf dem Blatt"), min_value=1, max_value=99, initial=CONSENT_VERSION)
    note = forms.CharField(
        label=_("Genannte Person und Telefon"),
        max_length=200,
        required=False,
        help_text=_("Wie es auf dem Blatt steht."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("given") == "yes" and not data.get("note"):
            self.add_error("note", ValidationError(_("Wer ist gemeint? Bitte tippen Sie den Namen ab.")))
        return data

    @property
    def answers(self) -> dict[str, bool]:
        """By purpose; only after `is_valid`."""
        return {CONTACT: self.cleaned_data["given"] == "yes"}
