"""What a line of the log must not hold: the secret part of an address."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(/kalender/|/angebot/|/neue-adresse/)[^/\s?]+")


class WithoutSecrets(logging.Filter):
    """Writes "/kalender/…" where somebody asked for a link with a secret in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        if SECRET.search(words):
            record.msg, record.args = SECRET.sub(r"\1…", words), ()
        return True
