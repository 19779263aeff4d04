"""Names the room for Django; its label keeps clear of django.contrib.messages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagesConfig(AppConfig):
    """The outbox, its channels and the call tasks."""

    name = "lotsen.messages"
    label = "outbox"
    verbose_name = _("Nachrichten")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the worker find the telephone's jobs."""
        import lotsen.messages.telephone.tasks  # noqa: F401, PLC0415 - models are ready only now
