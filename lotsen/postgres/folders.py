"""Where the embedded database lies: its data folder, and the short private folder of its socket."""

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from lotsen.postgres.account import Account
from lotsen.postgres.errors import PostgresError

SHORT = Path("/tmp")  # noqa: S108 - a socket's path is limited to about 100 bytes; the folder made here is private
FAR = Path("/var/lib/lotsen")
OWN_NAMES = {"pgdata", "pgdata.new", "log", "guard", "users", "binaries", "binaries.new", "numba"}


def data_folder(environ: Mapping[str, str], base_dir: Path, account: Account) -> Path:
    """The folder of this project's database: `LOTSEN_DATA_DIR`, else `var/postgres`.

    For root, whose server runs as another account, `/var/lib/lotsen/…` where that account cannot reach the project.
    """
    if chosen := environ.get("LOTSEN_DATA_DIR"):
        return Path(chosen).expanduser().absolute()
    base_dir = base_dir.resolve()
    if account.is_borrowed and not account.can_enter(base_dir):
        return FAR / digest(base_dir)
    return base_dir / "var" / "postgres"


def digest(path: Path) -> str:
    """Twelve letters that stand for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def prepare_data_folder(folder: Path, account: Account) -> None:
    """Makes the folder, private to the account. Refuses a folder of somebody else, or one that holds other things."""
    _refuse_unreachable(folder, account)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        content = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise PostgresError(f"Der Datenordner {folder} lässt sich nicht benutzen: {error.strerror}.") from error
    if content - OWN_NAMES:
        raise PostgresError(
            f"In {folder} liegt anderes als eine Datenbank von Lotsen. Bitte einen anderen Ordner nennen."
        )
    owner = folder.stat().st_uid
    if owner not in (os.geteuid(), account.uid):
        raise PostgresError(
            f"Der Datenordner {folder} gehört einem anderen Benutzer (Nummer {owner}). Bitte als dieser aufrufen "
            "oder in LOTSEN_DATA_DIR einen anderen Ordner nennen."
        )
    _give(folder, account)


def _refuse_unreachable(folder: Path, account: Account) -> None:
    nearest = next(above for above in folder.parents if above.exists())
    if account.is_borrowed and not account.can_enter(nearest):
        raise PostgresError(
            f"PostgreSQL läuft nicht als root, und das einfache Konto, mit dem es läuft, kommt nicht bis {folder}. "
            "Bitte in LOTSEN_DATA_DIR einen Ordner nennen, den andere betreten dürfen, oder DATABASE_URL setzen."
        )


def socket_folder(data: Path, account: Account) -> Path:
    """The folder for the socket of the server on this data folder: short, private, the same at every start.

    A name that somebody else has taken is passed over. Makes nothing.
    """
    short = SHORT / f"lotsen-{account.uid}-{digest(data)}"
    for suffix in ("", *(f"-{number}" for number in range(1, 10))):
        folder = short.with_name(short.name + suffix)
        if not os.path.lexists(folder) or _is_private(folder, account):
            return folder
    raise PostgresError(
        f"Die Namen {short}… hat ein anderer Benutzer belegt. Bitte entfernen oder DATABASE_URL setzen."
    )


def prepare_socket_folder(folder: Path, account: Account) -> None:
    """Makes the socket's folder where it is gone."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not _is_private(folder, account) and folder.lstat().st_uid != os.geteuid():
            raise PostgresError(
                f"{folder} wurde soeben von jemand anderem angelegt. Bitte noch einmal versuchen."
            ) from None
    _give(folder, account)


def _give(folder: Path, account: Account) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise PostgresError(f"{folder} ist kein Ordner.")
    if found.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)


def _is_private(folder: Path, account: Account) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and stat.S_IMODE(found.st_mode) == 0o700
