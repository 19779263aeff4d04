"""Compiled functions: `@compiled` is numba's `njit` with a cache that is never stale and never in the way.

Compiling takes a long time, so it is kept in a folder of this machine's data (`LOTSEN_DATA_DIR`, else
`var` beside the code), under a fingerprint of the sources: numba itself looks at the file of a function
only, not at those of the functions it calls. A compiled function may therefore call what stands in
its own folder and in `blocks`. Where the folder cannot be written, a private temporary one takes its place.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import types
from numba.core.cgutils import unpack_tuple
from numba.extending import intrinsic

HERE = Path(__file__).parent
F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function, compiled when it is first called with a kind of arguments; it does not hold the interpreter."""
    numba.config.CACHE_DIR = str(_folder(Path(function.__code__.co_filename).parent))  # type: ignore[attr-defined]
    made: F = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return made


def _unowned(_context: Any, value: Any) -> Any:
    """See `unowned`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = []
        for kind, item in zip(signature.return_type.types, unpack_tuple(builder, arguments[0]), strict=True):
            array = context.make_array(kind)(context, builder, item)
            array.meminfo = context.get_constant_null(types.voidptr)
            array.parent = context.get_constant_null(types.pyobject)
            made.append(array._getvalue())
        return context.make_tuple(builder, signature.return_type, made)

    return value(value), generate


unowned: Any = intrinsic(_unowned)
"""A named tuple of arrays without counting who holds them; the caller of the compiled function does.

Counting is atomic, and took half of the search's time.
"""


@cache
def _folder(package: Path) -> Path:
    """Where the compiled functions of a package are kept."""
    seen = hashlib.sha256(numba.__version__.encode())
    for source in sorted({Path(__file__), *package.glob("*.py"), *(HERE / "blocks").glob("*.py")}):
        seen.update(source.read_bytes())
    return cache_root() / seen.hexdigest()[:16]


def current_folders() -> frozenset[Path]:
    """The folders of the code as it stands; older ones can go."""
    packages = {source.parent for source in HERE.rglob("*.py")}
    return frozenset(_folder(package) for package in packages)


@cache
def cache_root() -> Path:
    """The folder of all compiled functions; sure to be writable."""
    data = os.environ.get("LOTSEN_DATA_DIR") or HERE.parents[1] / "var"
    root = Path(data) / "numba"
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except OSError:
        return _private_folder()


def _private_folder() -> Path:
    """A folder of this process and those it starts; nobody else can lay anything into it."""
    known = os.environ.get("LOTSEN_COMPILED_DIR")
    if known is None:
        known = os.environ["LOTSEN_COMPILED_DIR"] = tempfile.mkdtemp(prefix="lotsen-compiled-")
    return Path(known)
