"""What has had its time: the names and photos on old cards, telephones that show notices, who stood in for whom.

Accounts are forgotten by the rooms that know whose they were.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_noop

from lotsen.kept import period_of
from lotsen.kernel.calendar import local_date
from lotsen.people.models import Card, Deputy, PushSubscription, User

NAME = gettext_noop("ausgeschieden")
"""What stands where the name was."""


@transaction.atomic
def forget_people(*, at: datetime) -> None:
    """Take the name and photo off cards that ended three months ago (their number still says "not valid"), and delete
    subscriptions of a year and deputies of three months ago."""
    ended = at - period_of(Card)
    cards = Card.objects.filter(Q(revoked_at__lt=ended) | Q(valid_until__lt=local_date(ended))).exclude(first_name="")
    cards.update(first_name="", photo=None, photo_agreed_at=None)
    PushSubscription.objects.filter(made_at__lt=at - period_of(PushSubscription)).delete()
    Deputy.objects.filter(last_on__lt=local_date(at - period_of(Deputy))).delete()


@transaction.atomic
def forget_accounts(keys: Collection[int]) -> None:
    """Take everything that says who it was off these accounts; nobody signs in with them again. The rows stay, for
    what was done under them."""
    for model in (EmailAddress, Authenticator, SocialAccount, PushSubscription):
        model.objects.filter(user__in=keys).delete()
    Deputy.objects.filter(Q(user__in=keys) | Q(deputy__in=keys)).delete()
    address = Concat(Value("weg-"), Cast("pk", CharField()), Value("@lotsen.invalid"))
    bare = {"name": NAME, "phone": "", "is_active": False, "last_login": None, "password": make_password(None)}
    User.objects.filter(pk__in=keys).update(email=address, **bare)
