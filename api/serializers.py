"""What the machine door says: the words of the house, translated, without any rule."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from touring.models import Rhythm, Weekday

WEEKDAYS = [(day.value, day.name.lower()) for day in Weekday]
OFFER_STATES = ["open", "accepted", "declined", "expired", "withdrawn", "returned"]


class StrictChar(serializers.CharField):
    """Text that is text: the framework would take numbers, too."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise ValidationError(
                {name: [ErrorDetail("Dieses Feld gibt es nicht.", code="unknown")] for name in unknown}
            )
        return super().to_internal_value(data)


# --- the public timetable ---------------------------------------------------------------------------


class SlotSerializer(serializers.Serializer[Any]):
    """One fixed time of a stop."""

    weekday = serializers.ChoiceField(choices=WEEKDAYS, help_text="0 is Monday")
    starts = serializers.CharField(help_text='on a Dresden clock: "10:00"')
    ends = serializers.CharField()


class RhythmSerializer(serializers.Serializer[Any]):
    """How often, and when."""

    kind = serializers.ChoiceField(choices=[(one.value, one.name.lower()) for one in Rhythm])
    words = serializers.CharField(help_text='"Jeden zweiten Dienstag, 10 bis 11:30 Uhr"')
    slots = SlotSerializer(many=True)


class StopDateSerializer(serializers.Serializer[Any]):
    """One date of a stop. `reason` is the holiday or closing day; `late_minutes` is announced for that date."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    is_off = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)
    late_minutes = serializers.IntegerField()


class StopSerializer(serializers.Serializer[Any]):
    """A stop of the van with its rhythm and next dates."""

    key = serializers.CharField()
    name = serializers.CharField()
    street = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    district = serializers.CharField(allow_blank=True)
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    step_free = serializers.BooleanField(allow_null=True)
    steps = serializers.IntegerField(allow_null=True)
    rhythm = RhythmSerializer()
    next_dates = StopDateSerializer(many=True, help_text="the next three, with those between that drop out")
    metres = serializers.IntegerField(allow_null=True, help_text="beeline from `near`; null without it")
    url = serializers.URLField()
    calendar_url = serializers.URLField()


# --- a volunteer's offers ---------------------------------------------------------------------------


class OfferSerializer(serializers.Serializer[Any]):
    """An offer as a volunteer may know it before they accept: nothing that points to a person or a house."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=OFFER_STATES, help_text="open: waits for an answer")
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    answer_by = serializers.DateTimeField()
    district = serializers.CharField()
    kilometres = serializers.CharField(allow_blank=True, help_text='half kilometres, rounded up: "2,5"')
    topics = serializers.ListField(child=serializers.CharField())
    needs = serializers.CharField(allow_blank=True)
    wish = serializers.CharField(allow_blank=True)
    reasons = serializers.ListField(child=serializers.CharField())
    code = serializers.CharField(help_text='for an SMS: "JA 4711"')


class AcceptedSerializer(serializers.Serializer[Any]):
    """What was settled by accepting."""

    offer = serializers.IntegerField()
    reference = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class DeclineSerializer(StrictSerializer):
    """Why not; nobody has to say."""

    because = StrictChar(max_length=60, required=False, allow_blank=True, default="")


class EmptySerializer(StrictSerializer):
    """Nothing is to be said."""
