"""Who booked a training is forgotten two years after its date, with what they wrote."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0016_promised_times")]

    operations = [
        migrations.AlterField(
            model_name="training",
            name="booked_by",
            field=models.ForeignKey(
                help_text="empty once forgotten, with what they wrote",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="training",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("booked_by__isnull", False),
                    models.Q(("idempotency_key__isnull", True), ("note", ""), ("room", "")),
                    _connector="OR",
                ),
                name="who_booked_is_forgotten_with_their_words",
            ),
        ),
    ]
