"""Who goes along on a first visit stands with the visit, in the room above."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0006_hours")]

    operations = [
        migrations.RemoveConstraint("firstvisit", "first_visit_not_alone"),
        migrations.RemoveField("firstvisit", "companion"),
    ]
