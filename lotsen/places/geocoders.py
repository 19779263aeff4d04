"""Geocoders outside the house, through geopy, by setting only.

`LOTSEN_GEOCODER` is "" (none), "nominatim" or "photon"; `LOTSEN_GEOCODER_DOMAIN` the server of
one's own ("geo.stadt.example", or "http://127.0.0.1:8080"). Addresses of people are personal data: off
by default, one request a second unless `LOTSEN_GEOCODER_SECONDS_BETWEEN` says otherwise, and neither address nor
answer is written to a log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim, Photon
from geopy.location import Location

from lotsen.places.lookup import Asked, Candidate
from lotsen.places.models import Accuracy
from lotsen.places.normalise import fold, postal_code_key

USER_AGENT: Final = "lotsen-places/1"
TIMEOUT_SECONDS: Final = 5

Ask = Callable[[Asked, str], Candidate | None]

log = logging.getLogger(__name__)


def configured() -> Ask | None:
    """The function that asks the geocoder of the settings, or None where there is none."""
    name = settings.GEOCODER
    if not name:
        return None
    domain = settings.GEOCODER_DOMAIN
    if name not in ("nominatim", "photon"):
        raise ImproperlyConfigured("LOTSEN_GEOCODER is '', 'nominatim' or 'photon'")
    if not domain:
        raise ImproperlyConfigured("LOTSEN_GEOCODER needs LOTSEN_GEOCODER_DOMAIN")
    return _asker(name, domain, settings.GEOCODER_SECONDS_BETWEEN)


@cache
def _asker(name: str, domain: str, pause: float) -> Ask:
    """One limiter per process, so that all callers share its pace."""
    for chatty in ("geopy", "urllib3.connectionpool"):
        logging.getLogger(chatty).setLevel(logging.ERROR)  # their lines would name the address
    scheme, _colon, host = domain.rpartition("://")
    common = {
        "domain": host,
        "scheme": scheme or "https",
        "user_agent": USER_AGENT,
        "timeout": TIMEOUT_SECONDS,
    }
    geocoder = Nominatim(**common) if name == "nominatim" else Photon(**common)
    geocode = RateLimiter(
        geocoder.geocode,
        min_delay_seconds=pause,
        max_retries=0,
        swallow_exceptions=False,
    )
    question = _nominatim if name == "nominatim" else _photon
    return lambda asked, city: _ask(geocode, question, asked, city)


def _ask(
    geocode: RateLimiter,
    question: Callable[[RateLimiter, Asked, str], Candidate | None],
    asked: Asked,
    city: str,
) -> Candidate | None:
    """None where the server knows nothing, answers nonsense or does not answer."""
    try:
        return question(geocode, asked, city)
    except (GeopyError, KeyError, TypeError, ValueError) as error:
        log.warning("geocoder gave no usable answer: %s", type(error).__name__)
        return None


def _nominatim(geocode: RateLimiter, asked: Asked, city: str) -> Candidate | None:
    query = {
        "street": f"{asked.house_number} {asked.street}".strip(),
        "postalcode": asked.postal_code,
        "city": city,
    }
    found = geocode(
        {part: text for part, text in query.items() if text},
        addressdetails=True,
        country_codes="de",
    )
    if found is None:
        return None
    details = found.raw.get("address", {})
    names = {"street": details.get("road", ""), "number": details.get("house_number", "")}
    return _candidate(found, {**names, "postal_code": details.get("postcode", "")})


def _photon(geocode: RateLimiter, asked: Asked, city: str) -> Candidate | None:
    line = f"{asked.street} {asked.house_number}".strip()
    found = geocode(f"{line}, {asked.postal_code} {city}".strip(" ,"), language="de")
    if found is None:
        return None
    details = found.raw["properties"]
    is_street = details.get("osm_key") == "highway" or details.get("type") == "street"
    street = details.get("street") or (details.get("name", "") if is_street else "")
    names = {"street": street, "number": details.get("housenumber", "")}
    return _candidate(found, {**names, "postal_code": details.get("postcode", "")})


def _candidate(found: Location, names: Mapping[str, Any]) -> Candidate:
    street, number = str(names["street"]), str(names["number"])
    accuracy = Accuracy.DISTRICT
    if street:
        accuracy = Accuracy.ADDRESS if number else Accuracy.STREET
    elif names["postal_code"]:
        accuracy = Accuracy.POSTCODE
    return Candidate(
        street=street,
        house_number=number,
        postal_code=postal_code_key(str(names["postal_code"])),
        point=(round(found.latitude, 6), round(found.longitude, 6)),
        accuracy=accuracy,
    )


def is_what_was_asked(asked: Asked, answer: Candidate) -> bool:
    """Whether an answer names the very street, house and postal code that were asked for."""
    same_street = bool(answer.street) and Asked(answer.street).key == asked.key
    same_code = not asked.postal_code or answer.postal_code == asked.postal_code
    same_house = answer.accuracy != Accuracy.ADDRESS or fold(answer.house_number).replace(" ", "") == fold(
        asked.house_number
    ).replace(" ", "")
    return same_street and same_code and same_house
