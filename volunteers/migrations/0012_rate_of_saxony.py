"""The kilometre where a city has set nothing: the law of Saxony from the day on which it says 20 cents.

Looked up on 27 November 2026 (see docs/operations.md, "Sätze und Grenzen"): SächsRKG section 5 (1), 20 cents since
10 June 2023, 17 cents before (regulation of 3 July 2013), 35 cents for good reasons (2). Section 5 (1) BRKG, 20 cents.
"""

from datetime import date

from django.db import migrations

RATES = [
    ("kilometre", 20, date(2023, 6, 10), "Vorgabe bis die Stadt festlegt: § 5 Abs. 1 SächsRKG, 20 Cent je Kilometer"),
]


def load(apps, schema_editor):
    """What a city has set for that day already stays."""
    rate = apps.get_model("volunteers", "Rate")
    rows = [rate(key=key, cents=cents, valid_from=since, source=source) for key, cents, since, source in RATES]
    rate.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0011_suspended_roles_rest")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
