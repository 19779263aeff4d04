"""Changing what we say: every change is a new version, the newest holds, and an earlier one can come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.errors import Refused
from lotsen.messages.models import TextVersion
from lotsen.messages.wording import catalogue, released
from lotsen.messages.wording.checks import Wish, faults
from lotsen.people.models import User

CHANNELS = ("sms", "email", "letter", "call")


class TextFaulty(Refused):
    """The text breaks a rule; `faults` says which, in sentences."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.faults = list(sentences)
        super().__init__(" ".join(self.faults))


class TextChanged(Refused):
    """Somebody else has changed this text since it was opened."""

    sentence = _("Jemand anderes hat diesen Text gerade geändert. Bitte laden Sie die Seite neu.")


def refresh() -> None:
    """Read the changed texts if there are new ones: one short question to the database, asked before texts are
    filled.
    """
    newest = TextVersion.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if newest != released.stamp():
        released.put(newest, _newest_texts())


def _newest_texts() -> dict[released.Key, released.Released]:
    """The newest of each text; what no longer fits the form of its letter is passed over."""
    rows = TextVersion.objects.order_by("kind", "channel", "language", "-version").distinct(
        "kind", "channel", "language"
    )
    return {
        (row.kind, row.channel, row.language): released.Released(row.subject, row.text, tuple(row.parts))
        for row in rows
        if _fits_the_form(row)
    }


def _fits_the_form(row: TextVersion) -> bool:
    """A release of the program may bring a letter of another form: then the file holds again."""
    if row.channel != "letter":
        return catalogue.has_wording(row.kind, row.channel)
    if not catalogue.has_wording(row.kind, "letter"):
        return False
    return len(row.parts) == len(catalogue.letter_parts(file_letter(row.kind, row.language)))


def file_letter(kind: str, language: str) -> dict[str, Any]:
    """A letter as it stands in its file."""
    return catalogue.table("letters")[kind][language]


@dataclass(frozen=True)
class TextKey:
    """Which text."""

    kind: str
    channel: str
    language: str

    def exists(self) -> bool:
        """Whether the program knows it."""
        return (
            self.channel in CHANNELS
            and self.language in catalogue.LANGUAGES
            and self.kind in catalogue.kinds(self.channel)
        )


def current_wish(key: TextKey) -> Wish:
    """The text as it goes out now."""
    if key.channel == "sms":
        return Wish(text=catalogue.sms_template(key.kind, key.language))
    if key.channel == "email":
        subject, body = catalogue.email_template(key.kind, key.language)
        return Wish(subject=subject, text=body)
    if key.channel == "call":
        return Wish(text=catalogue.call_template(key.kind, key.language))
    letter = catalogue.letter_template(key.kind, key.language)
    return Wish(subject=letter["subject"], parts=tuple(catalogue.letter_parts(letter)))


def versions_of(key: TextKey) -> list[TextVersion]:
    """The newest first."""
    rows = TextVersion.objects.filter(kind=key.kind, channel=key.channel, language=key.language)
    return list(rows.select_related("by").order_by("-version"))


@transaction.atomic
def change_text(key: TextKey, wish: Wish, *, seen: int, by: User, at: datetime) -> TextVersion:
    """Make `wish` the text of `key` from now on. Refuses with the sentences of `checks.faults`, and with `TextChanged`
    where the newest version is no longer `seen` (0: the file's text)."""
    if found := faults(key.kind, key.channel, key.language, wish):
        raise TextFaulty(found)
    return _add(key, wish, seen=seen, by=by, at=at)


@transaction.atomic
def restore_text(key: TextKey, version: int, *, seen: int, by: User, at: datetime) -> TextVersion:
    """Make an earlier version the newest again; version 0 is the file's text."""
    return change_text(key, wish_of(key, version), seen=seen, by=by, at=at)


def wish_of(key: TextKey, version: int) -> Wish:
    """What a version says. TextVersion.DoesNotExist where there is none; 0 is the file's text."""
    if version == 0:
        return file_wish(key)
    row = TextVersion.objects.get(kind=key.kind, channel=key.channel, language=key.language, version=version)
    return Wish(subject=row.subject, text=row.text, parts=tuple(row.parts))


def file_wish(key: TextKey) -> Wish:
    """The text as the program brought it."""
    with released.none():
        return current_wish(key)


def _add(key: TextKey, wish: Wish, *, seen: int, by: User, at: datetime) -> TextVersion:
    row = TextVersion(
        kind=key.kind,
        channel=key.channel,
        language=key.language,
        version=seen + 1,
        subject=wish.subject,
        text=wish.text,
        parts=list(wish.parts),
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise TextChanged from None
    return row
