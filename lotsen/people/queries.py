from __future__ import annotations

from django.db.models import Q, QuerySet

from lotsen.people.models import MassExport, Role, User


def open_exports(user: User) -> QuerySet[MassExport]:
    """The files that wait: one's own, and for coordinators those of others, the longest waiting first."""
    waiting = MassExport.objects.filter(state__in=[MassExport.State.ASKED, MassExport.State.APPROVED])
    own = Q(asked_by=user)
    seen = waiting if user.has_role(Role.COORDINATOR) else waiting.filter(own)
    return seen.select_related("asked_by", "approved_by").order_by("asked_at", "pk")
