"""Small words and numbers of tour pages."""

from __future__ import annotations

import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from touring.models import Weekday

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
def linked_data(value: object) -> SafeString:
    """A data block of schema.org that no browser runs; what could end the block is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    for sign, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(sign, escaped)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above
