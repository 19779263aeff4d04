"""Requirements, migrations, words that have no place here, and the wheel that the look comes from."""

import hashlib
import re
from pathlib import Path

import mkdocs_kern_ux
import pytest
from django.core.management import call_command
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tests.house import tree

KERN = "kern-ux/vendor/kern/kern.min.css"
KERN_SHA256 = "cd3f71d341847e38f03b96c978679ecd82203daffe3fed1535281652356cfa62"
# Put together here, so that this file does not hold them.
UNWANTED = ("/wo" + "rk/", "/ro" + "ot/", "TO" + "DO", "FIX" + "ME", "XX" + "X ", "Lorem " + "ipsum")
ALLOWED_IN = {"tests/house/test_order.py"}
AUTOMATIC = re.compile(r"_auto_\d|^\d{4}_alter_|_and_more$")


def unexplained(text):
    """Pinned lines without a reason above them, and lines that are not pinned."""
    wrong, before = [], ""
    for line in text.splitlines():
        entry = line.strip()
        if entry and not entry.startswith("#"):
            is_reasoned = before.startswith("# ") and not before.startswith("# ---")
            if not is_reasoned or not re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==[0-9][\w.]*", entry):
                wrong.append(entry)
        before = entry
    return wrong


def own_requirements():
    """Without the last block, which pins what the others need."""
    return (tree.ROOT / "requirements.txt").read_text().partition("# --- what the others need")[0]


def test_every_requirement_is_pinned_and_has_its_reason():
    assert unexplained(own_requirements()) == []


@pytest.mark.parametrize(
    "text", ["# why\nflask>=1", "flask==1.0", "# --- block ---\nflask==1.0", "# why\nflask==1.0\ndash==2.0"]
)
def test_control_a_bare_requirement_is_seen(text):
    assert len(unexplained(text)) == 1


def test_the_whole_of_requirements_is_pinned():
    lines = [line.strip() for line in (tree.ROOT / "requirements.txt").read_text().splitlines()]
    assert [line for line in lines if line and not line.startswith("#") and "==" not in line] == []


def test_no_migration_is_named_by_a_machine():
    paths = [
        path
        for path in tree.ROOT.glob("*/**/migrations/0*.py")
        if ".venv" not in path.parts and "var" not in path.parts
    ]
    assert paths
    assert [tree.named(path) for path in paths if AUTOMATIC.search(path.stem)] == []


def test_control_a_name_by_a_machine_is_seen():
    names = ["0002_auto_20260101_1200", "0003_alter_visit_note", "0004_visit_note_and_more", "0005_code_words"]
    assert [name for name in names if AUTOMATIC.search(name)] == names[:3]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_control_a_missing_migration_would_be_seen():
    before, after = ProjectState(), ProjectState()
    after.add_model(ModelState("bookings", "Note", [("id", models.BigAutoField(primary_key=True))]))
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    assert "bookings" in MigrationAutodetector(before, after).changes(graph)


def unwanted(root=tree.ROOT):
    """Words that betray a machine or unfinished work, by file."""
    found = {}
    for path in tree.files(root):
        words = [word for word in UNWANTED if word in path.read_text(errors="replace")]
        if words and tree.named(path, root) not in ALLOWED_IN:
            found[tree.named(path, root)] = words
    return found


def test_no_file_holds_what_has_no_place_here():
    assert unwanted() == {}


def test_control_such_a_word_is_seen(tmp_path):
    (tmp_path / "notes.md").write_text(f"{UNWANTED[2]}: see {UNWANTED[0]}main")
    assert unwanted(tmp_path) == {"notes.md": [UNWANTED[0], UNWANTED[2]]}


def test_the_design_system_is_the_one_that_was_checked():
    sheet = Path(mkdocs_kern_ux.__file__).parent / KERN
    assert hashlib.sha256(sheet.read_bytes()).hexdigest() == KERN_SHA256
