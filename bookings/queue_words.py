"""What the queue says: what kind of task, why, until when. Words only, no queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import clock, local, local_date, long_date
from lotsen.messages.models import CallTask
from lotsen.messages.reasons import why_not_arrived
from lotsen.messages.states import Channel
from lotsen.messages.wording import has_wording

HELD, TO_CONFIRM, PROMISED = "request_held", "senior_confirm", "senior_waiting"
PAST, UNASKED, STILL, ALONE = "request_past", "request_unasked", "request_still", "request_alone"
"""Kinds of the tasks that a request itself asks for; the second row: it stands still."""
STANDING = (PAST, UNASKED, STILL, ALONE)
PLAN_KINDS = ("k_overdue_45", "k_overdue_60", "k_help", "k_help_silent")
"""Kinds to which an emergency plan belongs."""
DERIVED_KINDS = (HELD, TO_CONFIRM, PROMISED, *STANDING)
SEEN_TO = (HELD, *STANDING)
"""Kinds that end on the page of the case: what is done there makes them go away."""
AN_HOUR, A_DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before a task: its kind in one or two words, and an icon."""

    words: str | Promise
    icon: str


LABELS: dict[str, Label] = {
    "callback": Label(gettext_lazy("Rückruf"), "phone"),
    "voicemail": Label(gettext_lazy("Anrufbeantworter"), "message"),
    "emergency_words": Label(gettext_lazy("Alarm"), "warning"),
    "senior_unclear": Label(gettext_lazy("SMS unklar"), "message"),
    "senior_stop": Label(gettext_lazy("keine SMS mehr"), "message"),
    "v_yes_but": Label(gettext_lazy("SMS unklar"), "message"),
    "f_unclear": Label(gettext_lazy("SMS unklar"), "message"),
    "reminder_not_confirmed": Label(gettext_lazy("nicht bestätigt"), "phone"),
    HELD: Label(gettext_lazy("Web-Anfrage prüfen"), "shield"),
    TO_CONFIRM: Label(gettext_lazy("Anfrage bestätigen"), "question"),
    PROMISED: Label(gettext_lazy("Antwort versprochen"), "clock"),
    PAST: Label(gettext_lazy("Termin vorbei"), "calendar"),
    UNASKED: Label(gettext_lazy("niemand gefragt"), "people"),
    STILL: Label(gettext_lazy("steht still"), "clock"),
    ALONE: Label(gettext_lazy("Begleitung fehlt"), "people"),
    "k_not_reached": Label(gettext_lazy("nicht erreicht"), "phone"),
    "k_overdue_45": Label(gettext_lazy("Alarm"), "warning"),
    "k_overdue_60": Label(gettext_lazy("Notfall"), "warning"),
    "k_help": Label(gettext_lazy("Hilferuf"), "warning"),
    "k_help_silent": Label(gettext_lazy("stiller Hilferuf"), "warning"),
    "not_met_worry": Label(gettext_lazy("Sorge"), "warning"),
    "v_arrive_missing": Label(gettext_lazy("nicht gemeldet"), "clock"),
    "k_nobody": Label(gettext_lazy("niemand sagt zu"), "people"),
    "k_application": Label(gettext_lazy("Bewerbung"), "people"),
    "k_application_held": Label(gettext_lazy("Bewerbung prüfen"), "shield"),
    "k_first_visit": Label(gettext_lazy("erster Besuch"), "people"),
    "k_deputy": Label(gettext_lazy("Vertretung fehlt"), "people"),
    "k_export_waits": Label(gettext_lazy("Datei freigeben"), "shield"),
    "k_released": Label(gettext_lazy("wieder offen"), "people"),
    "k_gave_back_often": Label(gettext_lazy("oft abgesagt"), "people"),
    "k_quiet": Label(gettext_lazy("lange nichts gehört"), "people"),
    "k_apart": Label(gettext_lazy("nicht zusammen"), "people"),
    "k_addresses": Label(gettext_lazy("viele Adressen"), "shield"),
    "k_sms_budget": Label(gettext_lazy("Alarm"), "warning"),
    "senior_asks_who": Label(gettext_lazy("Auskunft"), "question"),
    "who_looked": Label(gettext_lazy("Auskunft"), "question"),
    "senior_change_wish": Label(gettext_lazy("Änderungswunsch"), "edit"),
    "senior_new_number": Label(gettext_lazy("neue Nummer"), "phone"),
    "v_address_changed": Label(gettext_lazy("neue Anschrift"), "home"),
    "v_contact_changed": Label(gettext_lazy("Kontaktdaten geändert"), "shield"),
    "v_email_new": Label(gettext_lazy("E-Mail-Adresse"), "mail"),
    "v_email_confirm": Label(gettext_lazy("E-Mail-Adresse"), "mail"),
    "f_referral": Label(gettext_lazy("Fachstelle"), "building"),
    "proposal_declined": Label(gettext_lazy("Tag passt nicht"), "calendar"),
    "proposal_unanswered": Label(gettext_lazy("keine Antwort"), "calendar"),
    "senior_card_call": Label(gettext_lazy("Antwortkarte"), "mail"),
    "senior_card_late": Label(gettext_lazy("Antwortkarte"), "mail"),
    "senior_letter": Label(gettext_lazy("Brief gekommen"), "mail"),
}
LABELS_OF_CHANNELS: dict[str, Label] = {
    Channel.SMS: Label(gettext_lazy("SMS kam nicht an"), "message"),
    Channel.EMAIL: Label(gettext_lazy("E-Mail kam nicht an"), "mail"),
    Channel.LETTER: Label(gettext_lazy("Brief kam zurück"), "mail"),
    Channel.VOICE: Label(gettext_lazy("Ansage kam nicht an"), "phone"),
}
CALL = Label(gettext_lazy("Anruf"), "phone")

WHY: dict[str, Promise] = {
    HELD: gettext_lazy("Eine Anfrage aus dem Internet ist zurückgehalten."),
    TO_CONFIRM: gettext_lazy("Noch hat niemand mit der Person gesprochen."),
    PROMISED: gettext_lazy("Wir haben eine Antwort versprochen."),
    PAST: gettext_lazy("Der Termin ist vorbei, und niemand hatte zugesagt."),
    UNASKED: gettext_lazy("Ein Termin steht, aber niemand wird gefragt."),
    STILL: gettext_lazy("Seit zehn Tagen hat sich nichts bewegt."),
    ALONE: gettext_lazy("Der erste Besuch ist zu zweit, und niemand geht mit."),
    "k_not_reached": gettext_lazy("Dreimal angerufen, niemand hat abgenommen."),
    "k_overdue_45": gettext_lazy("Jemand hat sich nach einem Besuch nicht abgemeldet."),
    "k_overdue_60": gettext_lazy("Jemand hat sich nach einem Besuch nicht abgemeldet."),
    "k_help": gettext_lazy("Jemand bei einem Besuch braucht Hilfe."),
    "k_help_silent": gettext_lazy("Jemand bei einem Besuch braucht Hilfe und kann nicht sprechen."),
    "v_arrive_missing": gettext_lazy("Jemand hat sich vor 20 Minuten nicht angemeldet."),
    "k_nobody": gettext_lazy("Niemand von denen, die gefragt wurden, hat zugesagt."),
    "k_application": gettext_lazy("Jemand möchte Lotsin oder Lotse werden."),
    "k_application_held": gettext_lazy("Eine Bewerbung aus dem Internet ist zurückgehalten."),
    "k_first_visit": gettext_lazy("Der erste Besuch ist zu zweit."),
    "k_deputy": gettext_lazy("Wer koordiniert, braucht eine Vertretung."),
    "k_released": gettext_lazy("Wer kommen sollte, ist nicht mehr dabei."),
    "k_gave_back_often": gettext_lazy("Jemand gibt oft zugesagte Besuche zurück."),
    "k_quiet": gettext_lazy("Von einer Lotsin oder einem Lotsen haben wir seit 30 Tagen nichts gehört."),
    "k_apart": gettext_lazy("Jemand möchte nicht mehr zu einer Person."),
    "k_addresses": gettext_lazy("Jemand hat in kurzer Zeit sehr viele Adressen gesehen."),
    "k_halt_to_move": gettext_lazy("Ein Halt fällt aus."),
    "k_permit_ends": gettext_lazy("Eine Genehmigung endet."),
}
ANSWERS = frozenset({"senior_unclear", "senior_stop", "emergency_words", "f_unclear", "v_yes_but"})
"""Kinds that name an SMS of ours as well; the task is about what the person wrote."""
MACHINES = ("sms", "email", "letter")
FOR_ALL = frozenset(
    {
        *("reference", "date_long", "date_short", "time", "time_end", "minutes", "percent", "count"),
        *("halt", "stop", "team", "change", "before", "after"),
    }
)
ONLY_A_CALL = gettext_lazy("Diesen Menschen erreicht nur ein Anruf.")


def label_of(task: CallTask) -> Label:
    """What kind of task it is."""
    if task.message is not None and task.message.channel in LABELS_OF_CHANNELS:
        return LABELS_OF_CHANNELS[task.message.channel]
    return LABELS.get(task.kind, CALL)


def why_and_what(task: CallTask, sentence: str) -> tuple[str, str]:
    """Why a human must do it, and what to say; `sentence` is the one of calls.toml."""
    if task.message is not None and task.message.channel != Channel.CALL:
        return why_not_arrived(task.message), sentence
    if task.kind in WHY:
        return str(WHY[task.kind]), sentence
    if task.kind in ANSWERS or not any(has_wording(task.kind, way) for way in MACHINES):
        return sentence, ""
    return str(ONLY_A_CALL), sentence


def words_for_all(task: CallTask) -> dict[str, str]:
    """The words of a task that everybody at the desk may read before somebody takes it; none of them names a person."""
    return {name: word for name, word in task.variables.items() if name in FOR_ALL}


def deadline_words(due_at: datetime, *, at: datetime) -> str:
    """ "noch 12 Minuten", "seit 2 Stunden überfällig", "bis Freitag, 27. November, 10:00 Uhr"."""
    minutes = int((due_at - at).total_seconds() // 60)
    if minutes < 0:
        return _("seit %(long)s überfällig") % {"long": long_words(max(1, int((at - due_at).total_seconds() // 60)))}
    if minutes < 1:
        return _("jetzt")
    if minutes < AN_HOUR:
        return _("noch %(long)s") % {"long": long_words(minutes)}
    return _("bis %(when)s") % {"when": when_words(due_at, at=at)}


def long_words(minutes: int) -> str:
    """So many minutes, hours or days, in the dative: "2 Stunden", "3 Tagen"."""
    if minutes < AN_HOUR:
        return ngettext("%(n)d Minute", "%(n)d Minuten", minutes) % {"n": minutes}
    if minutes < A_DAY:
        hours = minutes // AN_HOUR
        return ngettext("%(n)d Stunde", "%(n)d Stunden", hours) % {"n": hours}
    days = minutes // A_DAY
    return ngettext("%(n)d Tag", "%(n)d Tagen", days) % {"n": days}


def when_words(moment: datetime, *, at: datetime) -> str:
    """ "15:10 Uhr", "morgen, 10:00 Uhr" or "Freitag, 27. November, 10:00 Uhr"."""
    day, today = local_date(moment), local_date(at)
    time = _("%(time)s Uhr") % {"time": clock(local(moment))}
    if day == today:
        return time
    if day == today + timedelta(days=1):
        return _("morgen, %(time)s") % {"time": time}
    return f"{long_date(day, language=get_language() or 'de')}, {time}"


def span_words(span: timedelta | None) -> str:
    """How long somebody waited: "0:45 Minuten", "3 Stunden"; a dash where nobody did."""
    if span is None:
        return "–"
    seconds = max(0, int(span.total_seconds()))
    if seconds < AN_HOUR * 60:
        return _("%(clock)s Minuten") % {"clock": f"{seconds // 60}:{seconds % 60:02d}"}
    if seconds < A_DAY * 60:
        return long_words(seconds // 60)
    days = seconds // (A_DAY * 60)
    return ngettext("%(n)d Tag", "%(n)d Tage", days) % {"n": days}


def percent_words(share: int | None) -> str:
    """ "12 %"; a dash of nothing."""
    return "–" if share is None else f"{share}\xa0%"
