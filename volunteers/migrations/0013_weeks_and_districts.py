"""Hours of every second week, and districts to which somebody goes too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0012_rate_of_saxony"), ("places", "0001_addresses")]

    operations = [
        migrations.AddField(
            "volunteer",
            "hours_even",
            models.CharField(blank=True, help_text="besides `hours`, in even ISO weeks only", max_length=400),
        ),
        migrations.AddField(
            "volunteer",
            "hours_odd",
            models.CharField(blank=True, help_text="besides `hours`, in odd ISO weeks only", max_length=400),
        ),
        migrations.AddField(
            "volunteer",
            "districts",
            models.ManyToManyField(
                help_text="goes there too, however far it is", related_name="+", to="places.district"
            ),
        ),
    ]
