"""Watches over the worker, apart from it: tells people directly when no messages are being sent."""

from __future__ import annotations

import smtplib
import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from twilio.base.exceptions import TwilioException

from lotsen.kernel.calendar import clock, local
from lotsen.messages import watch, wording
from lotsen.messages.channels.twilio_client import twilio_client

LOOK_EVERY_SECONDS = 15
KIND = "k_worker_down"


class Command(BaseCommand):
    """`watch`: looks every 15 seconds; `watch --once`: one look, exit code 1 if something stands still (for cron)."""

    help = "Sagt Bescheid, wenn keine Nachrichten mehr verschickt werden. Läuft neben dem Worker, nicht in ihm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option."""
        parser.add_argument("--once", action="store_true", help="nur einmal nachsehen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, and look again."""
        while True:
            is_alarm = self.look(timezone.now())
            if options["once"]:
                raise SystemExit(1 if is_alarm else 0)
            time.sleep(LOOK_EVERY_SECONDS)

    def look(self, at: datetime) -> bool:
        """One look. A database that is gone is an alarm as well, every time that nobody has it."""
        close_old_connections()
        try:
            return watch.look(alarm=self.alarm, at=at)
        except DatabaseError:
            self.alarm(at)
            return True

    def alarm(self, since: datetime) -> None:
        """By e-mail and SMS, past the outbox and past its worker; whatever fails does not stop the rest."""
        text = wording.render(KIND, "sms", "de", {"time": clock(local(since))}, {}).text
        self.stderr.write(text)
        for step in (self._by_email, self._by_sms):
            try:
                step(text)
            except (smtplib.SMTPException, OSError, TwilioException, requests.RequestException) as error:
                self.stderr.write(f"watch: {type(error).__name__}")

    def _by_email(self, text: str) -> None:
        if settings.ALARM_EMAILS:
            EmailMessage("Lotsen: ALARM", text, settings.DEFAULT_FROM_EMAIL, settings.ALARM_EMAILS).send()

    def _by_sms(self, text: str) -> None:
        client = twilio_client(
            account=settings.TWILIO_ACCOUNT_SID, token=settings.TWILIO_AUTH_TOKENS[0], base=settings.TWILIO_BASE_URL
        )
        for number in settings.ALARM_PHONES:
            client.messages.create(to=number, from_=settings.TWILIO_NUMBER, body=text)
