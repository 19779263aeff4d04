from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from lotsen.people import push


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the city, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def logout(self, request: HttpRequest) -> None:
        """The browser in which somebody signs out shows no more notices."""
        if request.session.session_key:
            push.forget_session(request.session.session_key)
        super().logout(request)
