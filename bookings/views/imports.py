"""The coordinator's page for a city's lists: send, look, take over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bookings.forms.imports import ListsForm
from bookings.imports import KINDS
from bookings.imports.uploads import (
    ListGone,
    drop_upload,
    keep_lists,
    outcome_of,
    previewed_lists,
    take_over,
    visible_uploads,
)
from bookings.imports.words import summary
from bookings.models import CityUpload
from lotsen.kernel.errors import Refused
from lotsen.people.access import role_required
from lotsen.people.models import Role
from lotsen.spoken import said

SHOWN_PROBLEMS = 200


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def send_lists(request: HttpRequest) -> HttpResponse:
    """Choose files; then the preview."""
    form = ListsForm(request.POST, request.FILES) if request.method == "POST" else ListsForm()
    if request.method == "POST" and (upload := _kept(request, form)):
        return redirect("bookings:import-preview", upload.token)
    waiting = visible_uploads(request.user)[:5]  # type: ignore[arg-type]
    return TemplateResponse(request, "bookings/import.html", {"form": form, "kinds": _lists(), "waiting": waiting})


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """What taking over would do; corrected files take the place of the former ones."""
    upload = get_object_or_404(visible_uploads(request.user), token=token)  # type: ignore[arg-type]
    form = ListsForm(request.POST, request.FILES) if request.method == "POST" else ListsForm()
    if request.method == "POST" and _kept(request, form, upload):
        return redirect("bookings:import-preview", upload.token)
    return _preview_page(request, upload, form)


@role_required(Role.COORDINATOR)
@require_POST
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Take the lists over."""
    try:
        outcome = take_over(_upload(request, token), by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except ListGone as gone:
        messages.warning(request, gone.sentence)
        return redirect("bookings:import")
    if not outcome.is_written:
        messages.error(request, summary(outcome))
        return redirect("bookings:import-preview", token)
    messages.success(request, summary(outcome))
    return redirect("bookings:import")


@role_required(Role.COORDINATOR)
@require_POST
def drop(request: HttpRequest, token: str) -> HttpResponse:
    """Throw the files away."""
    try:
        drop_upload(_upload(request, token), by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except ListGone as gone:
        messages.warning(request, gone.sentence)
    return redirect("bookings:import")


def _upload(request: HttpRequest, token: str) -> CityUpload:
    """The upload of this person; a missing one and another person's look the same."""
    upload = visible_uploads(request.user).filter(token=token).first()  # type: ignore[arg-type]
    if upload is None:
        raise ListGone
    return upload


def _kept(request: HttpRequest, form: ListsForm, upload: CityUpload | None = None) -> CityUpload | None:
    """Keep what was sent; None, with the reason on the form, where that is refused."""
    if not form.is_valid():
        return None
    try:
        return keep_lists(form.files_and_names(), by=request.user, at=timezone.now(), upload=upload)  # type: ignore[arg-type]
    except Refused as refused:
        form.add_error("files", refused.sentence)
        return None


def _preview_page(request: HttpRequest, upload: CityUpload, form: ListsForm) -> HttpResponse:
    outcome = outcome_of(upload)
    problems = [
        {"file": one.file, "row": one.row, "column": one.column, "sentence": said(one.sentence)}
        for one in outcome.problems[:SHOWN_PROBLEMS]
    ]
    kept = [said(one) for counts in outcome.counts.values() for one in counts.kept]
    context = {
        "form": form,
        "kept": kept[:SHOWN_PROBLEMS],
        "more_kept": max(0, len(kept) - SHOWN_PROBLEMS),
        "upload": upload,
        "outcome": outcome,
        "summary": summary(outcome),
        "lists": previewed_lists(upload, outcome),
        "problems": problems,
        "more_problems": len(outcome.problems) - len(problems),
    }
    return TemplateResponse(request, "bookings/import_preview.html", context)


def _lists() -> list[dict[str, object]]:
    """What each list is called and which columns it needs, for the help on the page."""
    return [
        {
            "label": kind.label,
            "file_name": kind.file_name,
            "needed": [column.name for column in kind.columns() if column.required],
            "possible": [column.name for column in kind.columns() if not column.required],
        }
        for kind in KINDS
    ]
