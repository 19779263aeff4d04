"""Why personal data is kept, and how long: the table of the full privacy notice (draft, to be checked by a lawyer)."""

from __future__ import annotations

import dataclasses

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclasses.dataclass(frozen=True, slots=True)
class Purpose:
    """One row of the notice after Art. 13 DSGVO."""

    purpose: str | Promise
    data: str | Promise
    basis: str | Promise
    since: str | Promise
    period: str | Promise


PURPOSES = (
    Purpose(
        _("Hausbesuch planen und machen"),
        _("Name, Adresse, Telefon, Thema, Zeiten"),
        _("Art. 6 Abs. 1 e DSGVO, § 3 SächsDSDG"),
        _("letzter Kontakt"),
        _("12 Monate"),
    ),
    Purpose(
        _("Rücksicht nehmen (Treppe, Hören, Sehen)"),
        _("Angaben dazu, keine Diagnose"),
        _("Art. 9 Abs. 2 a DSGVO, Einwilligung"),
        _("letzter Kontakt oder Widerruf"),
        _("12 Monate, bei Widerruf sofort"),
    ),
    Purpose(
        _("Anfrage ohne Besuch, außerhalb der Stadt"),
        _("wie beim Hausbesuch"),
        _("wie beim Hausbesuch"),
        _("letzter Kontakt"),
        _("30 Tage"),
    ),
    Purpose(
        _("Wer hat wen besucht"),
        _("Verknüpfung der beiden"),
        _("Art. 6 Abs. 1 e DSGVO"),
        _("Besuch"),
        _("90 Tage"),
    ),
    Purpose(
        _("Sicherheit an der Tür"),
        _("Kennwort"),
        _("Art. 6 Abs. 1 e DSGVO"),
        _("Ende des Besuchs"),
        _("24 Stunden"),
    ),
    Purpose(
        _("Nachrichten"),
        _("Text, Zustand"),
        _("Art. 6 Abs. 1 e DSGVO"),
        _("letzter Zustand"),
        _("Text 7 Tage, der Rest 90 Tage"),
    ),
    Purpose(
        _("Telefon"),
        _("Nummer, Dauer"),
        _("Art. 6 Abs. 1 e DSGVO"),
        _("Anruf"),
        _("7 Tage, dann 3 Ziffern 30 Tage"),
    ),
    Purpose(
        _("Anrufbeantworter"),
        _("Aufnahme nach Ansage und Tastendruck"),
        _("Einwilligung"),
        _("gehört"),
        _("höchstens 7 Tage"),
    ),
    Purpose(
        _("Vertrauensperson"),
        _("Name, Telefon"),
        _("Einwilligung"),
        _("wie beim Hausbesuch"),
        _("wie beim Hausbesuch"),
    ),
    Purpose(
        _("Ehrenamt"),
        _("Profil, Nachweise (nur das Datum, keine Kopie)"),
        _("Art. 6 Abs. 1 b und e DSGVO"),
        _("Ende der Tätigkeit"),
        _("3 Monate"),
    ),
    Purpose(
        _("Einrichtungen"),
        _("Ansprechperson, Termine"),
        _("Art. 6 Abs. 1 e DSGVO"),
        _("Termin"),
        _("24 Monate"),
    ),
    Purpose(
        _("Sicherheit der Technik"),
        _("IP-Adresse, Protokoll der Zugriffe"),
        _("Art. 6 Abs. 1 e, Art. 32 DSGVO"),
        _("Aufruf"),
        _("7 Tage, 90 Tage, 12 Monate"),
    ),
    Purpose(
        _("Statistik"),
        _("Stadtteil, Monat, Thema; kein Bezug zu einer Person"),
        _("–"),
        _("–"),
        _("dauerhaft, erst ab 5 Menschen, gerundet"),
    ),
)
