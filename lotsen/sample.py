"""Made-up content for the sample page of the look."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

TOPICS = (
    ("phone", "Handy und Telefon\nanrufen, Nachrichten, Einstellungen"),
    ("tv", "Fernseher und Mediathek\nSendungen später ansehen"),
    ("video", "Videoanruf\ndie Familie sehen und sprechen"),
)
CALLERS = (("self", "sie selbst"), ("child", "Tochter, Sohn"), ("care", "Pflege"))
GOALS = (("alone", "kann ich allein"), ("help", "geht mit Hilfe"), ("not_yet", "noch nicht"))


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Vor- und Nachname"))
    phone = forms.CharField(
        label=_("Telefon"),
        help_text=_("Festnetz ist gut."),
        error_messages={"required": _("In der Telefonnummer fehlt die Vorwahl. Zum Beispiel: 0351 123 45 67")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("Wobei sollen wir Ihnen helfen?"),
        choices=TOPICS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Sie dürfen mehr als eine Antwort wählen."),
        error_messages={"required": _("Bitte wählen Sie mindestens ein Thema.")},
    )
    caller = forms.ChoiceField(label=_("Wer ruft an?"), choices=CALLERS, widget=forms.RadioSelect)
    goal = forms.ChoiceField(label=_("Zielkarte"), choices=GOALS, widget=forms.RadioSelect)
    district = forms.ChoiceField(label=_("Stadtteil"), choices=(("1", "Gorbitz-Süd"), ("2", "Löbtau")))
    note = forms.CharField(
        label=_("Notiz"), widget=forms.Textarea(attrs={"rows": 3}), required=False, help_text=_("Bitte keine PIN.")
    )
    consent = forms.BooleanField(
        label=_("Einwilligung vorgelesen."), error_messages={"required": _("Bitte wählen Sie Ja oder Nein.")}
    )


def sample_context() -> dict[str, object]:
    """Return what the sample page shows: forms with and without errors, reasons, dates, pins."""
    first = datetime.date(2026, 12, 1)
    good = {"name": "Karin Krause", "phone": "030 231 25 116", "topics": ["tv"], "caller": "child", "goal": "help"}
    return {
        "good_form": SampleForm(initial=good, auto_id="gut_%s"),
        "bad_form": SampleForm(data={"name": "Karin Krause"}, auto_id="fehler_%s"),
        "reasons": [
            "Thema Fotos, war schon zweimal bei ihr",
            {"text": "kennt sie noch nicht", "kind": "warn"},
            {"text": "nur samstags", "kind": "bad"},
        ],
        "deltas": [
            {"label": "Minuten Fahrt", "value": "+40"},
            {"label": "Halt zieht um", "value": "1"},
            {"label": "Menschen erfahren es", "value": "23"},
        ],
        "facts": [
            {"icon": "place", "text": "Gorbitz-Süd, etwa 2,5 km"},
            {"icon": "bike", "text": "11 Minuten mit dem Rad"},
            {"icon": "screen", "text": "Fernseher und Mediathek"},
        ],
        "dates": [
            {"date": first, "hours": "10:30 bis 12:00\xa0Uhr", "note": "nächster Termin"},
            {"date": first + datetime.timedelta(days=14), "hours": "10:30 bis 12:00\xa0Uhr"},
            {
                "date": first + datetime.timedelta(days=28),
                "hours": "10:30\xa0Uhr",
                "is_off": True,
                "replacement": "Ersatz: Dienstag, 5. Januar, 10:30\xa0Uhr",
            },
        ],
        "today": first,
        "pins": {"type": "FeatureCollection", "features": [sample_pin(n) for n in range(1, 7)]},
        "teams": range(1, 7),
    }


def sample_pin(number: int) -> dict[str, object]:
    """Return a point for the sample map, one for each mark of a team."""
    place = [13.64 + 0.03 * number, 51.03 + 0.01 * (number % 3)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {"label": str(number), "name": f"Haltestelle {number}", "team": number, "url": "#karte"},
    }
