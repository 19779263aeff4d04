from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_cache_table")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("starts_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["starts_at"], name="tally_age")],
                "constraints": [models.UniqueConstraint(fields=("key", "starts_at"), name="tally_once")],
            },
        ),
    ]
