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
        _("letzter Kontakt"),
        _("12 Monate"),
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
        _("Empfänger, Text, Zustand; bei Rückrufen auch die Notiz"),
        _("Art. 6 Abs. 1 e DSGVO"),
        _("letzter Zustand"),
        _("Text und Notiz 7 Tage, der Rest 90 Tage"),
    ),
    Purpose(
        _("Keine SMS mehr (STOPP)"),
        _("Telefonnummer"),
        _("Art. 6 Abs. 1 e, Art. 21 DSGVO"),
        _("SMS mit STOPP"),
        _("bis Sie uns START schreiben"),
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
        _("Bewerbung als Lotsin oder Lotse"),
        _("Name, Anschrift, Telefon, E-Mail, Themen, Zeiten, was Sie dazu schreiben"),
        _("Art. 6 Abs. 1 b DSGVO"),
        _("Antwort auf die Bewerbung"),
        _("ohne Zusage 6 Monate, mit Zusage 30 Tage"),
    ),
    Purpose(
        _("Ehrenamt"),
        _("Profil, Anschrift, Themen, Zeiten, Nachweise (nur das Datum, keine Kopie), Kurse"),
        _("Art. 6 Abs. 1 b und e DSGVO"),
        _("Ende der Tätigkeit"),
        _("3 Monate; danach bleiben nur Stunden ohne Namen"),
    ),
    Purpose(
        _("Neue E-Mail-Adresse bestätigen"),
        _("die neue Adresse, solange sie nicht bestätigt ist"),
        _("Art. 6 Abs. 1 b DSGVO"),
        _("Eintragen der neuen Adresse"),
        _("1 Tag"),
    ),
    Purpose(
        _("Freie Tage und andere Zeiten im Ehrenamt"),
        _("Tage, an denen jemand nicht kann oder andere Zeiten hat; kein Grund"),
        _("Art. 6 Abs. 1 b DSGVO"),
        _("der letzte Tag"),
        _("3 Monate"),
    ),
    Purpose(
        _("Auslagen und Pauschalen"),
        _("Betrag, Tag, Art, Nummer des Belegs, Kilometer"),
        _("Art. 6 Abs. 1 c DSGVO, § 147 AO"),
        _("Ende des Jahres"),
        _("10 Jahre; nach dem Ende der Tätigkeit ohne Namen"),
    ),
    Purpose(
        _("Bescheinigung über das Ehrenamt"),
        _("Name, Zeitraum, Stunden, Kurse"),
        _("Art. 6 Abs. 1 b DSGVO"),
        _("Ausstellung"),
        _("10 Jahre, nach einem Widerruf 3 Monate"),
    ),
    Purpose(
        _("Ausweis"),
        _("Vorname, Nummer; ein Foto nur mit Einwilligung"),
        _("Art. 6 Abs. 1 e DSGVO; für das Foto Einwilligung"),
        _("Ausweis gesperrt oder abgelaufen"),
        _("Foto sofort, wenn der Ausweis gesperrt wird; sonst Vorname und Foto 3 Monate"),
    ),
    Purpose(
        _("Hinweise auf dem Handy"),
        _("Adresse des Geräts beim Hersteller des Browsers; der Hinweis selbst nennt niemanden"),
        _("Art. 6 Abs. 1 a DSGVO, Einwilligung"),
        _("Einschalten"),
        _("bis zum Abmelden, höchstens 12 Monate"),
    ),
    Purpose(
        _("Link zum Kalender"),
        _("Termin und Stadtteil, keine Namen"),
        _("Art. 6 Abs. 1 a DSGVO, Einwilligung"),
        _("Ende des Termins"),
        _("3 Monate; der Link bis zum Abschalten"),
    ),
    Purpose(
        _("Schutz der Adressen"),
        _("welche Lotsin oder welcher Lotse welche Adresse gesehen hat"),
        _("Art. 6 Abs. 1 e, Art. 32 DSGVO"),
        _("Anzeigen der Adresse"),
        _("30 Tage"),
    ),
    Purpose(
        _("Angefangene Berichte und Anfragen"),
        _("was schon geschrieben, aber nicht abgeschickt ist"),
        _("Art. 6 Abs. 1 e DSGVO"),
        _("zuletzt geschrieben"),
        _("30 Tage"),
    ),
    Purpose(
        _("Listen der Stadt einlesen"),
        _("die hochgeladenen Dateien"),
        _("Art. 6 Abs. 1 e DSGVO"),
        _("Hochladen"),
        _("höchstens 7 Tage"),
    ),
    Purpose(
        _("Vertretung von Beschäftigten"),
        _("wer wann weg ist und wer vertritt"),
        _("Art. 6 Abs. 1 e DSGVO, § 11 SächsDSDG"),
        _("der letzte Tag"),
        _("3 Monate"),
    ),
    Purpose(
        _("Herausgabe von Dateien mit vielen Menschen"),
        _("wer sie wofür geholt hat und wer sie freigegeben hat"),
        _("Art. 6 Abs. 1 e, Art. 32 DSGVO"),
        _("Anfrage"),
        _("12 Monate"),
    ),
    Purpose(
        _("Einrichtungen und Haltestellen"),
        _("Ansprechperson, Zugang, Termine"),
        _("Art. 6 Abs. 1 e DSGVO"),
        _("Termin; bei Ansprechperson und Zugang der letzte Termin oder die letzte Anmeldung"),
        _("24 Monate; danach bleiben nur Ort, Zeit und Zahl der Menschen"),
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
