from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Transition(models.Model):
    """History: one line for each move of a state. Append-only, kept so by the database."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="transition_subject")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.source} > {self.target}"


class ContactRead(models.Model):
    """Journal of reads of contact data: who saw whose data, which fields, why and when.

    Append-only, kept so by the database. The person seen stands here only as type and number.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    fields = ArrayField(models.CharField(max_length=30))
    why = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="contactread_subject"),
            models.Index(fields=["by", "at"], name="contactread_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} > {self.subject_type} {self.subject_id}"


class FieldChange(models.Model):
    """Journal of changes: who changed which fields of what, and when; never the values. Append-only like the others."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    fields = ArrayField(models.CharField(max_length=30))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="fieldchange_subject")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {', '.join(self.fields)}"


class Tally(models.Model):
    """How often something was tried in one span of time. `key` is a keyed hash: it holds no number and no address."""

    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "starts_at"], name="tally_once")]
        indexes = [models.Index(fields=["starts_at"], name="tally_age")]

    def __str__(self) -> str:
        return f"{self.count}"
