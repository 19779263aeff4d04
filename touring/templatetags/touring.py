"""Small words and numbers of tour pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from touring.models import PlannedStop, Stop, Weekday
from touring.words import other_times_words, steps_sentence
from touring.words import pin_words as pin_words_of

register = template.Library()


@register.filter
def steps(hour: int) -> int:
    """Steps of the board (five minutes) that so many hours are."""
    return int(hour) * 12


@register.filter
def weekday_name(weekday: int) -> str:
    """Names a weekday: 0 is "Montag"."""
    return str(Weekday(int(weekday)).label)


@register.filter
def minutes(seconds: int) -> int:
    """Whole minutes, rounded up."""
    return -(-int(seconds) // 60)


@register.filter
def way_in(stop: Stop) -> str:
    """How the entrance of a stop is."""
    return steps_sentence(stop.step_free, stop.steps)


@register.filter
def yesno_words(value: bool | None) -> str:
    """Writes "ja", "nein" or "nicht bekannt"."""
    return _("nicht bekannt") if value is None else _("ja") if value else _("nein")


@register.filter
def signed(seconds: int) -> str:
    """Minutes with their sign, as a change is shown: "+40", "−5", "0"."""
    whole = round(int(seconds) / 60)
    return f"+{whole}" if whole > 0 else f"\N{MINUS SIGN}{-whole}" if whole else "0"


CHANNELS = {
    "call": ("phone", gettext_lazy("Anruf")),
    "email": ("mail", gettext_lazy("E-Mail")),
    "letter": ("mail", gettext_lazy("Brief")),
    "sms": ("message", gettext_lazy("SMS")),
    "push": ("message", gettext_lazy("Hinweis auf dem Handy")),
    "public": ("calendar", gettext_lazy("Fahrplan und Kalender")),
}


@register.filter
def channel_icon(channel: str) -> str:
    """The icon of a way to reach somebody."""
    return CHANNELS.get(channel, ("info", ""))[0]


@register.filter
def channel_words(channel: str) -> str:
    """Names a way to reach somebody: "Anruf"."""
    return str(CHANNELS.get(channel, ("", channel))[1])


@register.filter
def pin_words(row: PlannedStop) -> str:
    """Which parts of a row are pinned: "Team, Uhrzeit"."""
    return pin_words_of(row)


@register.filter
def other_times(row: PlannedStop) -> str:
    """Writes "manchmal ab 10:20 Uhr"; "" where it is the same time every week."""
    return other_times_words(sorted({minutes for _week, minutes in row.other_starts}))


@register.filter
def sentences(violations: Iterable[Any]) -> list[str]:
    """What rules say, each sentence once: the same one is often broken in several weeks."""
    return list(dict.fromkeys(violation.sentence for violation in violations))


@register.filter
def calls_left(people: Iterable[Any]) -> int:
    """How many of those who are told by phone are not told yet."""
    return sum(one.number for one in people if one.channel == "call" and not one.is_told)


@register.simple_tag(takes_context=True)
def asked_url(context: template.Context, /, **changes: object) -> str:
    """The address of the board with changes: `{% asked_url woche=2 halt="" %}`.

    With its path, because an answer of 409 or 422 stands at the address of what was tried.
    """
    return f"{reverse('touring:plan', args=[context['plan'].version])}{context['asked'].query(**changes)}"


@register.simple_tag(takes_context=True)
def try_url(context: template.Context, fields: list[tuple[str, str]], /, **changes: object) -> str:
    """The address of the board on which the stop is tried at the place that `fields` say."""
    return f"{asked_url(context, **changes)}&{urlencode(fields)}"


@register.filter
def linked_data(value: object) -> SafeString:
    """A data block of schema.org that no browser runs; what could end the block is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    for sign, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(sign, escaped)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above
