"""Says who can sign in to the demonstration city."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from bookings.demo.people import PASSWORD, PEOPLE, NotInProduction, is_loaded


class Command(BaseCommand):
    help = "Nennt die Beispiel-Zugänge: Aufgabe, Name, E-Mail-Adresse, Passwort und wo man klickt."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(NotInProduction().sentence)
        if not is_loaded():
            raise CommandError(_("Die Beispielstadt ist noch nicht geladen. Bitte „load_demo“ aufrufen."))
        wide = max(len(str(one.job)) for one in PEOPLE)
        name, email = max(len(one.name) for one in PEOPLE), max(len(one.email) for one in PEOPLE)
        for one in PEOPLE:
            self.stdout.write(
                f"{one.job!s:<{wide}}  {one.name:<{name}}  {one.email:<{email}}  {PASSWORD}  "
                f"{settings.PUBLIC_BASE_URL}{one.path}"
            )
