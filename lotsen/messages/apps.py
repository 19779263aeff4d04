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
        """Let the worker find the telephone's jobs, and those who may approve a file learn of it."""
        import lotsen.messages.telephone.tasks  # noqa: F401, PLC0415 - models are ready only now
        from lotsen.messages import export_notices  # noqa: PLC0415 - as above
        from lotsen.messages.wanted import register_still_wanted  # noqa: PLC0415 - as above
        from lotsen.people.exports import register_notice  # noqa: PLC0415 - as above

        register_notice(export_notices.tell_approvers)
        register_still_wanted([export_notices.KIND], export_notices.still_waits)
