"""What every template knows: the city, the hotline and its hours."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lotsen.spoken import grouped_phone


def city(request: HttpRequest | None = None) -> dict[str, object]:
    """Return ``city_name``, ``hotline`` (as shown), ``hotline_tel`` (as dialled) and ``hotline_hours``."""
    return {
        "city_name": settings.CITY_NAME,
        "hotline": grouped_phone(settings.HOTLINE_NUMBER),
        "hotline_tel": settings.HOTLINE_NUMBER,
        "hotline_hours": settings.HOTLINE_HOURS or _("Montag bis Freitag, 9 bis 17\xa0Uhr"),
    }
