"""A push service and the browser behind it: takes what RFC 8030 says, checks the signature, decrypts the notice.

It speaks plain HTTP on a local port; `session_to` sends there what we address to its public name.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from requests.adapters import HTTPAdapter

HOST = "updates.push.services.mozilla.com"


def base64url(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """What a browser keeps to itself of a subscription."""

    def __init__(self, name):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        self.endpoint = f"https://{HOST}/wpush/v2/{name}"

    @property
    def told(self):
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": base64url(point), "auth": base64url(self.secret)}

    def read(self, body):
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))


def signed_claims(header):
    """The claims of a VAPID header, after its signature was checked with the key that it names (RFC 8292)."""
    parts = dict(part.strip().split("=", 1) for part in header.removeprefix("vapid ").split(","))
    head, claims, signature = parts["t"].split(".")
    raw = unbase64url(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(parts["k"]))
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    return json.loads(unbase64url(claims)), parts["k"]


class Service(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        code = server.codes.get(self.path, 201)
        try:
            claims, key = signed_claims(self.headers["Authorization"])
            if claims["aud"] != f"https://{HOST}" or not claims["exp"] > time.time() or key != server.key:
                code = 403
        except Exception:  # noqa: BLE001 - whatever is wrong with it, the signature does not hold
            code = 401
        if code == 201:
            server.taken.append(
                (self.path, {name.title(): value for name, value in self.headers.items()}, body, claims)
            )
        self.send_response(code)
        if code in (301, 307):
            self.send_header("Location", "http://127.0.0.1:1/inside")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


class ToPeer(HTTPAdapter):
    def __init__(self, port):
        super().__init__()
        self.port = port

    def send(self, request, **options):
        request.url = request.url.replace(f"https://{HOST}", f"http://127.0.0.1:{self.port}")
        return super().send(request, **options)


def session_to(server, session):
    session.mount(f"https://{HOST}/", ToPeer(server.server_port))
    return session


@contextlib.contextmanager
def push_peer(key):
    """`key`: the public key that our signatures must hold for, as the browser was given it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        server.key, server.codes, server.taken = key, {}, []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
