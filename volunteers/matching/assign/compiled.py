"""`@compiled` is numba's `njit` with its cache in this machine's data (`LOTSEN_DATA_DIR`, else `var` beside the code).

numba looks at the file of a function only: a compiled function may call what stands in its own file, nothing else.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

HERE = Path(__file__).parent
F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function, compiled when it is first called with a kind of arguments; it does not hold the interpreter."""
    numba.config.CACHE_DIR = str(_folder())  # type: ignore[attr-defined]
    made: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast(F, made)


@cache
def _folder() -> Path:
    """Where compiled functions are kept; where nothing can be written, a private folder of this process and its own."""
    root = Path(os.environ.get("LOTSEN_DATA_DIR") or HERE.parents[2] / "var") / "numba-matching"
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except OSError:
        known = os.environ.get("LOTSEN_COMPILED_DIR")
        if known is None:
            known = os.environ["LOTSEN_COMPILED_DIR"] = tempfile.mkdtemp(prefix="lotsen-compiled-")
        return Path(known)
