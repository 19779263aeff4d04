from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lotsen import texts


class Command(BaseCommand):
    help = "Sammelt die deutschen Texte und bringt die englische Liste auf den Stand (locale/en)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="nur prüfen: fehlt etwas, ist etwas unsicher?")
        parser.add_argument("--compile", action="store_true", help="nur die Dateien machen, die Django liest")
        parser.add_argument("--prune", action="store_true", help="unbenutzte Übersetzungen entfernen")

    def handle(self, *args: Any, **options: Any) -> None:
        base = Path(settings.BASE_DIR)
        if options["check"]:
            self._check(base)
        elif not options["compile"]:
            self._update(base, prune=options["prune"])
        texts.compile_catalogues(base)

    def _check(self, base: Path) -> None:
        english = base / "locale" / "en" / "LC_MESSAGES" / "django.po"
        found = [
            f"{path.relative_to(base)}: {fault}"
            for path in sorted({english, *texts.catalogue_files(base)})
            for fault in texts.faults(
                texts.read_catalogue(path, path.parts[-3]), texts.collect(base) if path == english else None
            )
        ]
        if found:
            raise CommandError("\n".join([f"{len(found)} Mängel an den Texten:", *found]))
        self.stdout.write("Alle Texte sind deutsch und englisch vollständig.")

    def _update(self, base: Path, *, prune: bool) -> None:
        path = base / "locale" / "en" / "LC_MESSAGES" / "django.po"
        catalogue = texts.read_catalogue(path, "en")
        texts.update(catalogue, texts.collect(base))
        if prune:
            catalogue[:] = [entry for entry in catalogue if not entry.obsolete]
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path), newline="\n")
        missing = len(catalogue.untranslated_entries())
        self.stdout.write(f"{len(catalogue)} Texte, davon {missing} noch nicht übersetzt: {path.relative_to(base)}")
