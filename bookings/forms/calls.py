"""Forms of the queue: how a call went, who stands in for whom, at which telephone one sits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.emergency import looks_like_secret
from bookings.queue_words import HELD, PROMISED, TO_CONFIRM, when_words
from lotsen.fields import PhoneField
from lotsen.kernel.calendar import BERLIN, add_working_hours, at_minute, local, local_date, next_working_day
from lotsen.messages.call_tasks import LONGEST_NOTE, Outcome, latest_try
from lotsen.messages.models import CallTask
from lotsen.people.models import Role, User

STEPS = (5, 10, 15, 30, 60, 120, 240)
MORNING, AFTERNOON = 10 * 60, 14 * 60
STAMP = "%Y-%m-%dT%H:%M"


def next_times(task: CallTask, *, at: datetime) -> list[datetime]:
    """When the next call may be: in minutes and hours from now, and on the next working day, as far as is allowed."""
    latest = latest_try(task, at=at)
    soon = [_to_five(at + timedelta(minutes=step)) for step in STEPS]
    day = next_working_day(local_date(at))
    later = [at_minute(day, MORNING), at_minute(day, AFTERNOON)]
    return sorted({moment for moment in [*filter(_in_hours, soon), *later, *soon[:1]] if at < moment <= latest})


def _to_five(moment: datetime) -> datetime:
    """Rounded up to five minutes, so that it can be remembered."""
    full = moment.replace(second=0, microsecond=0)
    return full + timedelta(minutes=-full.minute % 5)


def _in_hours(moment: datetime) -> bool:
    """The hotline sits there."""
    return add_working_hours(moment, 0) == moment


class SettleForm(forms.Form):
    """How a call went, in one choice and one line."""

    outcome = forms.ChoiceField(label=_("Wie ging es aus?"), widget=forms.RadioSelect, required=False)
    again_at = forms.ChoiceField(label=_("Nicht erreicht: noch einmal um"), required=False)
    note = forms.CharField(label=_("Notiz in einem Satz"), max_length=LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, task: CallTask, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{task.pk.hex[:8]}_%s", **kwargs)
        self.task = task
        self.fields["outcome"].choices = [(value, label) for value, label in outcomes_of(task)]
        self.fields["again_at"].choices = list(self._times(task, at))
        self.fields["outcome"].initial = Outcome.TOLD

    def _times(self, task: CallTask, at: datetime) -> Iterator[tuple[str, str]]:
        typed = self.data.get(self.add_prefix("again_at"), "") if self.is_bound else ""
        for moment in next_times(task, at=at):
            yield local(moment).strftime(STAMP), when_words(moment, at=at)
        if _moment(typed) is not None:
            yield typed, typed

    def clean_note(self) -> str:
        """A note without PIN and account number."""
        note = self.cleaned_data["note"]
        if looks_like_secret(note):
            raise forms.ValidationError(_("Bitte keine PIN, keine Passwörter, nichts über Krankheiten."))
        return note

    def settling(self) -> dict[str, Any]:
        """What the verb takes."""
        data = self.cleaned_data
        return {
            "outcome": data["outcome"] or Outcome.TOLD,
            "note": data["note"],
            "again_at": _moment(data["again_at"]),
        }


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=BERLIN)
    except ValueError:
        return None


def outcomes_of(task: CallTask) -> list[tuple[str, Any]]:
    """The choices that make sense for this kind, in its own words."""
    words: dict[str, Any] = dict(Outcome.choices)
    words[Outcome.NOT_REACHED] = _("nicht erreicht, noch einmal um …")
    if task.kind == TO_CONFIRM:
        words |= {Outcome.TOLD: _("möchte Besuch"), Outcome.NOT_NEEDED: _("möchte keinen Besuch")}
    if task.kind in (HELD, PROMISED):
        words.pop(Outcome.NOT_NEEDED)
    return [(str(value), label) for value, label in words.items()]


class _People(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return obj.name


def desk_people() -> Any:
    """Everybody who can sit at the hotline, by name."""
    return User.objects.filter(is_active=True, roles__overlap=[Role.HOTLINE, Role.COORDINATOR]).order_by("name", "pk")


class HandForm(forms.Form):
    """To whom a task goes."""

    to = _People(label=_("Geben an"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = desk_people()


class DeputyForm(forms.Form):
    """Who is away, from when to when, and who does their tasks."""

    user = _People(label=_("Wer ist nicht da?"), queryset=User.objects.none())
    deputy = _People(
        label=_("Wer übernimmt?"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("niemand, die Aufgaben gehen an alle"),
    )
    first_on = forms.DateField(label=_("Erster Tag"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_on = forms.DateField(label=_("Letzter Tag"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = desk_people()
        self.fields["deputy"].queryset = people
        self.fields["user"].queryset = people if by.has_role(Role.COORDINATOR) else people.filter(pk=by.pk)
        self.fields["user"].initial = by.pk


class LineForm(forms.Form):
    """The telephone at which one takes calls."""

    phone = PhoneField(label=_("Ihr Telefon"))
