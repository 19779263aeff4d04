"""Travel times from a routing engine of one's own: Valhalla or OSRM, by setting only.

`LOTSEN_ROUTER` is "" (none), "valhalla" or "osrm"; `LOTSEN_ROUTER_URL` its address, for OSRM one
address per mode ("car=http://a:5000,bike=http://b:5000") or one for the car alone. Points of people
who ask for visits go there, so it is off by default and never goes through a proxy.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lotsen.places.travel import UNREACHABLE, Floats, Ints, Matrix, Mode

Point = tuple[float, float]

TRIES: Final = 2
TIMEOUT_SECONDS: Final = 20.0
# Valhalla's and OSRM's shipped limits: 2,500 pairs and 100 points a request.
CHUNK: Final = 50
LARGEST_ANSWER: Final = 20_000_000
WAYS: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class RouterFailed(Exception):
    """The routing engine gave no usable answer. The text names no place."""


class Router(Protocol):
    """What both engines offer."""

    @property
    def modes(self) -> frozenset[Mode]:
        """The modes that this engine answers for."""

    def matrix(self, points: Sequence[Point], mode: Mode, *, targets: Sequence[Point] | None = None) -> Matrix:
        """Seconds and metres from each point to each target; raises RouterFailed."""


@dataclass(frozen=True, slots=True)
class Valhalla:
    """`POST /sources_to_targets`. Set `thor.source_to_target_algorithm` to `timedistancematrix`."""

    url: str
    data_version: str = ""
    timeout: float = TIMEOUT_SECONDS
    chunk: int = CHUNK
    modes: frozenset[Mode] = field(default=frozenset({Mode.CAR, Mode.BIKE, Mode.FOOT}))

    def matrix(self, points: Sequence[Point], mode: Mode, *, targets: Sequence[Point] | None = None) -> Matrix:
        """Seconds and metres from each point to each target; raises RouterFailed."""
        ends = points if targets is None else targets
        seconds, metres = _empty(points, ends)
        for rows, columns in _chunks(len(points), len(ends), self.chunk):
            durations, kilometres = self._ask(points[rows], ends[columns], mode)
            seconds[rows, columns] = durations
            metres[rows, columns] = kilometres
        return Matrix(seconds, metres, "valhalla", self.data_version, is_estimate=False)

    def _ask(self, sources: Sequence[Point], targets: Sequence[Point], mode: Mode) -> tuple[Ints, Ints]:
        costing = {Mode.CAR: "auto", Mode.BIKE: "bicycle", Mode.FOOT: "pedestrian"}[mode]
        body = {
            "sources": [{"lat": lat, "lon": lon} for lat, lon in sources],
            "targets": [{"lat": lat, "lon": lon} for lat, lon in targets],
            "costing": costing,
            "verbose": False,
        }
        url = f"{self.url.rstrip('/')}/sources_to_targets"
        answer = _fetch(url, self.timeout, json.dumps(body).encode())
        cells = answer.get("sources_to_targets")
        if not isinstance(cells, dict):
            raise RouterFailed(f"valhalla: error {answer.get('error_code', 'without a code')}")
        shape = (len(sources), len(targets))
        kilometres = _table(cells.get("distances"), shape)
        return _whole(_table(cells.get("durations"), shape)), _whole(kilometres * 1000)


@dataclass(frozen=True, slots=True)
class Osrm:
    """`GET /table/v1/{profile}/...`; one server per mode, as the data fixes the profile."""

    urls: Mapping[Mode, str]
    data_version: str = ""
    timeout: float = TIMEOUT_SECONDS
    chunk: int = CHUNK

    @property
    def modes(self) -> frozenset[Mode]:
        """The modes that have a server."""
        return frozenset(self.urls)

    def matrix(self, points: Sequence[Point], mode: Mode, *, targets: Sequence[Point] | None = None) -> Matrix:
        """Seconds and metres from each point to each target; raises RouterFailed."""
        ends = points if targets is None else targets
        seconds, metres = _empty(points, ends)
        for rows, columns in _chunks(len(points), len(ends), self.chunk):
            block = self._ask(points[rows], ends[columns], mode)
            seconds[rows, columns], metres[rows, columns] = block
        return Matrix(seconds, metres, "osrm", self.data_version, is_estimate=False)

    def _ask(self, sources: Sequence[Point], targets: Sequence[Point], mode: Mode) -> tuple[Ints, Ints]:
        profile = {Mode.CAR: "driving", Mode.BIKE: "cycling", Mode.FOOT: "walking"}.get(mode, "")
        places = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in (*sources, *targets))
        from_numbers = ";".join(str(n) for n in range(len(sources)))
        to_numbers = ";".join(str(len(sources) + n) for n in range(len(targets)))
        url = (
            f"{self.urls[mode].rstrip('/')}/table/v1/{profile}/{places}"
            f"?sources={from_numbers}&destinations={to_numbers}&annotations=duration,distance"
        )
        answer = _fetch(url, self.timeout)
        if answer.get("code") != "Ok":
            raise RouterFailed(f"osrm: {answer.get('code', 'no code')}")
        shape = (len(sources), len(targets))
        durations = _table(answer.get("durations"), shape)
        return _whole(durations), _whole(_table(answer.get("distances"), shape))


def configured() -> Router | None:
    """The router of the settings, or None: then the estimate stands."""
    name = settings.ROUTER
    url = settings.ROUTER_URL
    version = settings.ROUTER_DATA_VERSION
    if not name:
        return None
    if name not in ("valhalla", "osrm"):
        raise ImproperlyConfigured("LOTSEN_ROUTER is '', 'valhalla' or 'osrm'")
    if not url:
        raise ImproperlyConfigured("LOTSEN_ROUTER needs LOTSEN_ROUTER_URL")
    return Valhalla(url, version) if name == "valhalla" else Osrm(_osrm_urls(url), version)


def _osrm_urls(text: str) -> dict[Mode, str]:
    if "=" not in text:
        return {Mode.CAR: text}
    pairs = (part.split("=", 1) for part in text.split(",") if "=" in part)
    return {Mode(mode.strip()): url.strip() for mode, url in pairs}


def _fetch(url: str, timeout: float, body: bytes | None = None) -> dict[str, Any]:
    """The decoded answer, after one retry; an HTTP error with a JSON body is an answer too."""
    failure = "no answer"
    for _number in range(TRIES):
        try:
            return _decoded(_read(url, timeout, body))
        except (OSError, http.client.HTTPException) as error:
            failure = type(error).__name__
    raise RouterFailed(f"no answer in {TRIES} tries: {failure}")


def _read(url: str, timeout: float, body: bytes | None) -> bytes:
    headers = {"Content-Type": "application/json"} if body else {}
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310
    try:
        with WAYS.open(request, timeout=timeout) as response:
            return bytes(response.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise
        with error:
            return error.read(LARGEST_ANSWER)


def _decoded(text: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        raise RouterFailed("the answer is no JSON") from None
    if not isinstance(answer, dict):
        raise RouterFailed("the answer is no JSON object")
    return answer


def _chunks(rows: int, columns: int, size: int) -> Iterator[tuple[slice, slice]]:
    for row in range(0, rows, size):
        for column in range(0, columns, size):
            yield slice(row, row + size), slice(column, column + size)


def _empty(sources: Sequence[Point], targets: Sequence[Point]) -> tuple[Ints, Ints]:
    shape = (len(sources), len(targets))
    return np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)


def _table(cells: Any, shape: tuple[int, int]) -> Floats:
    """The rows as numbers, null as NaN; refuses another shape or anything else in a cell."""
    try:
        table = np.array(cells, dtype=np.float64)
    except (TypeError, ValueError):
        raise RouterFailed("the answer's table holds no numbers") from None
    if table.shape != shape:
        raise RouterFailed("the answer's table has another size than asked for")
    return table


def _whole(table: Floats) -> Ints:
    """Rounded up, negative refused, null as UNREACHABLE."""
    if (table < 0).any():
        raise RouterFailed("the answer's table holds negative numbers")
    known = np.where(np.isfinite(table), np.ceil(np.nan_to_num(table) - 1e-6), UNREACHABLE)
    whole: Ints = known.astype(np.int64)
    return whole
