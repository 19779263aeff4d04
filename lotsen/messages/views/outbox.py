"""What is on its way, what failed and what came instead. No content; persons only for those who work with them."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from lotsen.messages import queries, sms_month, watch
from lotsen.messages.queries import Asked
from lotsen.messages.states import Channel
from lotsen.messages.wording.catalogue import kind_name
from lotsen.people.access import role_required
from lotsen.people.models import Role

PAGE = 25


@role_required(Role.COORDINATOR, Role.ADMINISTRATOR)
@require_safe
def messages_page(request: HttpRequest) -> HttpResponse:
    """The newest first, by kind, way and state. Who only looks after the machine sees no case and no number."""
    now, language = timezone.now(), get_language() or "de"
    asked = Asked(
        state=request.GET.get("stand", ""),
        channel=request.GET.get("weg", ""),
        kind=request.GET.get("art", "")[:60],
        days=request.GET.get("tage", queries.USUAL_DAYS),
    )
    page = Paginator(queries.messages_asked(asked, at=now), PAGE).get_page(request.GET.get("seite"))
    sees_persons = request.user.has_role(Role.COORDINATOR)
    kinds = [(kind, kind_name(kind, language)) for kind in queries.kinds_lately(at=now, days=asked.days)]
    counts = queries.counts_by_state(at=now, days=asked.days)
    return TemplateResponse(
        request,
        "messages/messages.html",
        {
            "page": page,
            "rows": queries.message_rows(list(page), sees_persons=sees_persons, language=language),
            "asked": asked,
            "kinds": sorted(kinds, key=lambda pair: pair[1]),
            "channels": Channel.choices,
            "states": [(word, name, counts[word]) for word, (name, _states) in queries.STATES.items()],
            "sms": {"today": sms_month.sent_today(at=now), "month": sms_month.sent_this_month(at=now)},
            "sms_limit": settings.SMS_A_MONTH,
            "health": watch.health(at=now),
            "sees_persons": sees_persons,
        },
    )
