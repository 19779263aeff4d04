"""The settings of the benchmark's server: the usual ones, with one more view."""

from lotsen.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "tests.bench.urls"
