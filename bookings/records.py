"""What took place at a training: written down by the team, and as a paper for the facility."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.models import Training, TrainingRecord
from bookings.rules import can_log, is_loggable
from lotsen.kernel import references
from lotsen.kernel.calendar import local_date, long_date, spoken_clock
from lotsen.kernel.errors import Refused
from lotsen.kernel.moves import move
from lotsen.messages.channels.letter import draw
from lotsen.people.models import User
from touring import request_stops
from volunteers.models import Topic

SHEET = Path(__file__).with_name("record.typ")


class NotToLog(Refused):
    """Only the team that went there writes the record, once, and not before it has begun."""


@transaction.atomic
def log_training(
    training: Training,
    *,
    head_count: int,
    level: str,
    topics: Iterable[Topic],
    devices: Sequence[str],
    minutes: int,
    by: User,
    at: datetime,
    note: str = "",
) -> TrainingRecord:
    """Write down what took place: the training is done, its halt served. `minutes` 5 to 600; nobody is named."""
    if not can_log(by, training):
        raise NotToLog(_("Diese Schulung gehört zu einem anderen Team."))
    if not is_loggable(training, at=at):
        raise NotToLog(_("Zu dieser Schulung gibt es schon ein Protokoll, oder sie hat noch nicht begonnen."))
    move(training, Training.State.DONE, by=by, at=at)
    assert training.request_stop is not None
    request_stops.serve(training.request_stop, by=by, at=at)
    record = TrainingRecord(
        training=training,
        head_count=head_count,
        level=level,
        devices=list(devices),
        minutes=minutes,
        note=note,
        by=by,
        at=at,
    )
    record.save(force_insert=True)
    record.topics.set(topics)
    return record


def record_pdf(record: TrainingRecord, *, fonts_dir: Path, language: str = "de") -> bytes:
    """The record as tagged PDF (PDF/UA-1), the same bytes each time."""
    training = record.training
    stop = training.request_stop
    assert stop is not None
    assert stop.starts_at is not None
    data = {
        "language": language,
        "title": _("Protokoll einer Schulung"),
        "claim": _("Digitale Hilfe"),
        "facility": [training.facility.name, str(training.facility.address)],
        "rows": _rows(record),
        "note": [_("Notiz des Teams"), record.note] if record.note else [],
        "foot": _("Wer teilgenommen hat, schreiben wir nicht auf. Wir zählen nur, wie viele es waren."),
    }
    return draw(data, fonts_dir=fonts_dir, at=record.at, sheet=SHEET)


def _rows(record: TrainingRecord) -> list[list[str]]:
    training = record.training
    stop = training.request_stop
    assert stop is not None
    assert stop.starts_at is not None
    when = _("%(date)s, %(time)s Uhr") % {
        "date": long_date(local_date(stop.starts_at), year=True),
        "time": spoken_clock(stop.starts_at),
    }
    rows = [
        (_("Nummer"), references.grouped(training.reference)),
        (_("Wann"), when),
        (_("Dauer"), ngettext("eine Minute", "%(n)d Minuten", record.minutes) % {"n": record.minutes}),
        (_("Team"), stop.team.name if stop.team else ""),
        (_("Raum"), training.room),
        (_("Wie viele waren da"), str(record.head_count)),
        (_("Vorkenntnisse"), str(record.get_level_display())),
        (_("Themen"), ", ".join(topic.name for topic in record.topics.all())),
        (_("Geräte"), ", ".join(record.devices)),
        (_("Aufgeschrieben von"), record.by.name),
    ]
    return [[name, words] for name, words in rows if words]
