"""What watches over the sending: whether a provider works, and whether the worker does."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Circuit(models.Model):
    """How one channel does. While `is_down`, messages take their next way without a try; see `circuits`."""

    channel = models.CharField(_("Weg"), max_length=10, unique=True)
    is_down = models.BooleanField(_("gestört"), default=False)
    failures = models.PositiveIntegerField(_("Fehler in Folge"), default=0)
    failing_since = models.DateTimeField(_("Fehler seit"), null=True, blank=True)
    switched_at = models.DateTimeField(_("umgeschaltet"), null=True, blank=True)
    tried_at = models.DateTimeField(_("zuletzt versucht"), null=True, blank=True)

    class Meta:
        verbose_name = _("Zustand eines Weges")
        verbose_name_plural = _("Zustand der Wege")

    def __str__(self) -> str:
        return f"{self.channel} {'down' if self.is_down else 'up'}"


class Heartbeat(models.Model):
    """When something that must not stop was last alive, and when somebody was last told that it was not."""

    name = models.CharField(_("Name"), max_length=20, primary_key=True)
    at = models.DateTimeField(_("zuletzt"))
    alarmed_at = models.DateTimeField(_("Alarm"), null=True, blank=True)

    class Meta:
        verbose_name = _("Lebenszeichen")
        verbose_name_plural = _("Lebenszeichen")

    def __str__(self) -> str:
        return self.name
