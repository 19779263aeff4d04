"""Children end with their parent, however it goes, and nobody else ends with them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lotsen.demo.children import ChildEnded, Children, end_left_over
from lotsen.postgres.postmaster import start_time

ROOT = Path(__file__).resolve().parents[3]
PARENT = """
import os, sys, time
from pathlib import Path
from lotsen.demo.children import Children
home = Path(sys.argv[1])
children = Children(home / "run", home / "log")
children.start("sleeper", ["/bin/sleep", "60"], environ={}, cwd=home)
print(children._running["sleeper"].pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def children(tmp_path):
    made = Children(tmp_path / "run", tmp_path / "log")
    yield made
    made.stop()


def is_gone_within(pid, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_stop_ends_children_and_their_record(children, tmp_path):
    children.start("sleeper", ["/bin/sleep", "60"], environ={}, cwd=tmp_path)
    (pid,) = [int(pid) for pid in json.loads(children.record.read_text()) if int(pid) != os.getpid()]
    assert not is_gone_within(pid, 0.1)
    children.stop()
    assert is_gone_within(pid, 5)
    assert not children.record.exists()


def test_a_child_that_ends_by_itself_is_told_with_its_last_words(children, tmp_path):
    children.start("web", ["/bin/sh", "-c", "echo Port belegt; exit 3"], environ={}, cwd=tmp_path)
    time.sleep(0.5)
    with pytest.raises(ChildEnded, match=r"web hat sich beendet \(Code 3\)(?s:.)*Port belegt"):
        children.check()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help exists on Linux only")
def test_children_end_when_their_parent_is_killed(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}
    ) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert is_gone_within(pid, 5)


def test_what_a_killed_start_left_is_ended_and_an_old_pid_of_somebody_else_is_not(tmp_path):
    sleepers = [subprocess.Popen(["/bin/sleep", "60"], start_new_session=True) for _ in range(2)]
    left, stranger = (sleeper.pid for sleeper in sleepers)
    record = {"999999": "1", str(left): start_time(left), str(stranger): "1"}
    (tmp_path / "7.json").write_text(json.dumps(record))

    assert end_left_over(tmp_path) == 1

    assert sleepers[0].wait(5) == -signal.SIGTERM
    assert sleepers[1].poll() is None
    assert list(tmp_path.iterdir()) == []
    sleepers[1].kill()
    sleepers[1].wait()
