"""The steps before the servers start. Each is quick where nothing changed; rooms are named by string."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command, get_commands
from django.db import connection

STAMP = ".collected"


class DemoError(Exception):
    """The demonstration cannot run; the text says why."""


def migrate() -> None:
    """Brings the tables up to date, the cache's too."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def make_static_files() -> None:
    """Makes stylesheet and fonts and collects all static files, compressed; skipped when no source changed."""
    call_command("build_assets", stdout=io.StringIO())
    stamp = Path(settings.STATIC_ROOT) / STAMP
    now = fingerprint_of_static_files()
    if stamp.is_file() and stamp.read_text() == now:
        return
    # A process of its own, so that Ctrl-C does not wait for the compression of everything.
    if run_command("collectstatic", "--no-input", "--clear", "--verbosity=0", environ=os.environ) != 0:
        raise DemoError("Die statischen Dateien ließen sich nicht sammeln, siehe oben.")
    stamp.write_text(now)


def fingerprint_of_static_files() -> str:
    """Changes when a source file comes, goes, or is written."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            found = Path(storage.path(path)).stat()
            seen.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def make_texts() -> None:
    """Makes the message catalogues that Django reads."""
    call_command("texts", compile=True, stdout=io.StringIO())


def is_empty(model: str) -> bool:
    """Whether there is no row of the model (`"touring.Stop"`)."""
    empty = not apps.get_model(model)._default_manager.exists()
    connection.close()
    return empty


def has_command(name: str) -> bool:
    """Whether a room brings this command."""
    return name in get_commands()


def run_command(name: str, *arguments: str, environ: Mapping[str, str]) -> int:
    """Runs a command as a process of its own, its output at the terminal; returns its exit code."""
    command = [sys.executable, "manage.py", name, *arguments]
    return subprocess.run(command, env=dict(environ), cwd=settings.BASE_DIR, check=False).returncode  # noqa: S603 - own


def start_command(name: str) -> subprocess.Popen[bytes] | None:
    """Runs a command beside us, quietly; None where no room has it."""
    if not has_command(name):
        return None
    command = [sys.executable, "manage.py", name]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)  # noqa: S603 - own


def account_lines(address: str) -> list[str]:
    """How to sign in as each kind of user at this address, as the command `demo_accounts` says it."""
    if not has_command("demo_accounts"):
        return []
    said = io.StringIO()
    try:
        call_command("demo_accounts", stdout=said)
    except CommandError:  # a city's own lists: nobody was made up
        return []
    finally:
        connection.close()
    return said.getvalue().replace(settings.PUBLIC_BASE_URL, address).rstrip().splitlines()
