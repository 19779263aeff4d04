"""Sums and durations in templates."""

from __future__ import annotations

from django import template

from volunteers import words

register = template.Library()
register.filter("euros", words.euros)
register.filter("hours", words.hours)
