"""The contracts of `.importlinter` can fail: with one forbidden import for each, each is broken."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("api", "bookings", "touring", "volunteers", "lotsen")

# What is added to a module, and the contract that it breaks.
OFFENCES = {
    "The floors of the house": ("touring/rules.py", "import volunteers.models"),
    "The ground knows no room": ("lotsen/health.py", "import bookings.models"),
    "Settings, addresses and the server's door name rooms by string": ("lotsen/urls.py", "import lotsen.people.models"),
    "Inside a room": ("bookings/models/__init__.py", "import bookings.visits"),
    "Inside planning": ("touring/planning/problem.py", "import touring.planning.solve"),
    "Inside matching": ("volunteers/matching/case.py", "import volunteers.matching.rank"),
    "Planning, matching and the database wrapper know no Django": ("lotsen/postgres/errors.py", "import django.db"),
}


@pytest.fixture
def copy(tmp_path):
    """The source of all rooms, to be spoilt."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "static"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def verdicts(folder):
    """What import-linter says of each contract."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return dict(re.findall(r"^(.+) (KEPT|BROKEN)$", done.stdout, flags=re.MULTILINE))


def test_every_contract_is_kept(copy):
    assert verdicts(copy) == dict.fromkeys(OFFENCES, "KEPT")


def test_control_one_forbidden_import_breaks_each_contract(copy):
    for place, line in OFFENCES.values():
        with (copy / place).open("a") as file:
            file.write(f"\n{line}\n")
    assert verdicts(copy) == dict.fromkeys(OFFENCES, "BROKEN")
