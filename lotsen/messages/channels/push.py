"""Notices on telephones by web push (RFC 8030, encrypted by RFC 8291, signed by RFC 8292).

`to` of a message names a user: all their browsers are told at once, and one that took it is enough.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import requests
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from lotsen.messages.channels.base import CannotAsk, ChannelError, Sent
from lotsen.messages.models import Message
from lotsen.messages.wording import push_path
from lotsen.people.models import PushSubscription
from lotsen.people.push import is_known_service, subscriptions_of

TIMEOUT_SECONDS = 10
GONE = frozenset({404, 410})
LONGEST_WAIT = timedelta(hours=12)
SHORTEST_WAIT = timedelta(minutes=1)


def plain_session() -> requests.Session:
    """Follows no redirect and asks no proxy setting: a push service answers itself."""
    session = requests.Session()
    session.max_redirects = 0
    session.trust_env = False
    return session


class PushChannel:
    """A push service says only that it took the notice, never that somebody saw it."""

    provider = "webpush"
    gives_receipts = False

    def __init__(
        self, *, key: Vapid02, contact: str, hosts: Sequence[str], session: requests.Session | None = None
    ) -> None:
        self.key = key
        self.contact = contact
        self.hosts = tuple(hosts)
        self.session = session or plain_session()

    def send(self, message: Message) -> Sent:
        """Hand the notice to the services of all browsers; raises ChannelError where none took it.

        A browser that is gone is forgotten on the way.
        """
        failures = [self._deliver(message, one) for one in subscriptions_of(message.to)]
        if not failures:
            raise ChannelError("push_nowhere", permanent=True)
        if any(failure is None for failure in failures):
            return Sent(f"push-{message.pk}")
        lasting = [failure for failure in failures if failure is not None and not failure.permanent]
        raise lasting[0] if lasting else ChannelError("push_gone", permanent=True)

    def find(self, message: Message) -> Sent | None:
        """Push services have no such question."""
        raise CannotAsk

    def _deliver(self, message: Message, to: PushSubscription) -> ChannelError | None:
        if not is_known_service(to.endpoint, hosts=self.hosts):
            return ChannelError("push_unknown_service", permanent=True)
        try:
            code = self._post(message, to)
        except requests.exceptions.TooManyRedirects:
            return ChannelError("push_redirected", permanent=True)
        except requests.exceptions.RequestException:
            return ChannelError("push_silent", permanent=False)
        except ValueError:  # keys that no point of the curve answers to
            code = 410
        if code in GONE:
            to.delete()
            return ChannelError(f"push_{code}", permanent=True)
        is_taken = 200 <= code < 300
        return None if is_taken else ChannelError(f"push_{code}", permanent=400 <= code < 500 and code != 429)

    def _post(self, message: Message, to: PushSubscription) -> int:
        subscription = {"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}}
        try:
            answer = webpush(
                subscription,
                data=payload(message),
                vapid_private_key=self.key,
                vapid_claims={"sub": f"mailto:{self.contact}"},
                ttl=int(_wait(message).total_seconds()),
                headers={"Urgency": "high"},
                timeout=TIMEOUT_SECONDS,
                requests_session=self.session,
            )
        except WebPushException as error:
            if error.response is None:
                raise ValueError("no subscription") from None
            return int(error.response.status_code)
        return int(answer.status_code)


def payload(message: Message) -> str:
    """What the telephone shows: words without a name, a street or a number, and which page a tap opens."""
    words = {
        "title": message.subject or "Lotsen",
        "body": message.text,
        "lang": message.language,
        "tag": str(message.pk)[:8],
        "path": push_path(message.kind),
    }
    return json.dumps(words, ensure_ascii=False)


def _wait(message: Message) -> timedelta:
    """So long the service keeps it for a telephone that is off: until the next way is taken."""
    if message.deadline_at is None or message.claimed_at is None:
        return LONGEST_WAIT
    return min(max(message.deadline_at - message.claimed_at, SHORTEST_WAIT), LONGEST_WAIT)
