"""Who goes along says so themselves: when, and the code of their SMS."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("bookings", "0017_forgotten_bookings")]

    operations = [
        migrations.AddField(
            "homevisit",
            "companion_code",
            models.CharField(blank=True, default="", help_text="what who goes along answers by SMS", max_length=4),
            preserve_default=False,
        ),
        migrations.AddField(
            "homevisit",
            "companion_confirmed_at",
            models.DateTimeField(help_text="when they said themselves that they come", null=True),
        ),
        migrations.AddConstraint(
            "homevisit",
            models.CheckConstraint(
                condition=Q(companion__isnull=False) | Q(companion_code="", companion_confirmed_at__isnull=True),
                name="only_a_companion_answers",
            ),
        ),
    ]
