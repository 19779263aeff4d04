import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


def write_search_keys(apps, schema_editor):
    """The words that people are found by have changed: write them anew, some thousand people at a time."""
    from bookings.clients import search_key  # noqa: PLC0415 - the words of today are what is wanted

    client_model = apps.get_model("bookings", "Client")
    last = 0
    while batch := list(client_model.objects.filter(pk__gt=last).select_related("address").order_by("pk")[:2000]):
        for client in batch:
            client.search_key = search_key(client)
        client_model.objects.bulk_update(batch, ["search_key"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False  # rows are rewritten before an index is made over them

    dependencies = [
        ("bookings", "0004_reports_of_a_visit"),
        ("touring", "0005_team_shares_vehicle"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="client", name="client_search"),
        migrations.RemoveIndex(model_name="client", name="client_phone"),
        migrations.AddField(
            model_name="client",
            name="large_print",
            field=models.BooleanField(default=False, help_text="letters in 18 pt"),
        ),
        migrations.RemoveField(model_name="client", name="search_key"),
        migrations.AddField(
            model_name="client",
            name="search_key",
            field=django.contrib.postgres.search.SearchVectorField(
                default="", help_text="words to be found by: `clients.search_key`"
            ),
        ),
        migrations.RunPython(write_search_keys, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="client",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["search_key"], name="client_search"
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(models.F("phone"), name="varchar_pattern_ops"),
                name="client_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Reverse("phone"), name="text_pattern_ops"
                ),
                name="client_phone_end",
            ),
        ),
        migrations.AddField(
            model_name="homevisit",
            name="written_on",
            field=models.DateField(help_text="date of the letter that asked for it", null=True),
        ),
        migrations.AddField(
            model_name="homevisit",
            name="request_stop",
            field=models.OneToOneField(
                help_text="where the mobile team comes",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="touring.requeststop",
            ),
        ),
        migrations.CreateModel(
            name="PhoneShare",
            fields=[
                ("only", models.BooleanField(default=True, editable=False, primary_key=True, serialize=False)),
                ("percent", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("only", True)), name="phone_share_one_row"),
                    models.CheckConstraint(condition=models.Q(("percent__lte", 90)), name="phone_share_sane"),
                ]
            },
        ),
    ]
