"""Names the simulator for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimulatorConfig(AppConfig):
    """Switched on by LOTSEN_SIMULATOR=1; its tables stay empty otherwise."""

    name = "lotsen.messages.simulator"
    label = "simulator"
    verbose_name = _("Telefonnetz zum Ausprobieren")
    default_auto_field = "django.db.models.BigAutoField"
