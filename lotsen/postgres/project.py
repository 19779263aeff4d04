"""The database of this project: a given one (`DATABASE_URL`), else the embedded one."""

from collections.abc import Mapping
from pathlib import Path

from lotsen.postgres.account import server_account
from lotsen.postgres.cluster import Cluster
from lotsen.postgres.folders import data_folder


def is_embedded(environ: Mapping[str, str]) -> bool:
    """Whether nobody named a database, so that the embedded one is meant."""
    return not environ.get("DATABASE_URL")


def project_cluster(environ: Mapping[str, str], base_dir: Path) -> Cluster:
    """The embedded cluster of the project in `base_dir`. Starts nothing."""
    account = server_account()
    return Cluster(data_folder(environ, base_dir, account), account=account)


def database_url(environ: Mapping[str, str], base_dir: Path) -> str:
    """The address of the project's database. Starts nothing."""
    return environ.get("DATABASE_URL") or project_cluster(environ, base_dir).url()
