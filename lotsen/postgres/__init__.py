"""PostgreSQL where no server is installed: finds its programs, makes a private cluster, starts and stops it.

Knows no Django and reads no settings, so that it can work before they are loaded.
"""

from lotsen.postgres.account import Account, server_account
from lotsen.postgres.binaries import Binaries, find_binaries, installations
from lotsen.postgres.cluster import Cluster
from lotsen.postgres.errors import PostgresError, WrongMajor
from lotsen.postgres.project import database_url, is_embedded, project_cluster

__all__ = [
    "Account",
    "Binaries",
    "Cluster",
    "PostgresError",
    "WrongMajor",
    "database_url",
    "find_binaries",
    "installations",
    "is_embedded",
    "project_cluster",
    "server_account",
]
