"""What a coordinator does to a draft: move, leave out, pin, undo, redo, tick a call, publish, throw away."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from touring import concerned, drafts, editions, problems, tours, translate
from touring.forms import MoveForm, PinForm
from touring.models import DraftStep, Stop, TourPlan
from touring.planning.problem import Impossible
from touring.queries.closed import dates_that_drop
from touring.views.asked import Asked
from touring.views.board import Notice, board_page, coordinator, plan_or_404
from touring.words import date_words

FOUND, CONFLICT, UNUSABLE = 302, 409, 422
MOST_NAMED = 4
CALLS = "veroeffentlichen"


def _edition(request: HttpRequest) -> int:
    """The edition that this person saw; what is no number is older than any."""
    text = request.POST.get("stand", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


def _back(request: HttpRequest, plan: TourPlan, **changes: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("touring:plan", args=[plan.version]) + Asked.of(request.POST).query(**changes))


def _step(
    request: HttpRequest, plan: TourPlan, act: Callable[[], DraftStep], *, wording: str = "%(step)s"
) -> HttpResponse:
    """One change: back to the board with what was done, or the board with why not and what was typed."""
    try:
        step = act()
    except editions.DraftHasMoved as moved:
        words = _("Inzwischen hat sich der Entwurf geändert. Ihr Zug ist nicht verloren: Bitte sehen Sie ihn neu an.")
        done = tuple(editions.step_words(step) for step in moved.steps)
        return board_page(request, plan, request.POST, notice=Notice(words, done), status=CONFLICT)
    except Refused as refused:
        return board_page(request, plan, request.POST, notice=Notice(refused.sentence), status=UNUSABLE)
    messages.success(request, wording % {"step": step.sentence})
    return _back(request, plan)


def _stop(key: str) -> Stop:
    return get_object_or_404(Stop.objects.select_related("address__district"), key=key, is_active=True)


@coordinator
@require_POST
def move(request: HttpRequest, version: int, key: str) -> HttpResponse:
    """Put a stop where it was tried."""
    plan, stop = plan_or_404(request, version), _stop(key)
    form = _move_form(request, plan, stop)
    if form is None or not form.is_valid():
        return board_page(request, plan, request.POST, status=UNUSABLE)
    placed, edition = form.placed, _edition(request)
    return _step(
        request,
        plan,
        lambda: drafts.move_stop(plan, stop, placed=placed, edition=edition, by=request.user, at=timezone.now()),
        wording=_("Übernommen. %(step)s"),
    )


def _move_form(request: HttpRequest, plan: TourPlan, stop: Stop) -> MoveForm | None:
    """None where no plan is possible at all; the page says why."""
    try:
        problem = problems.problem_behind(plan)
    except Impossible:
        return None
    job = problem.job(stop.key)
    return MoveForm(problem, job, translate.active_teams(), request.POST) if job else None


@coordinator
@require_POST
def leave_out(request: HttpRequest, version: int, key: str) -> HttpResponse:
    """Take a stop out of the draft."""
    plan, stop = plan_or_404(request, version), _stop(key)
    edition = _edition(request)
    return _step(
        request,
        plan,
        lambda: drafts.move_stop(plan, stop, placed=None, edition=edition, by=request.user, at=timezone.now()),
    )


@coordinator
@require_POST
def pin(request: HttpRequest, version: int, key: str) -> HttpResponse:
    """Pin parts of where a stop stands, or let them go."""
    plan, stop = plan_or_404(request, version), _stop(key)
    form = PinForm(request.POST, prefix="fest")
    form.is_valid()
    pins = {name: bool(form.cleaned_data.get(name)) for name in ("team", "weekday", "time")}
    edition = _edition(request)
    answer = _step(
        request,
        plan,
        lambda: drafts.set_pins(plan, stop, **pins, edition=edition, by=request.user, at=timezone.now()),
    )
    if pins["weekday"] and answer.status_code == FOUND:
        _say_what_drops(request, plan, stop)
    return answer


def _say_what_drops(request: HttpRequest, plan: TourPlan, stop: Stop) -> None:
    """A pinned weekday keeps its holidays and closing days too."""
    dates = dates_that_drop(plan, stop, local_date(timezone.now()))
    said = [f"{date_words(day)} ({why})" if why else date_words(day) for day, why in dates[:MOST_NAMED]]
    if not said:
        return
    rest = len(dates) - len(said)
    more = [ngettext("und %(n)d weiterer Tag", "und %(n)d weitere Tage", rest) % {"n": rest}] if rest else []
    sentence = _("An diesem Wochentag fällt der Halt aus am: %(dates)s.")
    messages.warning(request, sentence % {"dates": "; ".join([*said, *more])})


@coordinator
@require_POST
def undo(request: HttpRequest, version: int) -> HttpResponse:
    """Take the last change back."""
    plan, edition = plan_or_404(request, version), _edition(request)
    return _step(
        request,
        plan,
        lambda: drafts.undo(plan, edition=edition, by=request.user, at=timezone.now()),
        wording=_("Rückgängig gemacht: %(step)s"),
    )


@coordinator
@require_POST
def redo(request: HttpRequest, version: int) -> HttpResponse:
    """Do again what was undone last."""
    plan, edition = plan_or_404(request, version), _edition(request)
    return _step(
        request,
        plan,
        lambda: drafts.redo(plan, edition=edition, by=request.user, at=timezone.now()),
        wording=_("Wiederholt: %(step)s"),
    )


@coordinator
@require_POST
def draft_anew(request: HttpRequest, version: int) -> HttpResponse:
    """A new draft like this version."""
    plan = plan_or_404(request, version)
    try:
        draft = drafts.draft_from(plan, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("touring:plan", plan.version)
    words = _("Entwurf %(new)d ist da, gemacht aus Fassung %(old)d.")
    messages.success(request, words % {"new": draft.version, "old": plan.version})
    return redirect("touring:plan", draft.version)


@coordinator
@require_POST
def tick(request: HttpRequest, version: int, key: str) -> HttpResponse:
    """Somebody was called, or was not after all."""
    plan, stop = plan_or_404(request, version), get_object_or_404(Stop, key=key)
    try:
        concerned.tick_called(
            plan, stop, is_told=request.POST.get("angerufen") == "ja", by=request.user, at=timezone.now()
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
    if request.headers.get("HX-Request"):
        context = {"plan": plan, "people": concerned.concerned_by(plan)}
        return TemplateResponse(request, "touring/_concerned.html", context)
    return HttpResponseRedirect(f"{reverse('touring:plan', args=[plan.version])}#{CALLS}")


@coordinator
@require_POST
def publish(request: HttpRequest, version: int) -> HttpResponse:
    """Make a draft what counts; everybody concerned is told in the same step."""
    plan = plan_or_404(request, version)
    try:
        tours.publish_plan(plan, by=request.user, at=timezone.now())
    except tours.DraftIsOutdated as outdated:
        notice = Notice(outdated.sentence, is_outdated=True)
        return board_page(request, plan_or_404(request, version), request.POST, notice=notice, status=CONFLICT)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Fassung %(version)d ist veröffentlicht.") % {"version": plan.version})
    return redirect("touring:plan", plan.version)


@coordinator
@require_POST
def discard(request: HttpRequest, version: int) -> HttpResponse:
    """Throw a draft away."""
    plan = plan_or_404(request, version)
    try:
        tours.discard_draft(plan, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("touring:plan", plan.version)
    messages.success(request, _("Der Entwurf ist weg."))
    return redirect("touring:plans")
