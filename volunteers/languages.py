"""Languages that people speak here, by their German names."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

GERMAN = _("Deutsch")
LANGUAGES = (
    GERMAN,
    _("Albanisch"),
    _("Arabisch"),
    _("Bulgarisch"),
    _("Chinesisch"),
    _("Dari"),
    _("Deutsche Gebärdensprache"),
    _("Englisch"),
    _("Farsi"),
    _("Französisch"),
    _("Griechisch"),
    _("Italienisch"),
    _("Kroatisch"),
    _("Kurdisch"),
    _("Paschtu"),
    _("Polnisch"),
    _("Portugiesisch"),
    _("Rumänisch"),
    _("Russisch"),
    _("Serbisch"),
    _("Sorbisch"),
    _("Spanisch"),
    _("Tigrinya"),
    _("Tschechisch"),
    _("Türkisch"),
    _("Ukrainisch"),
    _("Ungarisch"),
    _("Urdu"),
    _("Vietnamesisch"),
)
