"""Plans a quarter here and now, without a worker."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lotsen.kernel.calendar import Period, local_date, next_quarter
from lotsen.kernel.errors import Refused
from touring import runs
from touring.models import PlanRun, TourPlan
from touring.planning.solve import Progress
from touring.tours import publish_plan

BAR = 30


class Command(BaseCommand):
    help = "Plant die festen Touren des nächsten Quartals und zeigt, was herauskam."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="erster Tag, z. B. 2027-01-04")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="letzter Tag")
        parser.add_argument("--rest", action="store_true", help="von heute bis zum nächsten Quartal")
        parser.add_argument("--seconds", type=int, default=8, help="so lange wird gesucht")
        parser.add_argument("--publish", action="store_true", help="den Plan gleich veröffentlichen")
        parser.add_argument("--quiet", action="store_true", help="ohne Fortschritt und Bericht")

    def handle(self, *args: Any, **options: Any) -> None:
        self.is_quiet, self.seconds = options["quiet"], options["seconds"]
        try:
            run = self.plan(self.period(options["first"], options["last"], is_rest=options["rest"]))
            if options["publish"]:
                assert run.plan is not None
                publish_plan(run.plan, by=None, at=timezone.now())
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        if not self.is_quiet:
            assert run.plan is not None
            self.report(run, run.plan)

    def period(self, first: date | None, last: date | None, *, is_rest: bool) -> Period:
        today = local_date(timezone.now())
        quarter = next_quarter(today)
        if is_rest:
            quarter = Period(today, quarter.start - timedelta(days=1))
        try:
            return Period(first or quarter.start, last or quarter.end)
        except ValueError as error:
            raise CommandError("Der Zeitraum endet, bevor er beginnt.") from error

    def plan(self, period: Period) -> PlanRun:
        now = timezone.now
        run = runs.request_plan_run(period=period, seconds=self.seconds, by=None, at=now(), is_queued=False)
        watcher = None if self.is_quiet else self.show
        runs.work_on_run(run, now=now, workers=settings.PLANNING_WORKERS, watcher=watcher)
        run.refresh_from_db()
        if run.plan is None:
            raise CommandError(run.problem_sentence or "Die Planung wurde abgebrochen.")
        return run

    def show(self, progress: Progress) -> None:
        done = min(1.0, progress.seconds / self.seconds)
        bar = "█" * round(done * BAR) + "·" * (BAR - round(done * BAR))
        left_out = sum(progress.objective.unserved)
        words = f"{len(progress.plan.placements)} versorgt, {left_out} offen, {progress.objective.cost // 60} min"
        self.stdout.write(f"\r{bar} {progress.seconds:4.1f} s  {words}   ", ending="")
        self.stdout.flush()

    def report(self, run: PlanRun, plan: TourPlan) -> None:
        plan.refresh_from_db()
        served = plan.pattern.values("stop").distinct().count()
        unplanned = list(plan.unplanned.all())
        lines = [
            "",
            f"Fassung {plan.version} ({plan.get_state_display()})",
            f"  Zeitraum                   {plan.starts_on:%d.%m.%Y} bis {plan.ends_on:%d.%m.%Y}",
            f"  Haltestellen versorgt      {served} von {served + len(unplanned)}",
            f"  Fahrt in {plan.cycle_weeks} Wochen         {plan.driving_seconds // 60} Minuten (Schätzung)",
            f"  Warten in {plan.cycle_weeks} Wochen        {plan.idle_seconds // 60} Minuten",
            f"  verletzte Regeln           {plan.violations}",
            f"  verfehlte Wünsche          {plan.missed_wishes}",
            f"  gesucht                    {run.progress.get('seconds', 0)} Sekunden",
            *(f"  nicht versorgt: {row.reason}" for row in unplanned),
        ]
        self.stdout.write("\n".join(lines))
