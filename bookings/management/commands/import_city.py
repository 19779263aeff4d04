"""Reads a city's own lists from a folder."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.imports import KINDS, CityFile, Outcome, import_city
from bookings.imports.words import count_words, summary
from lotsen.spoken import said


class Command(BaseCommand):
    help = "Liest die Listen einer Stadt ein: haltestellen.csv, teams.csv, einrichtungen.csv, lotsen.csv, anfragen.csv."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="ORDNER", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="nur sagen, was geschehen würde")

    def handle(self, *args: Any, **options: Any) -> None:
        files = city_files(options["folder"])
        outcome = import_city(files, by=None, at=timezone.now(), is_rehearsal=options["dry_run"])
        self.report(outcome, files)
        if outcome.problems:
            raise CommandError(summary(outcome))
        self.stdout.write(summary(outcome))
        if options["dry_run"]:
            self.stdout.write(_("Probelauf: Es wurde nichts geschrieben."))

    def report(self, outcome: Outcome, files: list[CityFile]) -> None:
        """One line for each file, then one for each problem."""
        for one in files:
            if one.kind in outcome.counts:
                self.stdout.write(f"{one.name}: {count_words(outcome.counts[one.kind])}")
                for sentence in outcome.counts[one.kind].kept:
                    self.stdout.write(f"{one.name}: {said(sentence)}")
        for problem in outcome.problems:
            self.stdout.write(f"{_where(problem.file, problem.row, problem.column)}: {said(problem.sentence)}")


def city_files(folder: Path) -> list[CityFile]:
    """The lists that lie in a folder, whatever the case of their names; refuses a folder without any."""
    if not folder.is_dir():
        raise CommandError(_("Den Ordner „%(folder)s“ gibt es nicht.") % {"folder": folder})
    found = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    files = [
        CityFile(kind.name, found[kind.file_name].name, found[kind.file_name].read_bytes())
        for kind in KINDS
        if kind.file_name in found
    ]
    if not files:
        names = ", ".join(kind.file_name for kind in KINDS)
        raise CommandError(
            _("Im Ordner „%(folder)s“ liegt keine Liste. Gesucht: %(names)s.") % {"folder": folder, "names": names}
        )
    return files


def _where(file: str, row: int, column: str) -> str:
    if not row:
        return file
    if not column:
        return _("%(file)s, Zeile %(row)d") % {"file": file, "row": row}
    return _("%(file)s, Zeile %(row)d, Spalte „%(column)s“") % {"file": file, "row": row, "column": column}
