"""Places: addresses, districts, geocoding and travel times."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """The room of everything that has a point on the map."""

    name = "lotsen.places"
    label = "places"
    verbose_name = _("Orte")
    default_auto_field = "django.db.models.BigAutoField"
