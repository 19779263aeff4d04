"""What somebody spoke: played at the desk, marked as heard. Nobody else hears it, each hearing is journalled."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bookings.rules import DESK
from lotsen.kernel.journal import record_reads
from lotsen.messages import telephone
from lotsen.messages.models import Voicemail
from lotsen.people.access import role_required

MP3 = "audio/mpeg"


@role_required(*DESK)
@require_safe
def play(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The recording itself, whole or the part that a player asks for; gone after a week."""
    voicemail = get_object_or_404(Voicemail, pk=pk)
    if voicemail.audio is None:
        raise Http404
    record_reads([voicemail], fields=["audio"], why="voicemail", by=request.user, at=timezone.now())
    return _part(bytes(voicemail.audio), request.headers.get("Range", ""))


def _part(audio: bytes, wanted: str) -> HttpResponse:
    """Players ask for "bytes=0-" or a middle part (RFC 9110, 14.2); anything odd gets the whole."""
    first, dash, last = wanted.removeprefix("bytes=").partition("-")
    is_range = wanted.startswith("bytes=") and dash and first.isdecimal() and (last.isdecimal() or not last)
    start = int(first) if is_range and len(first) < 12 else 0
    end = min(int(last) if is_range and last and len(last) < 12 else len(audio) - 1, len(audio) - 1)
    if not is_range or start > end:
        return HttpResponse(audio, content_type=MP3, headers={"Accept-Ranges": "bytes"})
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end}/{len(audio)}"}
    return HttpResponse(audio[start : end + 1], status=206, content_type=MP3, headers=headers)


@role_required(*DESK)
@require_POST
def heard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark it as heard."""
    voicemail = get_object_or_404(Voicemail, pk=pk)
    telephone.mark_heard(voicemail, by=request.user, at=timezone.now())
    return redirect("bookings:calls")
