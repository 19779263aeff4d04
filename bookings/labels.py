"""Names on screen and paper for what the journals hold: fields, reasons of reading, purposes of consent."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELDS: dict[str, Promise] = {
    "salutation": _("Anrede"),
    "initial": _("Name"),
    "name": _("Name"),
    "bell": _("Klingel"),
    "phone": _("Telefon"),
    "contact": _("Notfallkontakt"),
    "contact_name": _("Notfallkontakt"),
    "contact_relation": _("Notfallkontakt"),
    "contact_phone": _("Notfallkontakt"),
    "phone_confirmed_at": _("Telefon bestätigt"),
    "companion_confirmed_at": _("Ja zum Mitgehen"),
    "checked_in_at": _("Ankunft"),
    "checked_out_at": _("Abmeldung"),
    "ends_at": _("Ende des Besuchs"),
    "help_at": _("Hilferuf"),
    "email": _("E-Mail"),
    "address": _("Anschrift"),
    "street": _("Anschrift"),
    "house_number": _("Hausnummer"),
    "reach_by": _("Antwort-Weg"),
    "language": _("Sprache der Briefe"),
    "large_print": _("Große Schrift"),
    "speaks": _("Andere Sprache"),
    "needs": _("Bitte beachten"),
    "wish": _("Wunsch"),
    "caller": _("Wer anruft"),
    "caller_name": _("Name am Telefon"),
    "caller_phone": _("Rückruf unter"),
    "topics": _("Thema"),
    "goal": _("Ziel"),
    "times": _("Zeit"),
    "times_words": _("Zeit"),
    "minutes": _("Dauer"),
    "note": _("Notiz"),
    "code_word": _("Kennwort"),
    "word_told_at": _("Kennwort bekannt"),
    "visitor": _("Wer kommt"),
    "consents": _("Einwilligungen"),
}
"""Columns of a person and of a request, as the journals of reads and changes name them."""

REASONS: dict[str, Promise] = {
    "case": _("Vorgang angesehen"),
    "case changed": _("Vorgang geändert"),
    "case file": _("Akte erstellt"),
    "information": _("Auskunft am Telefon"),
    "intake": _("Anfrage aufgenommen"),
    "post": _("Briefe"),
    "post in": _("Post eingetragen"),
    "letter": _("Brief angesehen"),
    "print run": _("Briefe gedruckt"),
    "proposal": _("Termin vorgeschlagen"),
    "queue": _("Liste der Rückrufe"),
    "referral": _("Anfrage einer Fachstelle"),
    "voicemail": _("Anrufbeantworter"),
    "search": _("Suche am Telefon"),
    "duplicate warning": _("Prüfung, ob die Person schon bekannt ist"),
    "open requests": _("Liste der offenen Anfragen"),
    "call tasks": _("Liste der Rückrufe"),
    "board": _("Übersicht der Koordination"),
    "emergency plan": _("Notfallplan"),
    "guide today": _("Termine der Begleitung"),
    "guide visit": _("Besuch vorbereiten"),
    "guide report": _("Bericht schreiben"),
    "guide reports": _("Berichte der Begleitung"),
}
"""Why somebody looked, by the word in the journal."""

KINDS: dict[str, Promise] = {
    "not_reached": _("Wir haben niemanden erreicht"),
    "satisfaction_card": _("Karte mit zwei Fragen"),
    "senior_booked": _("Zusage mit Name und Tag"),
    "senior_comes": _("Zusage mit Name und Tag"),
    "senior_cancelled": _("Absage"),
    "senior_cancelled_own": _("Absage bestätigt"),
    "senior_cancelled_today": _("Absage für heute"),
    "senior_code_word": _("Neues Kennwort"),
    "senior_confirm": _("Bitte um Bestätigung"),
    "senior_late": _("Verspätung"),
    "senior_moved": _("Neuer Termin"),
    "senior_not_met": _("Niemand angetroffen"),
    "senior_proposal": _("Frage nach einem Termin"),
    "senior_received": _("Anfrage ist da"),
    "senior_reference": _("Die Nummer"),
    "senior_reminder_1d": _("Erinnerung am Tag vorher"),
    "senior_reminder_7d": _("Erinnerung eine Woche vorher"),
    "senior_reminder_today": _("Erinnerung am selben Tag"),
    "senior_second": _("Zwei Personen kommen"),
    "senior_visitor_changed": _("Es kommt jemand anderes"),
    "senior_wait_apology": _("Es dauert länger"),
    "senior_waiting": _("Wir suchen noch"),
    "v_accepted": _("Zusage bestätigt"),
    "v_along": _("Mitgehen bestätigt"),
    "v_along_off": _("Mitgehen nicht mehr nötig"),
    "v_cancelled": _("Absage"),
    "v_cancelled_today": _("Absage für heute"),
    "v_expired": _("Angebot ist abgelaufen"),
    "v_lost": _("Angebot ist vergeben"),
    "v_offer": _("Angebot"),
    "v_offer_urgent": _("Eiliges Angebot"),
    "v_pair": _("Begleitung gefunden"),
    "v_pair_off": _("Begleitung fällt aus"),
    "v_reminder_1d": _("Erinnerung am Tag vorher"),
    "v_reminder_2h": _("Erinnerung kurz vorher"),
    "who_looked": _("Wer die Daten gesehen hat"),
}
"""What a message is about, as long as its words are not written yet, and for the timeline."""

PURPOSES: dict[str, Promise] = {
    "info": _("Angaben speichern"),
    "visit": _("Angaben speichern"),
    "needs": _("Bitte beachten"),
    "contact": _("Mit der Vertrauensperson sprechen"),
    "partner": _("Angaben an einen Partner geben"),
    "survey": _("Nach dem Besuch fragen"),
}
"""What a consent is for, by the word in its row."""

INFORMATION = frozenset({"visit", "info"})
"""What is said, not asked: the visit itself rests on the city's task, not on consent."""

CANCEL_REASONS: dict[str, Promise] = {
    "no_wish": _("möchte nicht mehr"),
    "ill": _("krank oder im Krankenhaus"),
    "other_help": _("hat schon Hilfe"),
    "moved_away": _("weggezogen"),
    "double": _("doppelt aufgenommen"),
    "nobody": _("niemand gefunden"),
    "not_real": _("keine echte Anfrage"),
}


def field_words(name: str) -> str:
    """The label of a column."""
    return str(FIELDS.get(name, _("weitere Angaben")))
