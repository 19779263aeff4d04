"""What has had its time: the names and photos on old cards, telephones that show notices, who stood in for whom."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from lotsen.kept import period_of
from lotsen.kernel.calendar import local_date
from lotsen.people.models import Card, Deputy, PushSubscription


@transaction.atomic
def forget_people(*, at: datetime) -> None:
    """Take the name and photo off cards that ended three months ago (their number still says "not valid"), and delete
    subscriptions of a year and deputies of three months ago."""
    ended = at - period_of(Card)
    cards = Card.objects.filter(Q(revoked_at__lt=ended) | Q(valid_until__lt=local_date(ended))).exclude(first_name="")
    cards.update(first_name="", photo=None, photo_agreed_at=None)
    PushSubscription.objects.filter(made_at__lt=at - period_of(PushSubscription)).delete()
    Deputy.objects.filter(last_on__lt=local_date(at - period_of(Deputy))).delete()
