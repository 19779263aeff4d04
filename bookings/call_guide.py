"""What the hotline says: the order of the talk, the consent texts to read out, and what is never asked.

Sentences in quotation marks are read out word for word. A changed consent text gets a new `CONSENT_VERSION`: what
somebody agreed to must stay readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONSENT_VERSION = 3
"""Number of the consent texts below. Draft, to be checked by a lawyer."""
INFORMATION = "info"
NEEDS, CONTACT, PARTNER, SURVEY = "needs", "contact", "partner", "survey"


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the talk; `section` is the part of the form that it belongs to."""

    key: str
    section: str
    sentence: str | Promise


GUIDE = (
    Step("open", "caller", _("„Lotsen, guten Tag. Mein Name ist %(agent)s. Wie kann ich helfen?“")),
    Step("slow", "caller", _("„Lassen Sie sich Zeit. Ich schreibe mit.“")),
    Step("who", "caller", _("„Möchten Sie selbst Hilfe? Oder rufen Sie für jemanden an?“")),
    Step(
        "third",
        "caller",
        _("„Das ist nett von Ihnen. Ich frage die Person dann selbst. Erst danach kommt jemand.“"),
    ),
    Step("address_first", "person", _("„Wo wohnen Sie? Dann sehe ich, was es in Ihrer Nähe gibt.“")),
    Step("spell", "person", _("„Wie schreibt man das? A wie Anton?“")),
    Step("goal", "topic", _("„Was möchten Sie am Ende selbst können?“")),
    Step("times", "times", _("„Wann passt es Ihnen? Morgens, nachmittags, welcher Tag?“")),
    Step(
        "needs",
        "needs",
        _("„Gibt es etwas, das wir wissen sollten? Zum Beispiel Treppen, einen Hund, oder dass wir lauter sprechen.“"),
    ),
    Step(
        "wish",
        "needs",
        _("„Haben Sie einen Wunsch, wer kommt? Eine Frau, ein Mann, eine andere Sprache?“"),
    ),
    Step("reach", "reach", _("„Wie erreichen wir Sie am besten? Telefon oder Brief genügt.“")),
    Step("readback", "reach", _("„Ich lese es Ihnen vor. Sie sagen, ob es stimmt.“")),
    Step("consent_close", "consent", _("„Sie können jedes Ja zurücknehmen. Ein Anruf genügt.“")),
    Step(
        "bring",
        "close",
        _("„Bitte legen Sie das Gerät und das Ladekabel bereit. Und Ihre Brille, wenn Sie eine haben.“"),
    ),
    Step("reference", "close", _("„Ihre Nummer lese ich gleich vor. Haben Sie einen Stift? Ich warte gern.“")),
    Step(
        "door",
        "close",
        _("„Wer kommt, sagt zuerst das Kennwort. Kein Kennwort? Dann lassen Sie zu und rufen uns an.“"),
    ),
    Step("close", "close", _("„Ist noch etwas offen? Dann danke ich Ihnen für den Anruf. Auf Wiederhören.“")),
)

CONSENT_TEXTS: dict[str, Any] = {
    INFORMATION: _(
        "„Wir speichern Name, Adresse und Telefon für den Besuch. Sonst niemand bekommt sie, nur die Person, die zu "
        "Ihnen kommt. Ein Jahr nach dem letzten Kontakt löschen wir alles. Wir fragen Sie vorher. Alles dazu schicken "
        "wir Ihnen in einem Brief.“"
    ),
    NEEDS: _(
        "„Sie haben gesagt, was wir beachten sollen. Dürfen wir das aufschreiben? Dann kommt jemand, der sich darauf "
        "einstellt.“"
    ),
    CONTACT: _("„Dürfen wir auch mit der Person, die Sie nannten, über den Termin sprechen?“"),
    PARTNER: _("„Der Besuch kommt vielleicht von unserem Partner %(partner)s. Dürfen wir Ihre Angaben dorthin geben?“"),
    SURVEY: _("„Dürfen wir Sie nach dem Besuch zwei Dinge fragen?“"),
}

NEVER_ASKED = (
    _("PIN, TAN, Passwort"),
    _("Kontonummer, Karte"),
    _("Geld, Schmuck, Bargeld im Haus"),
    _("das Kennwort"),
    _("ob jemand allein wohnt"),
    _("wann jemand nicht zu Hause ist"),
    _("Krankheiten und Diagnosen"),
    _("Geburtsdatum"),
    _("wo der Schlüssel liegt"),
    _("ein Programm installieren, das den Bildschirm zeigt"),
)

EMERGENCY = (
    (_("Jemand ist krank oder gestürzt"), _("„Ich hole Hilfe. Bleiben Sie am Telefon. Wo sind Sie jetzt?“")),
    (
        _("Jemand Fremdes steht vor der Tür"),
        _("„Lassen Sie die Tür zu. Ich bleibe am Telefon. Ich rufe die Eins-Eins-Null.“"),
    ),
    (
        _("Geld ist schon weg"),
        _(
            "„Das passiert vielen. Sie haben richtig angerufen. Wir sagen es gleich der Polizei und Ihrer Bank.“ "
            "Karte sperren: 116 116."
        ),
    ),
    (
        _("Jemand will nicht mehr leben"),
        _(
            "„Gut, dass Sie das sagen. Ich bleibe bei Ihnen am Telefon.“ Jetzt in Gefahr: 112. "
            "Sonst TelefonSeelsorge: 0800 111 0 111."
        ),
    ),
)


def consent_text(purpose: str) -> str:
    """What is read out for a purpose, in the language of the page."""
    return str(CONSENT_TEXTS[purpose]) % {"partner": settings.PARTNER_NAME}


def guide_for(agent: str) -> list[Step]:
    """The steps of the talk with the agent's name in the first one."""
    return [Step(step.key, step.section, str(step.sentence) % {"agent": agent}) for step in GUIDE]
