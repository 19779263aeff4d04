"""Journals: contact data is shown only after the line about it is written; a change leaves a line of what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from lotsen.kernel.models import ContactRead, FieldChange


def record_reads(rows: Iterable[models.Model], *, fields: Sequence[str], why: str, by: Any, at: datetime) -> None:
    """Write one line for each person whose contact data is about to be shown to `by`.

    `fields` are the names shown ("name", "phone", "address"), `why` the page or purpose, never a
    search term. If the journal cannot be written the error goes up and nothing is shown.
    """
    ContactRead.objects.bulk_create(
        ContactRead(
            subject_type=row._meta.label_lower, subject_id=str(row.pk), fields=list(fields), why=why, by=by, at=at
        )
        for row in rows
    )


def record_changes(row: models.Model, *, fields: Sequence[str], by: Any, at: datetime) -> None:
    """Write one line that these fields of `row` have changed, in the transaction of the change; nothing for no fields.

    Only their names are kept: what stood there before is gone, as the person may ask of us.
    """
    if fields:
        FieldChange.objects.create(
            subject_type=row._meta.label_lower, subject_id=str(row.pk), fields=list(fields), by=by, at=at
        )
