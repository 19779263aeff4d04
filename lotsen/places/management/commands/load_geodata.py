"""`manage.py load_geodata [FOLDER]`: outlines, bridges, postal codes and streets of the city."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lotsen.places import geodata
from lotsen.places import geodata_files as files
from lotsen.places.addresses import locate_all_again
from lotsen.places.geodata import Change
from lotsen.places.models import DistrictKind

Loaded = tuple[str, Change]


class Command(BaseCommand):
    """Reads what is there, in one transaction; a second run changes nothing."""

    help = _(
        "Liest Stadtteile, Elbquerungen, Postleitzahlen und Straßen aus LOTSEN_GEODATA_DIR. Ohne Dateien geht es auch."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder may be named instead of set."""
        parser.add_argument("folder", nargs="?", default=settings.GEODATA_DIR, help=_("Ordner mit den Dateien"))

    def handle(self, *, folder: str, **options: Any) -> None:
        """Loads every known file and says how many rows changed, and whose data it is."""
        if not folder:
            raise CommandError(_("Bitte nennen Sie einen Ordner, oder setzen Sie LOTSEN_GEODATA_DIR."))
        root = Path(folder)
        if not root.is_dir():
            raise CommandError(_("Diesen Ordner gibt es nicht: {folder}").format(folder=folder))
        loaded, located = _load_all_or_nothing(root)
        for name, (source, change) in loaded:
            self.stdout.write(_line(name, source, change))
        if located:
            self.stdout.write(_("Adressen, die jetzt genauer sind: {count}").format(count=located))
        if not loaded:
            self.stdout.write(_("Keine bekannte Datei gefunden. Lotsen arbeitet mit Postleitzahlen weiter."))


def _load_all_or_nothing(root: Path) -> tuple[list[tuple[str, Loaded]], int]:
    """What was loaded from which file, and how many addresses have a better place or district now."""
    try:
        with transaction.atomic():
            loaded = list(_load(root))
            return loaded, locate_all_again() if loaded else 0
    except files.UnreadableGeodata as problem:
        raise CommandError(str(problem)) from problem
    except DatabaseError as problem:
        raise CommandError(_("Die Daten passen nicht: {problem}").format(problem=problem)) from problem


def _line(name: str, source: str, change: Change) -> str:
    return _("{file}: {added} neu, {changed} geändert, {removed} entfernt, {same} gleich. Daten: {source}").format(
        file=name,
        source=source,
        added=change.added,
        changed=change.changed,
        removed=change.removed,
        same=change.same,
    )


def _load(root: Path) -> Iterator[tuple[str, Loaded]]:
    """Each known file once, districts first, because postal codes name them."""
    at = timezone.now()

    def districts(kind: str) -> Callable[[Path], Loaded]:
        def load(path: Path) -> Loaded:
            source, rows = files.read_districts(path)
            return source, geodata.load_districts(rows, kind, source, at=at)

        return load

    loaders: list[tuple[str, Callable[[Path], Loaded]]] = [
        ("stadtteile*.geojson", districts(DistrictKind.QUARTER)),
        ("stadtbezirke*.geojson", districts(DistrictKind.BOROUGH)),
        ("elbquerungen*.csv", _crossings),
        ("plz*.csv", _postal_codes),
        ("adressen*.csv", _houses),
        ("adressen*.geojson", _houses),
        ("strassen*.geojson", _street_names),
        ("spielplaetze*.geojson", _street_names),
        ("wahlbezirke*.geojson", _street_names),
    ]
    for pattern, load in loaders:
        for path in sorted(root.glob(pattern)):
            yield path.name, load(path)


def _crossings(path: Path) -> Loaded:
    return path.name, geodata.load_crossings(files.read_crossings(path))


def _postal_codes(path: Path) -> Loaded:
    return path.name, geodata.load_postal_codes(files.read_postal_codes(path), path.name)


def _houses(path: Path) -> Loaded:
    return path.name, geodata.load_street_points(files.read_houses(path), path.stem[:40])


def _street_names(path: Path) -> Loaded:
    return path.name, geodata.load_street_points(files.read_street_names(path), path.stem[:40])
