"""Who sees which links: the bars and tabs of every area, by string, so that no room is imported."""

import dataclasses
from collections.abc import Iterable

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One link of an area: its word, the name of its URL, an icon, and the roles that see it (none: all).

    `counter` names the URL that says how much waits there; it is asked for when the page stands. `is_rare`: stands
    under "Mehr", so that the bar of daily work stays one line.
    """

    label: str | Promise
    url_name: str
    icon: str = ""
    roles: frozenset[str] = frozenset()
    counter: str = ""
    is_rare: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """One link as it is shown."""

    label: str | Promise
    url: str
    icon: str
    is_current: bool
    counter_url: str = ""
    is_rare: bool = False


HOTLINE = frozenset({"hotline", "coordinator"})
COORDINATOR = frozenset({"coordinator"})
ADVISOR = frozenset({"advisor"})
OUTBOX = frozenset({"coordinator", "administrator"})

# A name that no room answers to is left out, so a room may come later than its link.
AREAS: dict[str, tuple[Entry, ...]] = {
    "staff": (
        Entry(_("Anfrage"), "bookings:intake", "phone", HOTLINE),
        Entry(_("Suche"), "bookings:search", "search", HOTLINE),
        Entry(_("Offen"), "bookings:requests", "list", HOTLINE),
        Entry(_("Zu tun"), "bookings:calls", "bell", HOTLINE, counter="bookings:call-count"),
        Entry(_("Post"), "bookings:post", "mail", HOTLINE),
        Entry(_("Übersicht"), "bookings:board", "chart", COORDINATOR),
        Entry(_("Woche"), "bookings:week", "list", COORDINATOR, is_rare=True),
        Entry(_("Runde"), "bookings:rounds", "person", COORDINATOR),
        Entry(_("Nachrichten"), "outbox:messages", "message", OUTBOX, is_rare=True),
        Entry(_("Plan"), "touring:plans", "calendar", COORDINATOR),
        Entry(_("Touren"), "bookings:team-day", "van", ADVISOR),
        Entry(_("Lotsen"), "volunteers:people", "people", COORDINATOR),
        Entry(_("Lotsen"), "bookings:volunteer-search", "people", frozenset({"hotline"})),
        Entry(_("Bewerbung"), "volunteers:office-apply", "people", frozenset({"hotline"})),
        Entry(_("Kurse"), "volunteers:courses", "calendar", COORDINATOR, is_rare=True),
        Entry(_("Stunden"), "bookings:hours", "clock", COORDINATOR, is_rare=True),
        Entry(_("Auslagen"), "volunteers:expenses", "list", COORDINATOR, is_rare=True),
        Entry(_("Pauschalen"), "volunteers:allowances", "chart", COORDINATOR, is_rare=True),
        Entry(_("Ausweise"), "bookings:cards", "person", COORDINATOR, is_rare=True),
        Entry(_("Herausgabe"), "people:exports", "download", HOTLINE, is_rare=True),
        Entry(_("Einlesen"), "bookings:import", "upload", COORDINATOR, is_rare=True),
        Entry(_("Telefonnetz"), "simulator:phones", "phone", HOTLINE, is_rare=True),
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
        Entry(_("Ausweis prüfen"), "bookings:card-check"),
        Entry(_("Einfache Sprache"), "pages:plain"),
        Entry(_("Gebärdensprache"), "pages:signs"),
        Entry(_("Barrierefreiheit"), "pages:accessibility"),
        Entry(_("Datenschutz"), "pages:privacy"),
        Entry(_("Impressum"), "pages:imprint"),
        Entry(_("Anmelden"), "account_login"),
    ),
}


def links_for(area: str, *, user: object, path: str) -> list[Link]:
    """Return the links of ``area`` that ``user`` may see, rare ones last.

    The longest address that ``path`` begins with is current. Of two links with one word the first stands.
    """
    roles = set(getattr(user, "roles", None) or ())
    shown = [(entry, url) for entry in AREAS[area] if is_shown(entry, roles) and (url := address_of(entry.url_name))]
    shown = list({entry.label: (entry, url) for entry, url in reversed(shown)}.values())[::-1]
    shown.sort(key=lambda one: one[0].is_rare)
    current = current_address((url for _entry, url in shown), path)
    return [
        Link(
            entry.label,
            url,
            entry.icon,
            url == current,
            address_of(entry.counter) if entry.counter else "",
            entry.is_rare,
        )
        for entry, url in shown
    ]


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
