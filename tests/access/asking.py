"""Asks for a page as somebody and says everything that is wrong with the answer."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pypdf import PdfReader

from tests.access.matrix import ANSWERS, EVERYBODY, MAY_SEE, NOBODY, Row
from tests.access.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
# Reading somebody's data writes a line into the journal: that is what the journal is for. A check of a card is counted.
WRITTEN_BY_READING = {
    "kernel_contactread",
    "django_session",
    "kernel_tally",
    "bookings_shownaddress",
    "bookings_calendarentry",
}
NONCES = re.compile(r'(name="csrfmiddlewaretoken" value=|nonce=)"[^"]*"')


def doors(
    patterns: list[URLPattern | URLResolver] | None = None, names: tuple[str, ...] = (), path: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Every address of the house: its full name ("" without one), its path and its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from doors(pattern.url_patterns, inner, here)
        else:
            yield ":".join((*names, pattern.name)) if pattern.name else "", here, pattern


def methods_for(row: Row, person: str) -> tuple[str, ...]:
    """All methods for those whom the door lets in (for a public page: a few of them); outside, the two that matter."""
    few = row.door == EVERYBODY and person not in (NOBODY, "hotline", "volunteer")
    return METHODS if person in row.door and not few else ("GET", "POST")


def values(world: World, args: tuple[object, ...]) -> list[object]:
    """What the world calls so; "=word" is the word itself."""
    return [arg[1:] if isinstance(arg, str) and arg.startswith("=") else world.keys.get(arg, arg) for arg in args]


def client_of(world: World, person: str, **options: object) -> Client:
    """A browser in which this person is signed in; everybody signs in once."""
    client = Client(**options)
    if person != NOBODY and person not in world.cookies:
        client.force_login(world.people[person])
        world.cookies[person] = client.cookies[settings.SESSION_COOKIE_NAME].value
    if person != NOBODY:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[person]
    return client


def written() -> dict[str, int]:
    """Rows inserted, changed and deleted so far in this transaction, by table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


def changed_tables(before: dict[str, int]) -> list[str]:
    """Tables that were written to since."""
    now = written()
    return sorted(name for name in now if now[name] != before.get(name, 0) and name not in WRITTEN_BY_READING)


def wrong_status(response: HttpResponse, row: Row, person: str, method: str, *, is_there: bool = True) -> str:
    """Empty where the answer is the one in the matrix."""
    expected = row.expected(person, method, is_there=is_there)
    allowed = {404} if expected == "gallery" else ANSWERS[expected]
    to = response.get("Location", "")
    if response.status_code not in allowed:
        return f"{response.status_code} {to}, expected {expected}"
    if (expected in ("login", "signs_out")) != to.startswith(settings_login()):
        return f"leads to {to or 'nowhere'}, expected {expected}"
    return ""


def settings_login() -> str:
    return resolve_url(settings.LOGIN_URL)


def wrong_headers(response: HttpResponse) -> list[str]:
    """Headers that are absent or soft."""
    wrong = [f"{name}: {response.get(name)}" for name, value in HEADERS.items() if response.get(name) != value]
    policy = response.get("Content-Security-Policy", "")
    told = dict(part.strip().partition(" ")[::2] for part in policy.split(";") if part.strip())
    wrong += [f"CSP {name}: {told.get(name)}" for name, value in POLICY.items() if told.get(name) != value]
    if "unsafe" in policy:
        wrong.append("CSP unsafe")
    return wrong


def text_of(response: HttpResponse) -> str:
    """Body and headers as text; a PDF as what is written on it."""
    body = b"" if response.streaming else response.content
    if body.startswith(b"%PDF") and len(body) > 100:
        words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    else:
        words = body.decode("utf-8", "replace")
    return f"{words}\n{dict(response.headers)}\n{response.cookies.output()}"


def leaks(response: HttpResponse, world: World, person: str, shows: tuple[str, ...] = (), known: str = "") -> list[str]:
    """Marks in body, headers or cookies that this person may not see. `known` is the address that they asked for."""
    text = (
        text_of(response).replace(known, "").replace(quote(known), "").lower() if known else text_of(response).lower()
    )
    digits = re.sub(r"[^0-9a-z+]", "", text)
    allowed = (*MAY_SEE.get(person, ()), *shows, f"user.{person}.*")
    return [
        name
        for name, mark in world.marks.items()
        if not any(_allows(pattern, name) for pattern in allowed) and _is_in(mark.lower(), text, digits)
    ]


def _allows(pattern: str, name: str) -> bool:
    """A code word is allowed by its own name only, never together with the rest of a person."""
    is_word = name.endswith(".code_word") and pattern != "*"
    return fnmatch(name, pattern) and (not is_word or pattern.endswith(".code_word"))


def _is_in(mark: str, text: str, digits: str) -> bool:
    if mark.startswith("+49"):
        return mark[3:] in digits
    return mark in text


def plain(response: HttpResponse, *names: object) -> str:
    """The answer without what is new each time, and without the name that was asked for and its length."""
    text = re.sub(r"'Content-Length': '\d+', ", "", NONCES.sub("", text_of(response)))
    for name in names:
        text = re.sub(rf"(?<![\w-]){re.escape(str(name))}(?![\w-])", "…", text)
    return text
