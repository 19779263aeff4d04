"""Runs of the planner."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from touring import states
from touring.models.plans import TourPlan


class PlanRun(models.Model):
    """One run of the planner. The best plan so far is kept in `best`, so that a killed worker loses nothing."""

    class State(models.TextChoices):
        QUEUED = "queued", _("wartet")
        RUNNING = "running", _("läuft")
        SOLVED = "solved", _("fertig")
        FAILED = "failed", _("gescheitert")
        STOPPED = "stopped", _("abgebrochen")

    moves = states.PLAN_RUN

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)

    class Scope(models.TextChoices):
        NEW = "new", _("nur die neuen Haltestellen")
        FEW = "few", _("höchstens einige Haltestellen")
        ALL = "all", _("alles darf sich ändern")

    starts_on = models.DateField()
    ends_on = models.DateField()
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.ALL)
    max_changes = models.PositiveSmallIntegerField(null=True, help_text="with the scope few")
    with_alternatives = models.BooleanField(default=False)
    start_from = models.ForeignKey(
        TourPlan, null=True, on_delete=models.SET_NULL, related_name="+", help_text="a draft whose pins count"
    )
    seconds = models.PositiveSmallIntegerField(default=20)
    tolerance_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="so much may the start of a stop differ from week to week"
    )
    seed = models.PositiveIntegerField(default=1)
    plan = models.ForeignKey(TourPlan, null=True, on_delete=models.SET_NULL, related_name="runs")
    progress = models.JSONField(default=dict, help_text="seconds, iterations, served, unserved, driving, history")
    best = models.JSONField(null=True, help_text="pattern of the best plan so far")
    found = models.JSONField(default=dict, help_text="patterns of alternatives that are finished, by aim")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how many workers have taken it up")
    round = models.PositiveSmallIntegerField(null=True, help_text="of districts as parts; empty before the first")
    round_started_at = models.DateTimeField(null=True)
    round_ends_at = models.DateTimeField(null=True, help_text="nobody waits longer for parts of this round")
    savings = models.JSONField(default=list, help_text="[changes, driving seconds, saved, left out] of further changes")
    problem_sentence = models.TextField(blank=True, help_text="why it failed, for the coordinator")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(state__in=["queued", "running"]), name="one_plan_run_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(scope="few", max_changes__isnull=False) | ~Q(scope="few") & Q(max_changes__isnull=True),
                name="plan_run_few_says_how_many",
            ),
            models.CheckConstraint(condition=Q(tolerance_minutes__lte=60), name="plan_run_tolerance_at_most_an_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.starts_on}"


class PlanRunPart(models.Model):
    """One district of one round of a large run: a job of its own, on whichever machine is free."""

    class State(models.TextChoices):
        QUEUED = "queued", _("wartet")
        RUNNING = "running", _("läuft")
        DONE = "done", _("fertig")
        FAILED = "failed", _("gescheitert")
        DROPPED = "dropped", _("nicht mehr gebraucht")

    moves = states.PLAN_RUN_PART

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="parts")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    teams = models.JSONField(help_text="keys")
    jobs = models.JSONField(help_text="keys of stops")
    seconds = models.FloatField(help_text="to search")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how many workers have taken it up")
    heartbeat_at = models.DateTimeField(null=True)
    pattern = models.JSONField(null=True, help_text="of the district's stops, where it is done")
    steps = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "round", "number"], name="plan_run_part_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.round} {self.number}"
