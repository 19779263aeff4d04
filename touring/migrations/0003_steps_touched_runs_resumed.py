import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("touring", "0002_board_passport_deviations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="draftstep",
            name="edition",
            field=models.PositiveIntegerField(
                default=0, help_text="of the draft when this was last done, undone or redone"
            ),
        ),
        migrations.AddField(
            model_name="draftstep",
            name="is_overtaken",
            field=models.BooleanField(default=False, help_text="undone, and a newer step stands in its place"),
        ),
        migrations.AddField(model_name="draftstep", name="touched_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="draftstep",
            name="touched_by",
            field=models.ForeignKey(
                help_text="who did that",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planrun",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, help_text="how many workers have taken it up"),
        ),
        migrations.AddField(
            model_name="planrun",
            name="found",
            field=models.JSONField(default=dict, help_text="patterns of alternatives that are finished, by aim"),
        ),
    ]
