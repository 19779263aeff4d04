"""Finds a port that nobody listens on."""

import socket

TRIES = 50


def free_port(host: str, wanted: int) -> int | None:
    """The wanted port, else the next free one of the following 49; None where all are taken."""
    for port in range(wanted, min(wanted + TRIES, 65_536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    return None
