"""Hours and expenses are entered once, however often the button is pressed."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0007_companion_moves_up")]

    operations = [
        migrations.AddField(
            "otherwork", "copy", models.CharField(blank=True, help_text="names the page that sent it", max_length=36)
        ),
        migrations.AddField(
            "expense", "copy", models.CharField(blank=True, help_text="names the page that sent it", max_length=36)
        ),
        migrations.AddConstraint(
            "otherwork",
            models.UniqueConstraint(
                condition=~Q(copy=""), fields=("volunteer", "copy"), name="other_work_once_from_a_page"
            ),
        ),
        migrations.AddConstraint(
            "expense",
            models.UniqueConstraint(
                condition=~Q(copy=""), fields=("volunteer", "copy"), name="expense_once_from_a_page"
            ),
        ),
    ]
