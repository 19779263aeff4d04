"""What every test stands on: real PostgreSQL, thrown away after the run (or the one that DATABASE_URL names)."""

import os
from importlib import import_module

import dj_database_url
import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import translation

from lotsen.texts import compile_catalogues
from tests import cluster

RUN_CLUSTER = pytest.StashKey[cluster.RunCluster]()
ROOT = cluster.ROOT
NO_BROWSER = "no Chromium"
ROWS_OF_MIGRATIONS = (
    "volunteers.migrations.0002_topics",
    "volunteers.migrations.0004_requirements",
    "volunteers.migrations.0006_hours",
    "volunteers.migrations.0012_rate_of_saxony",
    "touring.migrations.0004_saxon_school_holidays",
)


def pytest_configure(config):
    """Names the database before Django's settings are read; pytest-django reads them after this hook."""
    if not os.environ.get("DATABASE_URL"):
        config.stash[RUN_CLUSTER] = cluster.RunCluster()
        if settings.configured:  # DJANGO_SETTINGS_MODULE was in the environment, so they were read already
            settings.DATABASES["default"].update(dj_database_url.parse(os.environ["DATABASE_URL"]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop beside the live server
    if not hasattr(config, "workerinput"):
        compile_catalogues(ROOT)  # before Django reads them
    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hundreds of people sign in
    if not hasattr(config, "workerinput"):
        call_command("build_assets", verbosity=0)


def pytest_unconfigure(config):
    run_cluster = config.stash.get(RUN_CLUSTER, None)
    if run_cluster is not None:
        run_cluster.remove()


def pytest_terminal_summary(terminalreporter):
    """Says in one plain line when the browser tests did not run."""
    skipped = [report for report in terminalreporter.getreports("skipped") if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} browser tests were skipped: Chromium is not installed (apt install chromium).", yellow=True
        )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Starts the cluster when the first test needs a database."""
    cluster.start_for_this_run()


@pytest.fixture(scope="session", autouse=True)
def flush_of_append_only_tables():
    """Lets the flush after a transaction test empty the tables of history, whose triggers refuse it to everybody, and
    the queue, whose tables Django does not know; then puts back what migrations have written."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def flush_without_triggers(self, sql_list):
        flush(self, ["SET LOCAL session_replication_role = replica", *sql_list, "TRUNCATE procrastinate_jobs CASCADE"])
        for migration in ROWS_OF_MIGRATIONS:  # the next test finds what a new database holds
            import_module(migration).load(apps, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush_without_triggers)
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_static_files():
    """Static files under their own names: the hashed ones exist only after `collectstatic`."""
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=storages):
        yield


@pytest.fixture(autouse=True)
def speaks_german():
    """Each test begins in German, whatever language the page of the test before was in."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_waits(request):
    """Jobs of tests with real transactions stay behind, since their table is not Django's to empty: begin without."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
