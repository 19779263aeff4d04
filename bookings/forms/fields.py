"""Form fields that clean to the words of the house: references, wished times, topics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lotsen.kernel import references
from lotsen.kernel.sentences import NotUnderstood
from lotsen.kernel.windows import OpeningHours, parse_wish
from lotsen.spoken import said
from volunteers.models import Topic


class ReferenceField(forms.CharField):
    """A reference as written or read out, cleaned to seven digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(max_length=60, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return references.parse(text)
        except NotUnderstood as error:
            raise ValidationError(said(error.sentence)) from error


LONGEST_HOURS = 200
SHORT_ENOUGH = 100
"""Letters of a wish whose opening hours always fit their column."""


class WishField(forms.CharField):
    """A wished time in words, cleaned to (`words`, opening hours); ("", None) where any time will do."""

    def clean(self, value: Any) -> tuple[str, OpeningHours | None]:
        text = super().clean(value)
        if not text or text.strip().lower() == "egal":
            return "", None
        try:
            hours = parse_wish(text)
        except NotUnderstood as error:
            raise ValidationError(said(error.sentence)) from error
        if len(str(hours)) > LONGEST_HOURS:
            raise ValidationError(gettext("Das ist zu lang. Möglich sind {limit} Zeichen.").format(limit=SHORT_ENOUGH))
        return text.strip(), hours


class TopicChoices(forms.ModelMultipleChoiceField):
    """Topics by their name."""

    def label_from_instance(self, obj: Topic) -> str:
        return said(obj.name)


class AskedTopics(TopicChoices):
    """What somebody wants help with; the form lays in the topics that are offered."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Wobei helfen wir?"),
            queryset=Topic.objects.none(),
            to_field_name="key",
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Bitte wählen Sie mindestens ein Thema.")},
        )


class AskedTimes(WishField):
    """When it suits them."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Wann passt es?"),
            required=False,
            max_length=120,
            help_text=_("Zum Beispiel: vormittags · Di, Do ab 14 · nicht mittwochs. Leer heißt: egal."),
        )
