"""Runs the demonstration: prepares, starts, says where to click, waits, and ends everything."""

import contextlib
import os
import shutil
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.conf import settings

from lotsen.demo import preparation
from lotsen.demo.children import Children, end_left_over
from lotsen.demo.ports import free_port
from lotsen.demo.preparation import DemoError
from lotsen.postgres import is_embedded, project_cluster

PLANS = [["plan_quarter", "--rest", "--seconds", "3", "--publish"], ["plan_quarter", "--publish"]]
READY_SECONDS = 60
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """Somebody asked for the end: Ctrl-C, a signal, a closed terminal."""


class Demo:
    """One demonstration. `say` writes a line to the terminal."""

    def __init__(self, *, host: str, port: int, reset: bool, say: Callable[[str], None]) -> None:
        self.host = host
        self.wanted_port = port
        self.reset = reset
        self.say = say
        self.var = Path(settings.VAR_DIR)
        self.children: Children | None = None

    def run(self) -> None:
        """Runs until somebody ends it. Refuses with `DemoError`, `PostgresError` or `ChildEnded`."""
        for number in ENDING_SIGNALS:
            signal.signal(number, _raise_ended)
        self.say("\nLotsen, Vorführung\n")
        try:
            with self._database():
                self._serve()
        except Ended:
            self.say("  Alles ist beendet. Die Daten bleiben für das nächste Mal.")

    # --- database ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _database(self) -> Iterator[None]:
        """The database is up within the block; the embedded one ends with its last user."""
        end_left_over(self.var / "run")
        if not is_embedded(os.environ):
            if self.reset:
                raise DemoError("„make demo-reset“ leert nur die mitgelieferte Datenbank, nicht die aus DATABASE_URL.")
            yield
            return
        cluster = project_cluster(os.environ, settings.BASE_DIR)
        if self.reset:
            cluster.reset()
            for folder in ("mail", "media"):
                shutil.rmtree(self.var / folder, ignore_errors=True)
        with contextlib.ExitStack() as stack:
            with self._step("Datenbank"):
                os.environ["DATABASE_URL"] = stack.enter_context(cluster.used())
            yield

    # --- preparation and servers ---------------------------------------------------------------

    def _serve(self) -> None:
        warming = preparation.start_command("warm_planner")
        with self._step("Tabellen"):
            preparation.migrate()
        with self._step("Gestaltung und Texte"):
            preparation.make_texts()
            preparation.make_static_files()
        port = self._choose_port()
        environ = self._environment(port)
        self._load("Vorführstadt", [["load_demo"]], "touring.Stop", environ)
        if warming is not None and preparation.is_empty("touring.TourPlan"):
            with self._step("Tourensuche"):
                warming.wait()
        self._load("Tourenpläne: der Rest dieses Quartals und das nächste", PLANS, "touring.TourPlan", environ)
        self.children = Children(self.var / "run", self.var / "log")
        try:
            with self._step("Web-Server und Worker"):
                self._start_children(port, environ)
            self._say_where(port)
            while True:
                self.children.check()
                time.sleep(0.5)
        finally:
            self.children.stop()

    def _choose_port(self) -> int:
        port = free_port(self.host, self.wanted_port)
        if port is None:
            raise DemoError(
                f"Ab Port {self.wanted_port} ist keiner frei. Bitte einen anderen nennen: make demo PORT=9000"
            )
        if port != self.wanted_port:
            self.say(f"  ! Port {self.wanted_port} ist belegt, genommen wird {port}.")
        return port

    def _environment(self, port: int) -> dict[str, str]:
        """What the servers get to see: this database, this address, and the telephone network in a box."""
        ours = {
            "LOTSEN_PUBLIC_BASE_URL": f"http://localhost:{port}",
            "LOTSEN_SIMULATOR": "1",
            "DJANGO_SETTINGS_MODULE": "lotsen.settings",
            "PYTHONUNBUFFERED": "1",
        }
        return {**os.environ, **{name: os.environ.get(name, value) for name, value in ours.items()}}

    def _load(self, label: str, commands: list[list[str]], model: str, environ: dict[str, str]) -> None:
        if not preparation.is_empty(model):
            return
        self.say(f"  … {label}")
        for command in commands:
            if preparation.run_command(*command, environ=environ) != 0:
                raise DemoError(f"„manage.py {' '.join(command)}“ ist gescheitert, siehe oben.")

    def _start_children(self, port: int, environ: dict[str, str]) -> None:
        assert self.children is not None
        serve = ["--interface", "wsgi", "--host", self.host, "--port", str(port), "--workers", "1", "--no-ws"]
        limits = ["--blocking-threads", "4", "--backpressure", "64", "--log-level", "warning"]
        web = [sys.executable, "-m", "granian", *serve, *limits, "lotsen.wsgi:application"]
        worker = [sys.executable, "manage.py", "procrastinate", "worker"]
        self.children.start("web", web, environ=environ, cwd=settings.BASE_DIR)
        self.children.start("worker", worker, environ=environ, cwd=settings.BASE_DIR)
        self._wait_until_ready(port)

    def _wait_until_ready(self, port: int) -> None:
        assert self.children is not None
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104 - compared, not bound
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            self.children.check()
            if _answers(f"http://{host}:{port}/readyz"):
                return
            time.sleep(0.1)
        raise DemoError(f"Der Web-Server war nach {READY_SECONDS} Sekunden nicht bereit; siehe {self.var / 'log'}.")

    # --- words at the terminal -----------------------------------------------------------------

    @contextlib.contextmanager
    def _step(self, label: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.say(f"  ✓ {label} ({time.monotonic() - begun:.1f} s)".replace(".", ","))

    def _say_where(self, port: int) -> None:
        self.say(f"\n  Lotsen läuft:  http://localhost:{port}/\n")
        for line in preparation.account_lines(f"http://localhost:{port}"):
            self.say(f"  {line}")
        self.say("\n  Strg-C beendet alles, auch die Datenbank.\n")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own server
            return True
    except OSError:  # also an answer that is not 200
        return False


def _raise_ended(number: int, frame: FrameType | None) -> NoReturn:
    """The end is under way; a second Ctrl-C is not to cut it short."""
    for ending in ENDING_SIGNALS:
        signal.signal(ending, signal.SIG_IGN)
    raise Ended
