"""School holidays of Saxony for the school year 2026/27, as the ministry has set them; offices add the next ones.

Source: Sächsisches Staatsministerium für Kultus, "Ferien und unterrichtsfreie Tage", schule.sachsen.de/ferien; the dates
agree with those that schools publish (gs-seifersdorf.de, kalenderpedia.de), looked up in November 2026.
"""

from datetime import date

from django.db import migrations

HOLIDAYS = (
    ("Herbstferien", date(2026, 10, 12), date(2026, 10, 24)),
    ("Weihnachtsferien", date(2026, 12, 23), date(2027, 1, 2)),
    ("Winterferien", date(2027, 2, 8), date(2027, 2, 19)),
    ("Osterferien", date(2027, 3, 26), date(2027, 4, 2)),
    ("Unterrichtsfreier Tag", date(2027, 5, 7), date(2027, 5, 7)),
    ("Pfingstferien", date(2027, 5, 15), date(2027, 5, 18)),
    ("Sommerferien", date(2027, 7, 10), date(2027, 8, 20)),
)


def load(apps, schema_editor):
    school_holiday = apps.get_model("touring", "SchoolHoliday")
    for name, starts_on, ends_on in HOLIDAYS:
        school_holiday.objects.get_or_create(starts_on=starts_on, defaults={"name": name, "ends_on": ends_on})


def unload(apps, schema_editor):
    starts = [starts_on for _name, starts_on, _ends_on in HOLIDAYS]
    apps.get_model("touring", "SchoolHoliday").objects.filter(starts_on__in=starts).delete()


class Migration(migrations.Migration):
    dependencies = [("touring", "0003_steps_touched_runs_resumed")]
    operations = [migrations.RunPython(load, unload)]
