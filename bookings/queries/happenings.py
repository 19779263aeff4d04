"""The lines of a case's timeline in words: what it was, who did it, how it stands, what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from bookings.labels import KINDS, PURPOSES, REASONS, field_words
from bookings.models import CaseNote, Consent, HomeVisit, Offer, PostIn, ProposedDate, VisitReport, Wave
from lotsen.kernel.calendar import clock, local, local_date, short_date
from lotsen.kernel.models import FieldChange, Transition
from lotsen.messages.models import CallTask, InboundSms, Message, PhoneCall
from lotsen.messages.reasons import why_not_arrived
from lotsen.messages.states import CallState, MessageState
from lotsen.messages.wording.filling import call_sentence, needed_words
from lotsen.people.models import Role

PAPER = "letter"


@dataclass(frozen=True)
class Happening:
    """One line of a case's timeline. `tone` is "", "good", "warn" or "bad"; `more` unfolds."""

    GROUPS: ClassVar[dict[str, object]] = {
        "talk": gettext_lazy("Gespräche"),
        "message": gettext_lazy("Nachrichten"),
        "change": gettext_lazy("Änderungen"),
        "read": gettext_lazy("Gelesen"),
    }

    at: datetime
    group: str
    icon: str
    what: str
    who: str = ""
    state: str = ""
    said: str = ""
    tone: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """Who looked at the person's data on one day: `times` times for one reason, `last` at."""

    why: str
    fields: Sequence[str]
    by__name: str | None
    by__roles: Sequence[str] | None
    times: int
    last: datetime


def moment(at: datetime) -> str:
    """ "Di 1.12., 10:15 Uhr", for the state of a letter."""
    return _("%(date)s, %(time)s Uhr") % {"date": short_date(local_date(at)), "time": clock(local(at))}


# --- talks ------------------------------------------------------------------------------------------

NOTE_ICONS = {
    CaseNote.Kind.NOTE: "edit",
    CaseNote.Kind.WORD_RIGHT: "key",
    CaseNote.Kind.WORD_WRONG: "key",
}


def noted(note: CaseNote) -> Happening:
    """What a human wrote down of a call."""
    tone = "bad" if note.kind == CaseNote.Kind.WORD_WRONG else ""
    icon = NOTE_ICONS.get(CaseNote.Kind(note.kind), "phone")
    return Happening(note.at, "talk", icon, str(note.get_kind_display()), note.by.name, said=note.text, tone=tone)


def called(call: CallTask) -> Happening:
    """A call that a human must make, or has made; open ones say until when."""
    state = str(call.get_state_display())
    if call.finished_at is None:
        state = _("%(state)s, bis %(until)s") % {"state": state, "until": moment(call.deadline_at)}
    return Happening(
        call.finished_at or call.created_at,
        "talk",
        "phone",
        _("Rückruf"),
        call.owner.name if call.owner else "",
        state,
        "; ".join(filter(None, [_sentence(call), call.note])),
        tone="good" if call.state == CallState.DONE else "" if call.finished_at else "warn",
    )


def _sentence(call: CallTask) -> str:
    must, _may = needed_words(call.kind, "call", "de")
    if call.finished_at is not None and must and not call.variables:
        return _("Was zu sagen war, ist nach 7 Tagen gelöscht.")
    return call_sentence(call.kind, get_language() or "de", call.variables)


def rang(call: PhoneCall) -> Happening:
    """A call from the person's number; whose voice it was nobody can tell from that."""
    state = str(call.get_outcome_display()) if call.outcome else ""
    return Happening(
        call.arrived_at, "talk", "phone", _("Anruf von dieser Nummer"), call.agent.name if call.agent else "", state
    )


# --- messages ---------------------------------------------------------------------------------------

TONES = {MessageState.DELIVERED: "good", MessageState.FAILED: "bad", MessageState.UNCERTAIN: "warn"}


def told(message: Message) -> Happening:
    """ "SMS an Bernd Kluge, Angebot", with what it said; never a letter's body, in which the code word stands."""
    what = str(message.get_channel_display())
    if message.recipient_user:
        what = _("%(channel)s an %(name)s") % {"channel": what, "name": message.recipient_user.name}
    if message.kind in KINDS:
        what = _("%(channel)s, %(about)s") % {"channel": what, "about": KINDS[message.kind]}
    said = message.subject or ("" if message.channel == PAPER else message.text)
    if message.state == MessageState.FAILED:
        said = why_not_arrived(message)
    icon = "mail" if message.channel in ("letter", "email") else "message"
    at = message.sent_at or message.finished_at or message.created_at
    tone = TONES.get(MessageState(message.state), "")
    return Happening(at, "message", icon, what, "", message_state(message), said, tone)


def message_state(message: Message) -> str:
    """The truth about a message: waiting, with the provider, printed, posted, there, or what came instead."""
    if message.state == MessageState.FAILED:
        return _failed(message)
    if message.state == MessageState.QUEUED and message.not_before_at:
        return _("wartet, geht ab %(moment)s") % {"moment": moment(message.not_before_at)}
    if message.channel == PAPER and message.state in (MessageState.SENT, MessageState.DELIVERED):
        return _on_paper(message)
    if message.state == MessageState.SENT:
        return _("beim Anbieter, noch nicht bestätigt")
    if message.state == MessageState.DELIVERED and message.finished_at:
        return _("angekommen, %(moment)s") % {"moment": moment(message.finished_at)}
    return str(message.get_state_display())


def _on_paper(message: Message) -> str:
    letter = getattr(message, "letter", None)
    if letter is None:
        return str(message.get_state_display())
    if letter.returned_at:
        return _("kam zurück, %(moment)s") % {"moment": moment(letter.returned_at)}
    if letter.posted_at:
        return _("im Briefkasten, %(moment)s") % {"moment": moment(letter.posted_at)}
    if letter.printed_at:
        return _("gedruckt, %(moment)s, noch nicht im Briefkasten") % {"moment": moment(letter.printed_at)}
    return _("liegt zum Drucken bereit")


def _failed(message: Message) -> str:
    words, call = [_("nicht angekommen")], getattr(message, "call_task", None)
    if (instead := getattr(message, "stand_in", None)) is not None:
        words.append(_("stattdessen %(channel)s") % {"channel": instead.get_channel_display()})
    if call is not None:
        words.append(_("stattdessen Rückruf: %(state)s") % {"state": call.get_state_display()})
    return "; ".join(words)


def wrote(sms: InboundSms) -> Happening:
    """An SMS from the person's number."""
    return Happening(sms.received_at, "message", "message", _("SMS von dieser Nummer"), said=sms.body)


def posted(post: PostIn) -> Happening:
    """A card or a letter that came in, as somebody typed it in."""
    what = _("Post von der Person: %(kind)s") % {"kind": post.get_kind_display()}
    said = "; ".join(filter(None, [post.answer, post.note]))
    return Happening(post.at, "message", "mail", what, post.by.name, said=said)


def proposed(date: ProposedDate) -> Happening:
    """A date put to the person, and what they answered."""
    what = _("Termin vorgeschlagen (%(way)s): %(moment)s") % {
        "way": date.get_way_display(),
        "moment": moment(date.starts_at),
    }
    until = _("Antwort bis %(moment)s") % {"moment": moment(date.answer_by)} if date.answered_at is None else ""
    tone = {"yes": "good", "open": "warn"}.get(date.state, "")
    state = str(date.get_state_display())
    return Happening(date.answered_at or date.created_at, "message", "calendar", what, "", state, until, tone)


# --- changes ----------------------------------------------------------------------------------------


def moved(move: Transition, visit: HomeVisit) -> Happening:
    """A move of the state."""
    what = _("Anfrage aufgenommen") if not move.source else str(HomeVisit.State(move.target).label)
    is_end = move.target == HomeVisit.State.CANCELLED
    said = visit.cancelled_because if is_end else ""
    return Happening(move.at, "change", "arrow", what, move.by.name if move.by else "", said=said)


def asked(offer: Offer) -> Iterator[Happening]:
    """An offer, and its answer where there is one."""
    name = offer.volunteer.user.name
    until = _("Antwort bis %(moment)s") % {"moment": moment(offer.answer_by)}
    is_answered = offer.answered_at is not None
    state = "" if is_answered else str(offer.get_state_display())
    yield Happening(
        offer.created_at, "change", "people", _("Gefragt: %(name)s") % {"name": name}, state=state, said=until
    )
    if offer.answered_at is not None:
        state = str(offer.get_state_display())
        yield Happening(
            offer.answered_at, "change", "people", _("Antwort"), name, state, "; ".join(filter(None, [offer.because]))
        )


def asked_in_wave(wave: Wave) -> Happening:
    """Several volunteers asked at the same time, and what came of it."""
    people = ngettext("%(n)d Person gefragt", "%(n)d Personen gefragt", wave.asked) % {"n": wave.asked}
    what = _("%(number)d. Runde: %(people)s") % {"number": wave.number, "people": people}
    said = _("weiter am %(moment)s") % {"moment": moment(wave.next_at)} if wave.ended_at is None else ""
    tone = "warn" if wave.outcome == Wave.Outcome.NOBODY else ""
    who = wave.by.name if wave.by else ""
    return Happening(wave.sent_at, "change", "people", what, who, str(wave.get_outcome_display()), said, tone)


def changed(change: FieldChange) -> Happening:
    """Which fields were changed, never what stood in them."""
    words = ", ".join(dict.fromkeys(field_words(name) for name in change.fields))
    what = _("Geändert: %(fields)s") % {"fields": words}
    return Happening(change.at, "change", "edit", what, change.by.name if change.by else "")


def consented(consent: Consent) -> Happening:
    """An answer to a consent question."""
    state = _("ja") if consent.given else _("nein")
    what = _("Einwilligung „%(purpose)s“") % {"purpose": PURPOSES.get(consent.purpose, consent.purpose)}
    said = _("Fassung %(version)s") % {"version": consent.version}
    return Happening(consent.at, "change", "check", what, consent.by.name if consent.by else "", state, said)


def reported(report: VisitReport) -> Happening:
    """What came of a visit."""
    state, said = str(report.get_outcome_display()), report.note
    return Happening(report.at, "change", "file", _("Bericht"), report.by.name, state, said)


# --- who looked -------------------------------------------------------------------------------------


def looked(reads: Sequence[Read]) -> Happening:
    """Everybody who saw the person's data on one day."""
    people = len({read.by__name for read in reads})
    times = sum(read.times for read in reads)
    what = ngettext("%(n)d Person hat die Daten gesehen", "%(n)d Personen haben die Daten gesehen", people)
    state = ngettext("%(n)d-mal", "%(n)d-mal", times) % {"n": times}
    last = max(read.last for read in reads)
    return Happening(last, "read", "search", what % {"n": people}, state=state, more=tuple(map(_read_words, reads)))


def _read_words(read: Read) -> str:
    """ "10:15 Uhr · Anna Lehmann (Hotline) · Vorgang: Name, Telefon · 3-mal"."""
    role = _role_words(read.by__roles)
    who = f"{read.by__name} ({role})" if role else read.by__name or _("das System")
    fields = ", ".join(dict.fromkeys(field_words(name) for name in read.fields))
    why = REASONS.get(read.why, gettext_lazy("Bearbeitung"))
    often = "" if read.times == 1 else f" · {ngettext('%(n)d-mal', '%(n)d-mal', read.times) % {'n': read.times}}"
    return (
        _("%(time)s Uhr · %(who)s · %(why)s: %(fields)s")
        % {
            "time": clock(local(read.last)),
            "who": who,
            "why": why,
            "fields": fields,
        }
        + often
    )


def seen(*, why: str, by__roles: Sequence[str] | None, times: int, first: datetime, last: datetime) -> str:
    """ "Hotline: Vorgang angesehen, 3-mal, Di 1.12. bis Do 3.12.", for the letter to the person."""
    start, end = short_date(local_date(first)), short_date(local_date(last))
    span = start if start == end else _("%(first)s bis %(last)s") % {"first": start, "last": end}
    return _("%(who)s: %(why)s, %(times)s, %(span)s") % {
        "who": _role_words(by__roles) or _("das System"),
        "why": REASONS.get(why, gettext_lazy("Bearbeitung")),
        "times": ngettext("%(n)d-mal", "%(n)d-mal", times) % {"n": times},
        "span": span,
    }


def _role_words(roles: Sequence[str] | None) -> str:
    return next((str(Role(role).label) for role in roles or () if role in Role.values), "")
