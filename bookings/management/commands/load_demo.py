"""Loads the demonstration city."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.demo.loader import load_demo
from bookings.demo.people import NotEmpty, NotInProduction, is_loaded
from bookings.imports import KINDS
from bookings.imports.words import count_words


class Command(BaseCommand):
    help = "Lädt die Beispielstadt: Listen, Menschen und ein wenig Vergangenheit. Nicht im echten Betrieb."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(NotInProduction().sentence)
        if is_loaded():
            self.stdout.write(_("Die Beispielstadt ist schon da."))
            return
        try:
            counts = load_demo(at=timezone.now())
        except NotEmpty as refused:
            raise CommandError(refused.sentence) from refused
        for kind in KINDS:
            self.stdout.write(f"{kind.label}: {count_words(counts[kind.name])}")
