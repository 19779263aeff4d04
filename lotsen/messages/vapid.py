"""The key with which we sign what we hand to push services (VAPID, RFC 8292): made once and kept."""

from __future__ import annotations

import base64
import os
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02


def vapid_key(*, given: str, folder: Path) -> Vapid02:
    """The private key: `given` (base64url of its 32 bytes), else the one in the folder, which is made at first."""
    if given:
        return Vapid02.from_raw(given.encode())
    kept = folder / "vapid.pem"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = kept.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_bytes(_new_key())
        with suppress(FileExistsError):  # the first of many processes; the others take what is there
            os.link(made, kept)
        made.unlink()
    return Vapid02.from_pem(kept.read_bytes())


def _new_key() -> bytes:
    key = Vapid02(ec.generate_private_key(ec.SECP256R1()))
    return bytes(key.private_pem())


def public_key(key: Vapid02) -> str:
    """What a browser needs to subscribe: the public point in base64url, 65 bytes."""
    point = key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")
