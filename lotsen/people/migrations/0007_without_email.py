"""A volunteer may be reached by telephone alone: no e-mail address, no sign-in."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("people", "0006_mass_exports")]

    operations = [
        migrations.AlterField(
            "user",
            "email",
            models.EmailField(
                blank=True, help_text="signs in; without one they cannot", max_length=254, verbose_name="E-Mail-Adresse"
            ),
        ),
        migrations.RemoveConstraint("user", "user_email_unique"),
        migrations.AddConstraint(
            "user", models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_unique")
        ),
        migrations.AddConstraint(
            "user", models.CheckConstraint(condition=~Q(email="", phone=""), name="user_can_be_reached")
        ),
    ]
