"""Requirements and activities as a new city begins; from then on its rows count."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

TALK, TRAINING, SECRECY, CERTIFICATE, PAIR = "talk", "training", "secrecy", "certificate", "pair"
JOINING, VISIT_ALONE, VISIT_IN_PAIR, FACILITY_TRAINING = "joining", "visit-alone", "visit-in-pair", "facility-training"
CERTIFICATE_MONTHS, FRESH_MONTHS, WARN_WEEKS = 36, 3, 8
"""A certificate of good conduct is not older than three months when we see it, and is shown again after three years."""

NAMES = {
    TALK: (gettext_noop("Gespräch"), "talk"),
    TRAINING: (gettext_noop("Schulung"), "attended"),
    SECRECY: (gettext_noop("Verschwiegenheit"), "signed"),
    CERTIFICATE: (gettext_noop("Führungszeugnis"), "seen"),
    PAIR: (gettext_noop("Erster Besuch zu zweit"), "pair"),
}
ACTIVITIES = {
    JOINING: (gettext_noop("Aufnahme"), (TALK, TRAINING, SECRECY, CERTIFICATE)),
    VISIT_ALONE: (gettext_noop("Hausbesuch allein"), (TRAINING, SECRECY, CERTIFICATE, PAIR)),
    VISIT_IN_PAIR: (gettext_noop("Hausbesuch zu zweit"), (TRAINING, SECRECY, CERTIFICATE)),
    FACILITY_TRAINING: (gettext_noop("Schulung in einer Einrichtung"), (TRAINING, SECRECY)),
}


def requirement_rows() -> list[dict[str, Any]]:
    """Columns of each requirement."""
    limits = {CERTIFICATE: {"valid_months": CERTIFICATE_MONTHS, "fresh_months": FRESH_MONTHS}}
    return [
        {"key": key, "name": name, "how": how, "order": order, "warn_weeks": WARN_WEEKS, **limits.get(key, {})}
        for order, (key, (name, how)) in enumerate(NAMES.items())
    ]
