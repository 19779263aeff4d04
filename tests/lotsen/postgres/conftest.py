"""People (the user who runs the tests; as root also an unprivileged one) and folders to which they have a way."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from lotsen.postgres import Cluster, installations

ROOT = Path(__file__).resolve().parents[3]
PERSON = Path(__file__).with_name("person.py")
SITE_PACKAGES = Path(psycopg.__file__).resolve().parents[1]


@dataclass
class Person:
    """Somebody at the terminal of this machine."""

    python: str
    uid: int
    keywords: dict = field(default_factory=dict)

    def command(self, folder, binaries, *acts):
        return [self.python, str(PERSON), str(folder), str(binaries.folder), *acts]

    def arguments(self):
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}{os.pathsep}{SITE_PACKAGES}"}
        return {"env": environment, "cwd": "/", "text": True, **self.keywords}

    def does(self, folder, binaries, *acts):
        """What the acts printed. Fails with the error when they failed."""
        done = self.tries(folder, binaries, *acts)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def tries(self, folder, binaries, *acts):
        return subprocess.run(
            self.command(folder, binaries, *acts), capture_output=True, check=False, timeout=60, **self.arguments()
        )

    def begins(self, folder, binaries, *acts):
        """The acts as a running process."""
        return subprocess.Popen(
            self.command(folder, binaries, *acts), stdin=subprocess.PIPE, stdout=subprocess.PIPE, **self.arguments()
        )


def unprivileged():
    """An unprivileged person; None where there is none or no Python that they can run."""
    nobody = pwd.getpwnam("nobody")
    keywords = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    for python in (sys.executable, f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"):
        person = Person(python, nobody.pw_uid, keywords)
        try:
            done = subprocess.run(
                [python, "-c", "import lotsen.postgres"], capture_output=True, check=False, **person.arguments()
            )
        except OSError:
            continue
        if done.returncode == 0:
            return person
    return None


@pytest.fixture
def person(request):
    """Who runs the tests (root, in a container); where a test asks for it, once more as a normal user."""
    if getattr(request, "param", "myself") == "myself":
        return Person(sys.executable, os.geteuid())
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else; the other case covers the normal user")
    return unprivileged() or pytest.skip("no Python here that an unprivileged user may run")


@pytest.fixture(
    params=[one.is_wheel for one in installations()], ids=lambda is_wheel: "wheel" if is_wheel else "system"
)
def binaries(request):
    return next(one for one in installations() if one.is_wheel is request.param)


@pytest.fixture
def system_binaries():
    return installations()[0]


@pytest.fixture
def home(person):
    """A folder of the person, 0700 for a normal user; root's server runs as somebody else, who needs a way through."""
    folder = Path(tempfile.mkdtemp(prefix="lotsen-home-", dir="/tmp"))
    os.chown(folder, person.uid, -1)
    folder.chmod(0o711 if person.uid == 0 else 0o700)
    yield folder
    for pgdata in list(folder.rglob("pgdata")):
        Cluster(pgdata.parent).destroy()
    shutil.rmtree(folder)
