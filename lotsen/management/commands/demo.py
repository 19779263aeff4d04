from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lotsen.demo import Demo
from lotsen.demo.children import ChildEnded
from lotsen.demo.preparation import DemoError
from lotsen.postgres import PostgresError


class Command(BaseCommand):
    help = "Zeigt Lotsen auf diesem Rechner: Datenbank, Vorführstadt, Web-Server und ein Worker, bis Strg-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Port des Web-Servers (sonst der nächste freie)")
        parser.add_argument("--host", default="127.0.0.1", help="Adresse, auf der der Web-Server hört")
        parser.add_argument(
            "--reset", action="store_true", help="von vorn beginnen: die Vorführ-Datenbank wird geleert"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        demo = Demo(host=options["host"], port=options["port"], reset=options["reset"], say=self._say)
        try:
            demo.run()
        except (ChildEnded, DemoError, PostgresError) as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
