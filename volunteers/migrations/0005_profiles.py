import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0001_addresses"), ("volunteers", "0004_requirements")]

    operations = [
        migrations.AddField(
            model_name="volunteer",
            name="onward",
            field=models.ForeignKey(
                help_text="goes on to here after a visit",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="places.address",
            ),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="pace",
            field=models.CharField(
                choices=[("slow", "langsam"), ("usual", "normal"), ("fast", "zügig")], default="usual", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="rests_in_school_holidays",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="volunteer",
            name="start",
            field=models.ForeignKey(
                help_text="sets out from here, else from home",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="places.address",
            ),
        ),
        migrations.AlterField(model_name="volunteer", name="hours", field=models.CharField(blank=True, max_length=400)),
        migrations.CreateModel(
            name="OtherHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("hours", models.CharField(max_length=100)),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_hours",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("volunteer", "on"), name="other_hours_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("hours", ""), _negated=True), name="other_hours_are_hours"
                    ),
                ]
            },
        ),
    ]
