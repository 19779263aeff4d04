"""Being a volunteer: active, suspended at once, back, gone. The role of the account follows in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_changes
from lotsen.kernel.moves import move
from lotsen.kernel.sentences import listed
from lotsen.messages.telling import tell
from lotsen.people.cards import revoke_cards_of
from lotsen.people.ladder import ContactPoint
from lotsen.people.models import Role, User
from lotsen.people.sign_outs import sign_out_everywhere
from volunteers.models import Volunteer
from volunteers.needed import JOINING
from volunteers.rules import missing_requirements

WELCOME, WELCOME_BY_PHONE = "v_welcome", "v_welcome_phone"
"""By e-mail where they choose their password; else by SMS or a call, how they will be asked."""


AT_REST = frozenset({Role.VOLUNTEER, Role.ADVISOR, Role.HOTLINE, Role.COORDINATOR})
"""Roles that open doors or show addresses: whoever must not stand at a door must not send anybody there either, nor
read where somebody lives. The database lets nobody who is suspended have one (trigger `suspended_roles_rest`)."""


class NotReady(Refused):
    """A requirement of joining is not met today."""


class NotOneself(Refused):
    """Nobody suspends themselves, or lifts their own suspension."""


class NoReason(Refused):
    """Why somebody is suspended is written down."""


@transaction.atomic
def activate(volunteer: Volunteer, *, by: User, at: datetime) -> Volunteer:
    """The joining is complete: from now on they are asked, and may sign in.

    Refuses while a requirement of joining is not met today (`NotReady`, with what is missing). An e-mail says where
    they choose their password.
    """
    on = local_date(at)
    if missing := missing_requirements(volunteer, activity=JOINING, on=on):
        papers = listed(tuple(_(one.name) for one in missing), _(" und "))
        raise NotReady(_("Es fehlt noch: %(papers)s.") % {"papers": papers})
    move(volunteer, Volunteer.State.ACTIVE, by=by, at=at)
    _give_roles(volunteer, [Role.VOLUNTEER])
    _welcome(volunteer, by=by, at=at)
    return volunteer


@transaction.atomic
def suspend(volunteer: Volunteer, *, because: str, by: User, at: datetime) -> Volunteer:
    """At once: every page that shows addresses or opens doors is closed with the next click, the card is void. Other
    roles that do so rest too (`AT_REST`), until somebody lifts it. `because` is for coordinators.

    What is promised and asked is the room above's to take back: pages call its verb, not this one.
    """
    if not because.strip():
        raise NoReason(_("Bitte schreiben Sie in einem Satz, warum. Das liest nur die Koordination."))
    _refuse_oneself(volunteer, by)
    changes = {"suspended_because": because.strip()[:200], "paused_until": None}
    move(volunteer, Volunteer.State.SUSPENDED, by=by, at=at, **changes)
    _take_roles(volunteer, AT_REST, because="suspended", by=by, at=at)
    return volunteer


@transaction.atomic
def lift(volunteer: Volunteer, *, by: User, at: datetime) -> Volunteer:
    """The suspension is over: they are asked again, and other roles are theirs again. A new card is issued by hand;
    papers are checked at each visit."""
    _refuse_oneself(volunteer, by)
    if volunteer.state != Volunteer.State.SUSPENDED:
        raise NotReady(_("Hier ist nichts gesperrt. Bitte laden Sie die Seite neu."))
    rested = volunteer.roles_at_rest
    move(volunteer, Volunteer.State.ACTIVE, by=by, at=at, suspended_because="", roles_at_rest=[])
    _give_roles(volunteer, [Role.VOLUNTEER, *rested])
    if rested:
        record_changes(volunteer, fields=["roles"], by=by, at=at)
    return volunteer


@transaction.atomic
def leave(volunteer: Volunteer, *, by: User, at: datetime) -> Volunteer:
    """They stop for good as a volunteer, and nothing leads back. Other roles stay; those that rest since a suspension
    are not given back."""
    move(volunteer, Volunteer.State.LEFT, by=by, at=at, paused_until=None)
    _take_roles(volunteer, frozenset({Role.VOLUNTEER}), because="left", by=by, at=at)
    return volunteer


def _refuse_oneself(volunteer: Volunteer, by: User) -> None:
    if volunteer.user_id == by.pk:
        raise NotOneself(_("Über die eigene Sperre entscheidet jemand anderes."))


def _give_roles(volunteer: Volunteer, roles: Iterable[str]) -> None:
    user = User.objects.select_for_update(no_key=True).get(pk=volunteer.user_id)
    if missing := [role for role in roles if role not in user.roles]:
        user.roles = [*user.roles, *missing]
        user.save(update_fields=["roles"])
    volunteer.user = user


def _take_roles(volunteer: Volunteer, roles: frozenset[Role], *, because: str, by: User, at: datetime) -> None:
    user = User.objects.select_for_update(no_key=True).get(pk=volunteer.user_id)
    taken = [role for role in user.roles if role in roles]
    user.roles = [role for role in user.roles if role not in roles]
    user.save(update_fields=["roles"])
    if rested := [role for role in taken if role != Role.VOLUNTEER]:
        volunteer.roles_at_rest = sorted({*volunteer.roles_at_rest, *rested})
        volunteer.save(update_fields=["roles_at_rest"])
        record_changes(volunteer, fields=["roles"], by=by, at=at)
    volunteer.user = user
    revoke_cards_of(user, because=because, by=by, at=at)
    sign_out_everywhere(user, by=by, at=at)


def _welcome(volunteer: Volunteer, *, by: User, at: datetime) -> None:
    user = volunteer.user
    points = [ContactPoint("email", user.email)] if user.email else [ContactPoint("sms", user.phone)]
    if user.phone:
        points.append(ContactPoint("call", user.phone))
    tell(
        points=points,
        kind=WELCOME if user.email else WELCOME_BY_PHONE,
        language=user.language,
        variables={"url": f"{settings.PUBLIC_BASE_URL}/konto/password/reset/"},
        about=volunteer,
        key=f"volunteer:{volunteer.pk}:welcome",
        by=by,
        at=at,
        recipient_user=user,
    )
