import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0004_texts"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RemoveField(
            model_name="letter",
            name="pages",
        ),
        migrations.RemoveField(
            model_name="letter",
            name="pdf",
        ),
        migrations.AddField(
            model_name="letter",
            name="sheet",
            field=models.JSONField(default=dict, verbose_name="Inhalt"),
        ),
        migrations.AddField(
            model_name="letter",
            name="sheet_number",
            field=models.PositiveIntegerField(default=0, verbose_name="Blatt im Druckauftrag"),
        ),
        migrations.CreateModel(
            name="PrintRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "wartet"),
                            ("drawing", "wird gesetzt"),
                            ("ready", "fertig zum Drucken"),
                            ("printed", "gedruckt"),
                            ("posted", "im Briefkasten"),
                            ("failed", "nicht gelungen"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="Stand",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="angefordert")),
                ("letter_count", models.PositiveIntegerField(default=0, verbose_name="Briefe")),
                ("drawn", models.PositiveIntegerField(default=0, verbose_name="davon gesetzt")),
                ("pages", models.PositiveIntegerField(default=0, verbose_name="Seiten")),
                ("pdf", models.BinaryField(null=True, verbose_name="PDF")),
                ("printed_at", models.DateTimeField(blank=True, null=True, verbose_name="gedruckt")),
                ("posted_at", models.DateTimeField(blank=True, null=True, verbose_name="im Briefkasten")),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "Druckauftrag",
                "verbose_name_plural": "Druckaufträge",
            },
        ),
        migrations.AddField(
            model_name="letter",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="letters",
                to="outbox.printrun",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "drawing", "ready", "printed", "posted", "failed"])),
                name="outbox_print_run_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "posted"), _negated=True), ("posted_at__isnull", False), _connector="OR"
                ),
                name="outbox_print_run_posted_has_time",
            ),
        ),
    ]
