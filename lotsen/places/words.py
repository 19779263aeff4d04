"""Ways in words: whoever reads a time also reads that it is an estimate."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lotsen.places.queries import Near
from lotsen.places.travel import Leg, Matrix


def leg_text(leg: Leg) -> str:
    """ "ca. 12 Min." for an estimate, "12 Min." from a router."""
    if leg.is_estimate:
        return _("ca. {minutes} Min.").format(minutes=leg.minutes)
    return _("{minutes} Min.").format(minutes=leg.minutes)


def walk_text(near: Near[object]) -> str:
    """ "ca. 9 Min. zu Fuß"; always an estimate."""
    return _("ca. {minutes} Min. zu Fuß").format(minutes=near.walk_minutes)


def origin_text(way: Leg | Matrix) -> str:
    """Where travel times come from, for the line under a list or a map."""
    if way.is_estimate:
        return _("Schätzung aus der Luftlinie und den Elbbrücken, ohne Verkehr und Fahrplan")
    if not way.data_version:
        return _("Fahrzeiten von {provider}").format(provider=way.provider)
    return _("Fahrzeiten von {provider}, Stand {version}").format(provider=way.provider, version=way.data_version)
