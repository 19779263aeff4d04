"""What a row is about, without knowing the rooms above."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class About(models.Model):
    """The thing of a higher room that a row is about, named as the history names it: "bookings.homevisit", key as text.

    No foreign key: this room knows nothing of the rooms above.
    """

    about_type = models.CharField(_("Art der Sache"), max_length=60, blank=True)
    about_id = models.CharField(_("Schlüssel der Sache"), max_length=40, blank=True)
    about_reference = models.CharField(_("Vorgangsnummer"), max_length=20, blank=True)

    class Meta:
        abstract = True
