"""The account that the database server runs as.

PostgreSQL refuses to run as root. A normal user runs it as themselves; root lends it an account that exists on every
Unix machine and owns nothing. No account is ever added, and nothing is changed outside the data folder.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotsen.postgres.errors import PostgresError

UNPRIVILEGED = ("nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """Whom the server runs as; `is_borrowed` when that is not the user who called."""

    uid: int
    gid: int
    is_borrowed: bool = False

    def popen_arguments(self) -> dict[str, Any]:
        """The keywords that make `subprocess` run a program as this account."""
        if not self.is_borrowed:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may step into the folder (asked of the kernel, by trying)."""
        return self._tries(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])

    def can_run(self, program: Path) -> bool:
        """Whether this account can start the program."""
        return self._tries([str(program), "--version"])

    def _tries(self, command: list[str]) -> bool:
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command, paths as arguments
                command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=False, **self.popen_arguments()
            )
        except OSError:
            return False
        return done.returncode == 0


def server_account() -> Account:
    """The account for a server that this process starts. Refuses as root where no unprivileged account can be used."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        account = Account(entry.pw_uid, entry.pw_gid, is_borrowed=True)
        if account.can_enter(Path("/")):
            return account
    raise PostgresError(
        "PostgreSQL läuft nicht als root, und dieser Rechner gibt root kein einfaches Konto dafür (nobody, daemon). "
        "Bitte als normaler Benutzer aufrufen oder in DATABASE_URL einen laufenden Server nennen."
    )
