"""A coordinator's lists between sending and taking over: kept, looked at in a rehearsal, taken over or dropped."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bookings.imports.city import CityFile, Outcome, import_city
from bookings.imports.kinds import KINDS, Kind, kind_of
from bookings.models import CityUpload, UploadedList
from lotsen.kernel.errors import Refused
from lotsen.kernel.imports import Counts
from lotsen.kernel.sentences import Data, Sentence, as_data, from_data
from lotsen.kernel.tables import Problem
from lotsen.people.models import User

KEPT = timedelta(days=1)
LONGEST_NAME = 120


class UnknownList(Refused):
    """A file of which we cannot tell which list it is."""


class ListGone(Refused):
    """Taken over already, or dropped, or too old."""

    def __init__(self) -> None:
        super().__init__(_("Diese Listen sind schon übernommen oder verworfen. Bitte schicken Sie sie noch einmal."))


@dataclass(frozen=True, slots=True)
class PreviewedList:
    """One list of an upload; `counts` is None where the file could not be read."""

    kind: Kind
    file_name: str
    counts: Counts | None
    wrong: int


def visible_uploads(user: User) -> QuerySet[CityUpload]:
    """What this person has sent and not yet taken over."""
    return CityUpload.objects.filter(by=user).order_by("-created_at")


@transaction.atomic
def keep_lists(
    files: Sequence[tuple[str, bytes]], *, by: User, at: datetime, upload: CityUpload | None = None
) -> CityUpload:
    """Keep files (name and bytes) and say what taking them over would do. A list that is there already is replaced.

    Refuses a file of which neither name nor headings tell the list (`UnknownList`).
    """
    known = [(kind_of(name, data), name, data) for name, data in files]
    unknown = [name for kind, name, _data in known if kind is None]
    if unknown:
        raise UnknownList(
            _("Welche Liste ist „%(file)s“? Bitte so nennen: %(names)s.")
            % {"file": unknown[0][:60], "names": ", ".join(kind.file_name for kind in KINDS)}
        )
    CityUpload.objects.filter(created_at__lt=at - KEPT).delete()
    upload = upload or CityUpload.objects.create(token=secrets.token_urlsafe(32), by=by, created_at=at)
    for kind, name, data in known:
        UploadedList.objects.update_or_create(
            upload=upload,
            kind=kind.name,  # type: ignore[union-attr]
            defaults={"name": name[-LONGEST_NAME:], "data": data},
        )
    _rehearse(upload, by=by, at=at)
    return upload


@transaction.atomic
def take_over(upload: CityUpload, *, by: User, at: datetime) -> Outcome:
    """Import the lists and delete the files. Where a line has become wrong since, nothing is imported and the preview
    says so. Refuses a second time (`ListGone`)."""
    if not CityUpload.objects.select_for_update().filter(pk=upload.pk).exists():
        raise ListGone
    outcome = import_city(_files(upload), by=by, at=at)
    if outcome.is_written:
        upload.delete()
    else:
        _rehearse(upload, by=by, at=at)
    return outcome


def drop_upload(upload: CityUpload, *, by: User, at: datetime) -> None:
    """Delete the files."""
    upload.delete()


def outcome_of(upload: CityUpload) -> Outcome:
    """What the last rehearsal said."""
    kept = {name: tuple(map(_sentence, rows)) for name, rows in upload.preview.get("kept", {}).items()}
    counts = {name: Counts(*numbers, kept.get(name, ())) for name, numbers in upload.preview["counts"].items()}
    return Outcome(counts, tuple(_problem(one) for one in upload.preview["problems"]), is_written=False)


def previewed_lists(upload: CityUpload, outcome: Outcome) -> list[PreviewedList]:
    """The lists of an upload in the order of import, with their counts and wrong lines."""
    names = dict(upload.lists.values_list("kind", "name"))
    return [
        PreviewedList(
            kind,
            names[kind.name],
            outcome.counts.get(kind.name),
            len({problem.row for problem in outcome.problems if problem.file == names[kind.name]}),
        )
        for kind in KINDS
        if kind.name in names
    ]


def _files(upload: CityUpload) -> list[CityFile]:
    return [CityFile(one.kind, one.name, bytes(one.data)) for one in upload.lists.all()]


def _rehearse(upload: CityUpload, *, by: User, at: datetime) -> None:
    outcome = import_city(_files(upload), by=by, at=at, is_rehearsal=True)
    upload.preview = {
        "counts": {name: [one.new, one.changed, one.same] for name, one in outcome.counts.items()},
        "kept": {name: [as_data(one) for one in each.kept] for name, each in outcome.counts.items() if each.kept},
        "problems": [_plain(problem) for problem in outcome.problems],
    }
    upload.save(update_fields=["preview"])


def _sentence(data: Data) -> Sentence:
    return cast("Sentence", from_data(data))


def _plain(problem: Problem) -> dict[str, Any]:
    values = {name: str(value) for name, value in problem.sentence.values.items()}
    return {
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "text": problem.sentence.text,
        "values": values,
    }


def _problem(one: dict[str, Any]) -> Problem:
    return Problem(one["file"], one["row"], one["column"], Sentence(one["text"], **one["values"]))
