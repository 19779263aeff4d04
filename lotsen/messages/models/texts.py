"""Texts that the house has changed."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lotsen.messages.states import Channel


class TextVersion(models.Model):
    """One version of one text; the newest holds, the file's text where there is none. Versions are only ever added.

    `text` is the body of an SMS, e-mail or call sentence; `parts` the sentences of a letter in the order of its blocks.
    """

    kind = models.CharField(_("Textart"), max_length=60)
    channel = models.CharField(_("Weg"), max_length=10, choices=Channel)
    language = models.CharField(_("Sprache"), max_length=5)
    version = models.PositiveIntegerField(_("Fassung"))
    subject = models.CharField(_("Betreff"), max_length=200, blank=True)
    text = models.TextField(_("Text"), blank=True)
    parts = ArrayField(models.TextField(), verbose_name=_("Absätze"), default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("seit"))

    class Meta:
        verbose_name = _("Fassung eines Textes")
        verbose_name_plural = _("Fassungen von Texten")
        constraints = [
            models.UniqueConstraint(fields=["kind", "channel", "language", "version"], name="outbox_text_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.language} {self.version}"
