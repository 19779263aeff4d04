"""Who learns that one date is different, and how; put into the outbox in the transaction of the announcement.

The confirmation page and the sending ask the same functions, so that the page never promises what is not done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from lotsen.kept import period_of
from lotsen.kernel.calendar import local_date, long_date, spoken_clock
from lotsen.messages.call_tasks import CALL_WITHIN, drop_call_tasks, open_call_task
from lotsen.messages.models import CallTask, Message
from lotsen.messages.outbox import about_fields, drop_messages
from lotsen.messages.states import CallState, MessageState
from lotsen.messages.telling import tell
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import User
from lotsen.spoken import grouped_phone
from touring.models import Deviation, Stop, Team, TourStop
from touring.words import date_words

CALL_BEFORE = timedelta(days=1)
"""A stop is called a day before, at once where less is left."""

STOP_CHANGED, HALT_CHANGED, TEAM_CHANGED, HALT_TO_MOVE = (
    "f_stop_changed",
    "f_halt_changed",
    "k_tour_changed",
    "k_halt_to_move",
)
Says = Callable[[], str]
"""A sentence, made in the language of whoever reads it."""


@dataclass(frozen=True, slots=True)
class Learns:
    """One line of the confirmation page: who, for which halt, and how they learn of it."""

    who: str
    halt: str
    how: str


def learners(halts: Sequence[TourStop], *, by: User) -> list[Learns]:
    """Everybody who will be told about these halts, in the order of the halts; teams at the end."""
    found = [line for halt in halts for line in learners_at(halt)]
    teams = {halt.tour.team_id: halt.tour.team for halt in halts}
    return found + [line for team in teams.values() for line in _of_team(team, by)]


def learners_at(halt: TourStop) -> Iterable[Learns]:
    """Those at the place itself: the contact of a stop, the people named on a request stop."""
    if halt.stop is not None:
        yield Learns(halt.stop.contact_name or _("Haltestelle"), halt.stop.name, _way(stop_points(halt.stop)))
        return
    assert halt.request_stop is not None
    title = halt.request_stop.title
    for person in halt.request_stop.told.all():
        yield Learns(person.name, title, _way([ContactPoint("email", person.email)]))
    yield Learns(_("Telefonteam"), title, _("Rückruf: Wir suchen einen neuen Termin."))


def _of_team(team: Team, by: User) -> Iterable[Learns]:
    for person in team.members.exclude(pk=by.pk).filter(is_active=True).order_by("name"):
        yield Learns(person.name, _("Team %(team)s") % {"team": team.name}, _way([ContactPoint("email", person.email)]))


def _way(points: Sequence[ContactPoint]) -> str:
    if not points:
        return _("Kein Kontakt hinterlegt. Es steht im Fahrplan.")
    if points[0].channel == "email":
        return _("E-Mail an %(address)s") % {"address": points[0].to}
    return _("Rückruf: %(number)s") % {"number": grouped_phone(points[0].to)}


def stop_points(stop: Stop) -> list[ContactPoint]:
    """How the contact of a stop is reached: by e-mail, else a human calls."""
    email = [ContactPoint("email", stop.contact_email)] if stop.contact_email else []
    return [*email, ContactPoint("call", stop.contact_phone)] if stop.contact_phone else email


# --- telling ---------------------------------------------------------------------------------------


def tell_different(deviation: Deviation, *, tells_team: bool, by: User | None, at: datetime) -> None:
    """The stop's contact, the people named on a request stop, and the team; a human finds another time for those."""
    halt, key = deviation.halt, f"deviation:{deviation.pk}"
    telling = Telling(halt, lambda: change_words(deviation), about=deviation, key=key, by=by, at=at)
    telling.tell_place()
    if tells_team:
        telling.tell_team()
    if halt.request_stop is not None and deviation.kind == Deviation.Kind.CANCELLED:
        telling.open_search_for_a_time()


def tell_team_of_day(deviations: Sequence[Deviation], *, by: User | None, at: datetime) -> None:
    """One message to each member for the whole day, instead of one for each halt."""
    first = deviations[0]
    key = f"deviation:{first.pk}:day"
    telling = Telling(first.halt, lambda: day_words(deviations), about=first, key=key, by=by, at=at)
    telling.tell_team()


def tell_as_planned(deviation: Deviation, *, by: User | None, at: datetime) -> None:
    """What has not gone out is dropped; who has heard of it hears that all is as planned."""
    halt, key = deviation.halt, f"deviation:{deviation.pk}:back"
    if halt.request_stop is not None:
        drop_call_tasks(about=halt.request_stop, kinds=[HALT_TO_MOVE], by=by, at=at)
    told = drop_unsent(deviation, by=by, at=at)
    telling = Telling(halt, lambda: _("Es bleibt doch alles wie geplant."), about=deviation, key=key, by=by, at=at)
    if told & {STOP_CHANGED, HALT_CHANGED}:
        telling.tell_place()
    if TEAM_CHANGED in told:
        telling.tell_team()


def tell_replaced(extra: TourStop, *, by: User | None, at: datetime) -> None:
    """The stop's contact and the team learn of a date that stands for a cancelled one."""
    key = f"halt:{extra.pk}:extra"
    telling = Telling(extra, lambda: replacement_words(extra), about=extra, key=key, by=by, at=at)
    telling.tell_place()
    telling.tell_team()


def drop_unsent(deviation: Deviation, *, by: User | None, at: datetime) -> set[str]:
    """Drop what waits about this announcement; says of which kinds something has reached somebody.

    Of what was announced so long ago that the outbox may have forgotten it, everybody has heard.
    """
    fields = about_fields(deviation)
    about = {"about_type": fields["about_type"], "about_id": fields["about_id"]}
    drop_messages(about=deviation, by=by, at=at)
    drop_call_tasks(about=deviation, by=by, at=at)
    if deviation.created_at < at - min(period_of(Message), period_of(CallTask)):
        return {STOP_CHANGED, HALT_CHANGED, TEAM_CHANGED}
    unsent = [MessageState.DROPPED, MessageState.FAILED]
    written = Message.objects.filter(**about).exclude(state__in=unsent).values_list("kind", flat=True)
    called = CallTask.objects.filter(**about, state=CallState.DONE).values_list("kind", flat=True)
    return {*written, *called}


class Telling:
    """One change of one halt, told to the place and to the team, each in their language, each once."""

    def __init__(
        self, halt: TourStop, says: Says, *, about: models.Model, key: str, by: User | None, at: datetime
    ) -> None:
        self.halt, self.says = halt, says
        self.about, self.key, self.by, self.at = about, key, by, at

    def tell_place(self) -> None:
        """The contact of a stop; of a request stop the people named on it. Nobody named: the timetable says it."""
        stop = self.halt.stop
        if stop is not None and (points := stop_points(stop)):
            self._tell(STOP_CHANGED, points, "stop", "de")
        elif self.halt.request_stop is not None:
            for person in self.halt.request_stop.told.all():
                points = [ContactPoint("email", person.email)]
                self._tell(HALT_CHANGED, points, f"told:{person.pk}", person.language, person)

    def tell_team(self) -> None:
        """Every member of the team but the one who says it."""
        members = self.halt.tour.team.members.filter(is_active=True)
        for person in members.exclude(pk=self.by.pk) if self.by else members:
            points = [ContactPoint("email", person.email)]
            self._tell(TEAM_CHANGED, points, f"team:{person.pk}", person.language, person)

    def open_search_for_a_time(self) -> None:
        """The room that booked a request stop finds it another time, with the people who wait."""
        open_call_task(
            kind=HALT_TO_MOVE,
            phone="",
            variables=self._words("de"),
            about=self.halt.request_stop,
            deadline_at=self._call_until(),
            key=f"{self.key}:to_move",
            by=self.by,
            at=self.at,
        )

    def _tell(
        self, kind: str, points: Sequence[ContactPoint], whom: str, language: str, person: User | None = None
    ) -> None:
        tell(
            points=points,
            kind=kind,
            language=language,
            variables=self._words(language),
            about=self.about,
            key=f"{self.key}:{whom}",
            by=self.by,
            at=self.at,
            deadline_at=self._call_until(),
            recipient_user=person,
        )

    def _words(self, language: str) -> dict[str, str]:
        with override(language):
            return {
                "halt": str(self.halt.stop or self.halt.request_stop),
                "date_long": long_date(local_date(self.halt.starts_at), language=language),
                "time": spoken_clock(self.halt.starts_at),
                "change": self.says(),
            }

    def _call_until(self) -> datetime:
        return max(self.at + CALL_WITHIN, self.halt.starts_at - CALL_BEFORE)


def change_words(deviation: Deviation) -> str:
    """Writes "Der Termin fällt aus. Grund: Panne." in the language that is active."""
    sentence = _("Der Termin fällt aus.")
    if deviation.kind == Deviation.Kind.LATE:
        words = ngettext("Wir kommen %(n)d Minute später.", "Wir kommen %(n)d Minuten später.", deviation.minutes)
        sentence = words % {"n": deviation.minutes}
    if deviation.moved_to is not None:
        sentence = _("Neue Zeit an diesem Tag: %(time)s Uhr.") % {"time": spoken_clock(deviation.moved_to)}
    if not deviation.reason:
        return sentence
    return " ".join((sentence, _("Grund: %(reason)s.") % {"reason": deviation.get_reason_display()}))


def day_words(deviations: Sequence[Deviation]) -> str:
    """Writes "Das gilt für 3 Halte: Der Termin fällt aus." in the language that is active."""
    count = len(deviations)
    sentence = ngettext("Das gilt für %(n)d Halt.", "Das gilt für %(n)d Halte ab dieser Zeit.", count) % {"n": count}
    return f"{change_words(deviations[0])} {sentence}"


def replacement_words(extra: TourStop) -> str:
    """Writes "Das ist der Ersatztermin für Freitag, 8. Januar." in the language that is active."""
    assert extra.replaces_date is not None
    return _("Das ist der Ersatztermin für %(date)s.") % {"date": date_words(extra.replaces_date)}
