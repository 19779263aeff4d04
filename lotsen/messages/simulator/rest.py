"""Twilio's REST paths that we use: make and find messages and calls. Same paths, fields and errors as the real one."""

import base64
import binascii
import re
import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from lotsen.messages.simulator import calls, carrier
from lotsen.messages.simulator.models import NetworkCall, NetworkRecording, NetworkSms

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
LONGEST_TEXT = 1600
View = Callable[..., HttpResponse]


def for_account(view: View) -> View:
    """Only with the account's name and token (HTTP Basic), as with Twilio."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, account: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if account != settings.TWILIO_ACCOUNT_SID or not _authorised(request):
            return problem(20003, "Authenticate", status=401)
        return view(request, *args, **kwargs)

    return guarded


def _authorised(request: HttpRequest) -> bool:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
    valid = any(constant_time_compare(token, known) for known in settings.TWILIO_AUTH_TOKENS)
    return scheme.lower() == "basic" and name == settings.TWILIO_ACCOUNT_SID and valid


def problem(code: int, message: str, *, status: int = 400) -> JsonResponse:
    """An error as Twilio writes it."""
    info = f"https://www.twilio.com/docs/errors/{code}"
    return JsonResponse({"code": code, "message": message, "more_info": info, "status": status}, status=status)


@for_account
@require_http_methods(["GET", "POST"])
def messages(request: HttpRequest) -> JsonResponse:
    """Make an SMS, or list them by To, From and DateSent."""
    if request.method == "GET":
        found = _between(NetworkSms.objects.filter(is_ours=True), request, "DateSent")
        return _page("messages", [_sms_json(sms) for sms in found])
    to, body = request.POST.get("To", ""), request.POST.get("Body", "")
    if not _E164.fullmatch(to):
        return problem(21211, "The 'To' number is not a valid phone number.")
    if request.POST.get("From") != settings.TWILIO_NUMBER:
        return problem(21606, "The 'From' phone number is not one of yours.")
    if not body or len(body) > LONGEST_TEXT:
        return problem(21602 if not body else 21617, "Message body is required and has at most 1600 characters.")
    callback = request.POST.get("StatusCallback", "")
    sms = carrier.accept_sms(to=to, body=body, status_callback=callback, at=timezone.now())
    _afterwards(lambda: carrier.carry_sms(NetworkSms.objects.select_related("phone").get(pk=sms.pk)))
    return JsonResponse(_sms_json(sms), status=201)


@for_account
@require_GET
def message(request: HttpRequest, sid: str) -> JsonResponse:
    """One SMS by its number."""
    sms = NetworkSms.objects.select_related("phone").filter(sid=sid).first()
    return JsonResponse(_sms_json(sms)) if sms else problem(20404, "The requested resource was not found", status=404)


@for_account
@require_http_methods(["GET", "POST"])
def call_list(request: HttpRequest) -> JsonResponse:
    """Start a call, or list them by To, From and StartTime."""
    if request.method == "GET":
        found = _between(NetworkCall.objects.filter(is_ours=True), request, "StartTime")
        return _page("calls", [_call_json(call) for call in found])
    to, url = request.POST.get("To", ""), request.POST.get("Url", "")
    if not _E164.fullmatch(to):
        return problem(21211, "The 'To' number is not a valid phone number.")
    if not url.startswith(("http://", "https://")):
        return problem(21205, "Url is not a valid URL")
    callback = request.POST.get("StatusCallback", "")
    call = carrier.accept_call(to=to, url=url, status_callback=callback, at=timezone.now())
    _afterwards(lambda: calls.ring(NetworkCall.objects.select_related("phone").get(pk=call.pk)))
    return JsonResponse(_call_json(call), status=201)


@for_account
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, sid: str) -> JsonResponse:
    """One call by its number; posted Status=completed hangs up."""
    found = NetworkCall.objects.select_related("phone").filter(sid=sid).first()
    if found is None:
        return problem(20404, "The requested resource was not found", status=404)
    if request.method == "POST" and request.POST.get("Status") in {"completed", "canceled"}:
        calls.finish(found, request.POST["Status"])
    return JsonResponse(_call_json(found))


@for_account
@require_http_methods(["GET", "DELETE"])
def recording(request: HttpRequest, sid: str, form: str) -> HttpResponse:
    """One recording as data or audio; DELETE erases it, and from then on it is not found."""
    found = NetworkRecording.objects.filter(sid=sid).first()
    if found is None:
        return problem(20404, "The requested resource was not found", status=404)
    if request.method == "DELETE":
        found.delete()
        return HttpResponse(status=204)
    if form == "mp3":
        return HttpResponse(bytes(found.audio), content_type="audio/mpeg")
    return JsonResponse({"sid": found.sid, "call_sid": found.call.sid, "duration": str(found.seconds)})


def _between(rows: QuerySet[Any], request: HttpRequest, field: str) -> QuerySet[Any]:
    """The filters To, From and `field`>, newest first."""
    if to := request.GET.get("To"):
        rows = rows.filter(phone__number=to)
    if request.GET.get("From", settings.TWILIO_NUMBER) != settings.TWILIO_NUMBER:
        return rows.none()
    if since := _moment(request.GET.get(f"{field}>", "")):
        rows = rows.filter(created_at__gte=since)
    return rows.select_related("phone").order_by("-created_at")[:200]


def _moment(text: str) -> datetime | None:
    day = parse_date(text) if len(text) == len("2026-12-01") else None
    moment = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001 - made aware below
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def _page(name: str, rows: list[dict[str, Any]]) -> JsonResponse:
    return JsonResponse({name: rows, "next_page_uri": None, "page": 0, "page_size": 200, "start": 0, "end": len(rows)})


def _sms_json(sms: NetworkSms) -> dict[str, Any]:
    return {
        "sid": sms.sid,
        "account_sid": settings.TWILIO_ACCOUNT_SID,
        "from": settings.TWILIO_NUMBER,
        "to": sms.phone.number,
        "body": sms.body,
        "status": sms.status,
        "error_code": sms.error_code,
        "direction": "outbound-api",
        "num_segments": "1",
        "date_created": format_datetime(sms.created_at),
        "date_sent": format_datetime(sms.created_at),
        "date_updated": format_datetime(sms.created_at),
        "api_version": "2010-04-01",
    }


def _call_json(one: NetworkCall) -> dict[str, Any]:
    return {
        "sid": one.sid,
        "account_sid": settings.TWILIO_ACCOUNT_SID,
        "from": settings.TWILIO_NUMBER,
        "to": one.phone.number,
        "status": one.status,
        "direction": "outbound-api",
        "date_created": format_datetime(one.created_at),
        "start_time": format_datetime(one.created_at),
        "api_version": "2010-04-01",
    }


def _afterwards(step: Callable[[], None]) -> None:
    """Carry on when the answer is out, as a network does; tests carry by hand (SIMULATOR_CARRIES = False)."""
    if not getattr(settings, "SIMULATOR_CARRIES", True):
        return

    def run() -> None:
        try:
            step()
        finally:
            connection.close()

    threading.Timer(0.3, run).start()
