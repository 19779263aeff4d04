"""What the benchmark runs on: a cluster of its own, set as usual, and the web server of the demo."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from lotsen.postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent.parent
PREFIX = "lotsen-bench-"
SETTINGS = {"max_wal_size": "4GB", "maintenance_work_mem": "256MB", "checkpoint_timeout": "30min"}
READY_SECONDS = 60


@contextlib.contextmanager
def database(folder: Path | None) -> Iterator[str]:
    """The address of a database in `folder`, which stays; without one of a database that is thrown away."""
    with contextlib.ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=PREFIX, dir="/tmp")))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)  # the server's account passes through; the cluster's own folder stays private
        cluster = Cluster(home / "pg", settings=SETTINGS)
        if folder is None:
            stack.callback(cluster.destroy)
        with cluster.used() as url:
            yield url


@contextlib.contextmanager
def web_server() -> Iterator[tuple[str, int]]:
    """Granian with the options of the demo (`lotsen.demo.run`), on a free port of this machine."""
    address = ("127.0.0.1", free_port())
    serve = ["--interface", "wsgi", "--host", address[0], "--port", str(address[1]), "--workers", "1", "--no-ws"]
    limits = ["--blocking-threads", "4", "--backpressure", "64", "--log-level", "warning"]
    command = [sys.executable, "-m", "granian", *serve, *limits, "lotsen.wsgi:application"]
    process = subprocess.Popen(command, env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.bench.settings"}, cwd=ROOT)
    try:
        wait_until_ready(f"http://{address[0]}:{address[1]}/readyz", process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers; a server that ends or takes a minute is an error."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.1)
    raise RuntimeError("the web server did not become ready")


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
