"""Which static files of the installed packages are collected: those that a page asks for."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder

# The rest of these packages (sources, maps, other versions, the browsable API) would cost 10 s of compression.
UNUSED = ["rest_framework", "drf_spectacular*", "leaflet-src*", "ext", "htmax-*", "htmx-4*", "htmx-2.js"]


class UsedFilesFinder(AppDirectoriesFinder):
    """Finds the static files of installed packages, without the ones that no page uses."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """Path and storage of each file, as Django's finders give them."""
        return super().list([*(ignore_patterns or []), *UNUSED])
