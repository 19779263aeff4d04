"""The embedded server from first start to the end of its owner, on the real programs and as real users."""

import os
import pwd
import signal
import stat
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from lotsen.postgres import Cluster, account
from lotsen.postgres.postmaster import read_pid_file, running_postmaster

everybody = pytest.mark.parametrize("person", ["myself", "unprivileged"], indirect=True)
DEEP = Path(*[f"ein langer Ordner mit Leerzeichen und Ümläuten {number}" for number in range(6)])


def pid_of(folder):
    return read_pid_file(folder / "pgdata").pid


def wait_until_gone(folder, seconds=10):
    until = time.monotonic() + seconds
    while running_postmaster(folder / "pgdata") and time.monotonic() < until:
        time.sleep(0.02)


def modes_above(folder):
    return {str(above): stat.S_IMODE(above.stat().st_mode) for above in folder.parents}


@everybody
def test_a_first_start_makes_all_and_a_second_keeps_the_data(person, home, binaries):
    folder = home / "data"
    assert person.does(folder, binaries, "start", "write", "Ähre", "read", "stop", "running") == "Ähre\nFalse"
    assert person.does(folder, binaries, "start", "read", "stop") == "Ähre"


@everybody
def test_a_long_path_with_spaces_works_and_nothing_above_it_changes(person, home, system_binaries):
    folder = home / DEEP / "data"
    assert len(str(folder)) > 250
    folder.parent.mkdir(parents=True)
    for above in [folder.parent, *folder.parent.parents][: len(DEEP.parts)]:
        os.chown(above, person.uid, -1)
    before = modes_above(folder)

    assert person.does(folder, system_binaries, "start", "write", "weit", "read", "stop") == "weit"

    assert modes_above(folder) == before
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@everybody
def test_the_socket_is_short_private_and_comes_back_when_it_is_gone(person, home, system_binaries):
    folder = home / DEEP.parts[0] / "data"
    folder.parent.mkdir()
    os.chown(folder.parent, person.uid, -1)
    person.does(folder, system_binaries, "start", "write", "da")
    sockets = running_postmaster(folder / "pgdata").socket_folder
    assert len(str(sockets)) < 60
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700

    for path in sockets.iterdir():
        path.unlink()
    sockets.rmdir()

    assert person.does(folder, system_binaries, "running", "start", "read", "stop") == "False\nda"


def test_two_folders_run_at_once(person, home, system_binaries):
    for name in ("eins", "zwei"):
        person.does(home / name, system_binaries, "start", "write", name)
    assert [person.does(home / name, system_binaries, "read", "running") for name in ("eins", "zwei")] == [
        "eins\nTrue",
        "zwei\nTrue",
    ]
    person.does(home / "eins", system_binaries, "stop")
    assert person.does(home / "zwei", system_binaries, "read", "stop") == "zwei"


def test_two_first_starts_at_the_same_instant_make_one_server(person, home, system_binaries):
    folder = home / "data"
    both = [person.begins(folder, system_binaries, "start", "url") for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1]
    person.does(folder, system_binaries, "stop")


@everybody
def test_after_kill_9_of_the_server_a_committed_row_is_there(person, home, binaries):
    folder = home / "data"
    person.does(folder, binaries, "durable", "start", "write", "fest")
    os.kill(pid_of(folder), signal.SIGKILL)
    assert person.does(folder, binaries, "durable", "start", "read", "stop") == "fest"


def test_a_stale_pid_file_that_names_a_foreign_process_is_not_believed(person, home, system_binaries):
    folder = home / "data"
    person.does(folder, system_binaries, "start", "write", "fest")
    os.kill(pid_of(folder), signal.SIGKILL)
    wait_until_gone(folder)
    # A process of the server's own account, the case in which PostgreSQL itself would refuse to start.
    owner = (folder / "pgdata").stat()
    as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **as_owner) as foreign:
        pid_file = folder / "pgdata" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(foreign.pid), *lines[1:]]) + "\n")

        assert person.does(folder, system_binaries, "running", "stop", "start", "read", "stop") == "False\nfest"

        assert foreign.poll() is None
        foreign.kill()


def test_control_postgresql_itself_refuses_that_stale_file(home, system_binaries, person, monkeypatch):
    folder = home / "data"
    person.does(folder, system_binaries, "start")
    os.kill(pid_of(folder), signal.SIGKILL)
    wait_until_gone(folder)
    owner = (folder / "pgdata").stat()
    as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "60"], cwd="/", **as_owner) as foreign:
        pid_file = folder / "pgdata" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(foreign.pid), *lines[1:]]) + "\n")
        monkeypatch.setattr(Cluster, "_drop_stale_files", lambda self, sockets: None)
        with pytest.raises(Exception, match=r"lock file .* already exists"):
            Cluster(folder, binaries=system_binaries, account=account_of(owner)).start()
        foreign.kill()


def account_of(owner):
    return account.Account(owner.st_uid, owner.st_gid, is_borrowed=os.geteuid() == 0)


def test_the_last_user_of_a_server_ends_it(person, home, system_binaries):
    folder = home / "data"
    first = person.begins(folder, system_binaries, "hold")
    assert first.stdout.readline() == "up\n"
    second = person.begins(folder, system_binaries, "hold")
    assert second.stdout.readline() == "up\n"

    first.communicate("", timeout=30)
    assert running_postmaster(folder / "pgdata") is not None
    second.communicate("", timeout=30)
    assert running_postmaster(folder / "pgdata") is None


def test_a_killed_user_counts_no_more(person, home, system_binaries):
    folder = home / "data"
    killed = person.begins(folder, system_binaries, "hold")
    assert killed.stdout.readline() == "up\n"
    killed.kill()
    killed.communicate()
    assert running_postmaster(folder / "pgdata") is not None

    with person.begins(folder, system_binaries, "hold") as last:
        assert last.stdout.readline() == "up\n"
        last.communicate("", timeout=30)
    assert running_postmaster(folder / "pgdata") is None


def test_a_half_made_cluster_is_made_again(person, home, system_binaries):
    folder = home / "data"
    half = folder / "pgdata.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    for path in (folder, half, half / "PG_VERSION"):
        os.chown(path, person.uid, -1)
    folder.chmod(0o711 if person.uid == 0 else 0o700)
    assert person.does(folder, system_binaries, "start", "write", "neu", "read", "stop") == "neu"


def test_a_folder_with_other_things_is_refused(person, home, system_binaries):
    folder = home / "data"
    folder.mkdir()
    (folder / "Brief.txt").write_text("meins")
    os.chown(folder, person.uid, -1)
    done = person.tries(folder, system_binaries, "start")
    assert done.stderr.strip() == (
        f"refused: In {folder} liegt anderes als eine Datenbank von Lotsen. Bitte einen anderen Ordner nennen."
    )
    assert (folder / "Brief.txt").read_text() == "meins"


def test_data_of_another_major_version_is_refused_with_what_helps(person, home):
    folder = home / "data"
    (folder / "pgdata").mkdir(parents=True)
    (folder / "pgdata" / "PG_VERSION").write_text("9\n")
    for path in (folder, folder / "pgdata"):
        os.chown(path, person.uid, -1)
    done = person.tries(folder, NoBinaries, "start")
    assert done.stderr.startswith(
        f"refused: Die Datenbank in {folder} stammt von PostgreSQL 9; auf diesem Rechner gibt es: "
    )
    assert "make demo-reset" in done.stderr


class NoBinaries:
    folder = "any"


def test_accounts_and_foreign_servers_stay_as_they_are(person, home, system_binaries):
    accounts = [entry.pw_name for entry in pwd.getpwall()]
    person.does(home / "fremd", system_binaries, "start", "write", "fremd")
    foreign = pid_of(home / "fremd")

    person.does(home / "eigen", system_binaries, "start", "stop")

    assert pid_of(home / "fremd") == foreign
    assert person.does(home / "fremd", system_binaries, "read", "stop") == "fremd"
    assert [entry.pw_name for entry in pwd.getpwall()] == accounts


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its server another account")
def test_root_says_when_its_server_cannot_reach_the_folder(system_binaries, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Exception, match="läuft nicht als root"):
        Cluster(closed / "data", binaries=system_binaries).start()
    assert not (closed / "data").exists()


def test_the_address_is_one_that_psycopg_understands(home, system_binaries, person):
    cluster = Cluster(home / "data", binaries=system_binaries)
    parts = psycopg.conninfo.conninfo_to_dict(cluster.url())
    parts.pop("host")
    assert parts == {"user": "lotsen", "port": "5432", "dbname": "lotsen"}
