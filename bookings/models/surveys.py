from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Satisfied(models.TextChoices):
    YES = "yes", _("ja")
    PARTLY = "partly", _("zum Teil")
    NO = "no", _("nein")


class Ability(models.TextChoices):
    ALONE = "alone", _("allein")
    WITH_HELP = "with_help", _("mit Hilfe")
    NOT_YET = "not_yet", _("noch nicht")


class SurveyToken(models.Model):
    """The right to answer once. Only a keyed hash of it is kept; the row is deleted when the answer comes."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    month = models.DateField(help_text="the first of the month of the visit")
    district = models.CharField(max_length=15, blank=True)

    class Meta:
        indexes = [models.Index(fields=["month"], name="survey_token_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class SurveyAnswer(models.Model):
    """An answer in the urn, until it is counted with others. No token, no time, no person; its key is chance."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField()
    district = models.CharField(max_length=15, blank=True)
    satisfied = models.CharField(max_length=10, choices=Satisfied.choices, blank=True)
    ability = models.CharField(max_length=10, choices=Ability.choices, blank=True)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(satisfied="") | ~models.Q(ability="") | ~models.Q(remark=""),
                name="survey_answer_says_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class SurveyTally(models.Model):
    """How many said the same about visits of one month in one district. All that is left of the answers."""

    month = models.DateField()
    district = models.CharField(max_length=15, blank=True)
    satisfied = models.CharField(max_length=10, choices=Satisfied.choices, blank=True)
    ability = models.CharField(max_length=10, choices=Ability.choices, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "district", "satisfied", "ability"], name="survey_tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.count}"


class SurveyRemark(models.Model):
    """What somebody wrote that we could do better, kept apart from their answers and without a place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField()
    text = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
