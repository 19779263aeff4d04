"""A real city's open data beside the project, for tests that can do without it."""

import csv
import os
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(os.environ.get("LOTSEN_TEST_DATA") or settings.BASE_DIR.parent / "shared")
GEO, CITY = FOLDER / "geo", FOLDER / "city"

needs_geo = pytest.mark.skipif(not GEO.is_dir(), reason="no open data of a city beside the project (LOTSEN_TEST_DATA)")
needs_city = pytest.mark.skipif(not CITY.is_dir(), reason="no city lists beside the project (LOTSEN_TEST_DATA)")


def rows(path, delimiter=","):
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))
