"""Who sees which links: the bars and tabs of every area, by string, so that no room is imported."""

import dataclasses
from collections.abc import Iterable

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One link of an area: its word, the name of its URL, an icon, and the roles that see it (none: all)."""

    label: str | Promise
    url_name: str
    icon: str = ""
    roles: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """One link as it is shown."""

    label: str | Promise
    url: str
    icon: str
    is_current: bool


HOTLINE = frozenset({"hotline", "coordinator"})
COORDINATOR = frozenset({"coordinator"})
ADVISOR = frozenset({"advisor"})

# A name that no room answers to is left out, so a room may come later than its link.
AREAS: dict[str, tuple[Entry, ...]] = {
    "staff": (
        Entry(_("Anfrage"), "bookings:intake", "phone", HOTLINE),
        Entry(_("Suche"), "bookings:search", "search", HOTLINE),
        Entry(_("Offen"), "bookings:requests", "list", HOTLINE),
        Entry(_("Rückrufe"), "bookings:calls", "bell", HOTLINE),
        Entry(_("Übersicht"), "bookings:board", "chart", COORDINATOR),
        Entry(_("Plan"), "touring:plans", "calendar", COORDINATOR),
        Entry(_("Touren"), "bookings:team-day", "van", ADVISOR),
        Entry(_("Einlesen"), "bookings:import", "upload", COORDINATOR),
        Entry(_("Telefonnetz"), "simulator:phones", "phone", HOTLINE),
    ),
    "volunteer": (
        Entry(_("Heute"), "bookings:guide-today", "home"),
        Entry(_("Angebote"), "bookings:guide-offers", "star"),
        Entry(_("Berichte"), "bookings:guide-reports", "list"),
        Entry(_("Ich"), "bookings:guide-me", "person"),
    ),
    "facility": (
        Entry(_("Schulung buchen"), "bookings:facility-book", "calendar"),
        Entry(_("Meine Termine"), "bookings:facility", "list"),
    ),
    "public": (
        Entry(_("Startseite"), "start"),
        Entry(_("Fahrplan"), "touring:timetable"),
        Entry(_("Hausbesuch"), "bookings:web-start"),
        Entry(_("Mitmachen"), "pages:join"),
        Entry(_("So schützen wir Sie"), "pages:safety"),
        Entry(_("Einfache Sprache"), "pages:plain"),
        Entry(_("Gebärdensprache"), "pages:signs"),
        Entry(_("Barrierefreiheit"), "pages:accessibility"),
        Entry(_("Datenschutz"), "pages:privacy"),
        Entry(_("Impressum"), "pages:imprint"),
        Entry(_("Anmelden"), "account_login"),
    ),
}


def links_for(area: str, *, user: object, path: str) -> list[Link]:
    """Return the links of ``area`` that ``user`` may see; the longest address that ``path`` begins with is current."""
    roles = set(getattr(user, "roles", None) or ())
    shown = [(entry, url) for entry in AREAS[area] if is_shown(entry, roles) and (url := address_of(entry.url_name))]
    current = current_address((url for _entry, url in shown), path)
    return [Link(entry.label, url, entry.icon, url == current) for entry, url in shown]


def is_shown(entry: Entry, roles: set[str]) -> bool:
    """Say whether somebody with ``roles`` sees a link."""
    return not entry.roles or bool(entry.roles & roles)


def address_of(url_name: str) -> str:
    """Return the address of a URL name, or nothing while no room answers to it."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def current_address(urls: Iterable[str], path: str) -> str:
    """Return the longest address that ``path`` begins with; the root only counts for itself."""
    fitting = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(fitting, key=len, default="")
