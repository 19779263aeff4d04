"""What the city's list said of a volunteer at its last import."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0008_once_from_a_page")]

    operations = [
        migrations.AddField(
            "volunteer",
            "listed",
            models.JSONField(default=dict, help_text="what the city's list said at its last import, by column"),
        ),
        migrations.AddField("volunteer", "listed_at", models.DateTimeField(null=True)),
    ]
