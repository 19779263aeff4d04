#!/usr/bin/env python
"""Runs Django's commands; where nobody named a database, the embedded one is up for as long as the command needs it."""

import contextlib
import os
import sys
from pathlib import Path

from lotsen.postgres import PostgresError, is_embedded, project_cluster

BASE_DIR = Path(__file__).resolve().parent

# Commands that read no database, or (demo) that start it themselves.
WITHOUT_DATABASE = {
    "build_assets",
    "check",
    "collectstatic",
    "compilemessages",
    "demo",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "spectacular",
    "startapp",
    "test",
    "texts",
    "version",
}


def main(arguments: list[str]) -> None:
    """Runs one command."""
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - slow, and needs the environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
    with contextlib.ExitStack() as stack:
        if needs_embedded_database(arguments):
            os.environ["DATABASE_URL"] = stack.enter_context(project_cluster(os.environ, BASE_DIR).used())
        execute_from_command_line([__file__, *arguments])


def needs_embedded_database(arguments: list[str]) -> bool:
    """Whether the embedded database has to be up for this command line."""
    if not is_embedded(os.environ) or not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in WITHOUT_DATABASE or "--database" in arguments


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except PostgresError as error:
        sys.exit(f"Fehler: {error}")
