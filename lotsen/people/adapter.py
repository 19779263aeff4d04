from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the city, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
