from __future__ import annotations

from django.conf import settings
from django.db import models


class CityUpload(models.Model):
    """Lists that a coordinator has sent and not yet taken over, with what the rehearsal said about them.

    They lie in the database, so that any machine can go on, and are deleted when taken over, dropped or a day old.
    """

    token = models.CharField(max_length=43, unique=True, help_text="of the address; carries no data")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    preview = models.JSONField(default=dict, help_text="counts by list, problems, number of wrong lines")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"CityUpload {self.pk}"


class UploadedList(models.Model):
    """One file of an upload. `kind` is the name of the list: "haltestellen"."""

    upload = models.ForeignKey(CityUpload, on_delete=models.CASCADE, related_name="lists")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "kind"], name="uploaded_list_once")]

    def __str__(self) -> str:
        return self.kind
