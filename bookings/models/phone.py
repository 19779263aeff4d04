from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bookings.models.visits import HomeVisit
from lotsen.places.models import Address


class ShownAddress(models.Model):
    """A full address that a guide has been shown, and when first; again only after it has been forgotten."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+")
    shown_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "address"], name="shown_address_once")]
        indexes = [models.Index(fields=["user", "shown_at"], name="shown_address_count")]

    def __str__(self) -> str:
        return f"{self.user_id} > {self.address_id}"


class CalendarLink(models.Model):
    """The secret link under which a guide's own dates stand for their calendar. Only a hash of it is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_link")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret, in hexadecimal")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="calendar_link_is_hashed")
        ]

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"


class CalendarEntry(models.Model):
    """One date as the guide's calendar last fetched it; `sequence` grows with every change, a cancelled one stays."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    visit = models.ForeignKey(HomeVisit, on_delete=models.CASCADE, related_name="+")
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    place = models.CharField(max_length=80, blank=True, help_text="short name of the district, never more")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_off = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "visit"], name="calendar_entry_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="calendar_entry_forwards"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.starts_at}"
