"""One throw-away PostgreSQL for a run of the tests: fast, not durable, in a temporary folder.

It is started only when the first test asks for a database, and it goes with the run. What a killed run left behind is
removed by the next one.
"""

import os
import shutil
import tempfile
from pathlib import Path

from lotsen.postgres import Cluster, server_account
from lotsen.postgres.postmaster import start_time

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "lotsen-tests-"
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "150",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


class RunCluster:
    """The cluster of one run. The process that makes it removes it; workers only find its folder in the environment."""

    def __init__(self) -> None:
        remove_left_over()
        self.home = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
        (self.home / "owner").write_text(f"{os.getpid()} {start_time(os.getpid())}")
        self.home.chmod(0o711)  # the server's account passes through; the cluster's own folder stays private
        os.environ["LOTSEN_TEST_CLUSTER"] = str(self.home / "pg")
        self.cluster = test_cluster()
        os.environ["DATABASE_URL"] = self.cluster.url()

    def remove(self) -> None:
        self.cluster.destroy()
        shutil.rmtree(self.home, ignore_errors=True)


def test_cluster() -> Cluster:
    """The run's cluster, seen from any process of the run."""
    return Cluster(Path(os.environ["LOTSEN_TEST_CLUSTER"]), settings=SETTINGS)


test_cluster.__test__ = False


def start_for_this_run() -> None:
    """Starts the run's cluster, unless a database was named from outside. Several processes may call it at once."""
    if "LOTSEN_TEST_CLUSTER" in os.environ:
        test_cluster().start()


def remove_left_over() -> None:
    """Removes the clusters of runs that were killed: their owner, told by pid and start time, is gone."""
    for home in Path("/tmp").glob(f"{PREFIX}*"):
        if home.stat().st_uid != os.geteuid() or _lives(home / "owner"):
            continue
        Cluster(home / "pg", account=server_account()).destroy()
        shutil.rmtree(home, ignore_errors=True)


def _lives(owner: Path) -> bool:
    try:
        pid, started = owner.read_text().split()
    except (OSError, ValueError):
        return True  # just being made
    return start_time(int(pid)) == started
