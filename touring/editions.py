"""The edition of a draft counts its changes by hand, so that nobody overwrites what they have not seen."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from lotsen.kernel.calendar import local_date, short_date, spoken_clock
from lotsen.kernel.errors import Refused
from touring.models import DraftStep, TourPlan
from touring.rules import is_draft


class NotADraft(Refused):
    """Only a draft is changed, published or thrown away."""


class DraftHasMoved(Refused):
    """Somebody changed the draft after it was looked at; `steps` are what was done since, the sentence says it."""

    def __init__(self, steps: Sequence[DraftStep]) -> None:
        self.steps = list(steps)
        words = {"steps": " ".join(step_words(step) for step in self.steps)}
        sentence = _("Der Entwurf hat sich geändert. %(steps)s Bitte sehen Sie nach und versuchen Sie es noch einmal.")
        super().__init__(sentence % words)


def step_words(step: DraftStep) -> str:
    """Who did what, when: "Dora Krüger, 26.11., 10 Uhr: Treff Cotta: Mi 14:00, Team Süd → Do 9:00, Team Süd."."""
    at = step.touched_at or step.at
    by = step.touched_by or step.by
    words = {
        "name": by.name if by else _("Das System"),
        "date": short_date(local_date(at)),
        "time": spoken_clock(at),
        "step": step.sentence,
    }
    if step.undone_at is not None:
        return _("%(name)s, %(date)s, %(time)s Uhr: rückgängig gemacht: %(step)s.") % words
    return _("%(name)s, %(date)s, %(time)s Uhr: %(step)s.") % words


def steps_since(plan: TourPlan, edition: int) -> list[DraftStep]:
    """What was done, undone and redone after this edition, in order of time; one query."""
    steps = DraftStep.objects.filter(plan=plan, edition__gt=edition).select_related("by", "touched_by")
    return list(steps.order_by("edition"))


def lock_draft(plan: TourPlan, edition: int | None) -> None:
    """Read the plan anew and keep others waiting until this transaction ends. `edition` None: whatever it is.

    Refuses a plan that is no draft any more (`NotADraft`) and one that somebody has changed (`DraftHasMoved`).
    """
    try:
        plan.refresh_from_db(from_queryset=TourPlan.objects.select_for_update(no_key=True))
    except TourPlan.DoesNotExist:
        raise NotADraft(_("Diesen Entwurf gibt es nicht mehr.")) from None
    if not is_draft(plan):
        raise NotADraft(_("Fassung %(version)d ist kein Entwurf mehr.") % {"version": plan.version})
    if edition is not None and plan.edition != edition:
        raise DraftHasMoved(steps_since(plan, edition))
