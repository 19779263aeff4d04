"""Languages that people speak here, by their German names."""

from __future__ import annotations

GERMAN = "Deutsch"
LANGUAGES = (
    GERMAN,
    "Albanisch",
    "Arabisch",
    "Bulgarisch",
    "Chinesisch",
    "Dari",
    "Deutsche Gebärdensprache",
    "Englisch",
    "Farsi",
    "Französisch",
    "Griechisch",
    "Italienisch",
    "Kroatisch",
    "Kurdisch",
    "Paschtu",
    "Polnisch",
    "Portugiesisch",
    "Rumänisch",
    "Russisch",
    "Serbisch",
    "Sorbisch",
    "Spanisch",
    "Tigrinya",
    "Tschechisch",
    "Türkisch",
    "Ukrainisch",
    "Ungarisch",
    "Urdu",
    "Vietnamesisch",
)
