import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_messages_and_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PhoneSpending",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="Tag")),
                ("spent", models.PositiveIntegerField(default=0, verbose_name="ausgegeben")),
                ("warned_at", models.DateTimeField(blank=True, null=True, verbose_name="gewarnt")),
                ("stopped_at", models.DateTimeField(blank=True, null=True, verbose_name="angehalten")),
            ],
            options={
                "verbose_name": "Telefonkosten",
                "verbose_name_plural": "Telefonkosten",
            },
        ),
        migrations.CreateModel(
            name="AgentLine",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="agent_line",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("phone", models.CharField(max_length=20, verbose_name="Telefon")),
                ("is_on", models.BooleanField(default=False, verbose_name="nimmt Anrufe an")),
                ("since", models.DateTimeField(verbose_name="seit")),
                ("free_since", models.DateTimeField(verbose_name="frei seit")),
                ("missed", models.PositiveSmallIntegerField(default=0, verbose_name="nicht abgenommen, in Folge")),
            ],
            options={
                "verbose_name": "Telefon der Hotline",
                "verbose_name_plural": "Telefone der Hotline",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_on", True)), fields=["free_since"], name="outbox_agent_line_free"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PhoneCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sid", models.CharField(max_length=34, unique=True, verbose_name="Nummer beim Anbieter")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="Telefon")),
                ("language", models.CharField(default="de", max_length=5, verbose_name="Sprache")),
                ("arrived_at", models.DateTimeField(verbose_name="angerufen")),
                ("queued_at", models.DateTimeField(blank=True, null=True, verbose_name="wartet seit")),
                ("offered_callback_at", models.DateTimeField(blank=True, null=True, verbose_name="Rückruf angeboten")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="angenommen")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="beendet")),
                (
                    "is_dialled",
                    models.BooleanField(default=False, verbose_name="klingelt am eigenen Telefon der Hotline"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "angenommen"),
                            ("callback", "Rückruf gewünscht"),
                            ("voicemail", "aufgesprochen"),
                            ("abandoned", "aufgelegt beim Warten"),
                            ("closed", "außerhalb der Zeiten"),
                            ("menu", "im Menü erledigt"),
                        ],
                        max_length=10,
                        verbose_name="Ergebnis",
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="answered_calls",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="phone_call",
                        to="outbox.calltask",
                    ),
                ),
            ],
            options={
                "verbose_name": "eingegangener Anruf",
                "verbose_name_plural": "eingegangene Anrufe",
            },
        ),
        migrations.CreateModel(
            name="AgentRing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sid", models.CharField(blank=True, max_length=34, verbose_name="Nummer beim Anbieter")),
                ("rang_at", models.DateTimeField(verbose_name="klingelt seit")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="angenommen")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="beendet")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rings", to="outbox.agentline"
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rings",
                        to="outbox.calltask",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rings",
                        to="outbox.phonecall",
                    ),
                ),
            ],
            options={
                "verbose_name": "Klingeln bei der Hotline",
                "verbose_name_plural": "Klingeln bei der Hotline",
            },
        ),
        migrations.CreateModel(
            name="Voicemail",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sid", models.CharField(max_length=34, verbose_name="Nummer des Anrufs")),
                ("recording_sid", models.CharField(max_length=34, unique=True, verbose_name="Nummer der Aufnahme")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="Telefon")),
                ("seconds", models.PositiveSmallIntegerField(default=0, verbose_name="Sekunden")),
                ("audio", models.BinaryField(blank=True, null=True, verbose_name="Aufnahme")),
                ("received_at", models.DateTimeField(verbose_name="aufgesprochen")),
                ("heard_at", models.DateTimeField(blank=True, null=True, verbose_name="angehört")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="gelöscht")),
                (
                    "provider_erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="beim Anbieter gelöscht"),
                ),
                (
                    "heard_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Anrufbeantworter",
                "verbose_name_plural": "Anrufbeantworter",
            },
        ),
        migrations.AddIndex(
            model_name="phonecall",
            index=models.Index(fields=["arrived_at"], name="outbox_phone_call_arrived"),
        ),
        migrations.AddIndex(
            model_name="phonecall",
            index=models.Index(
                condition=models.Q(
                    ("answered_at__isnull", True), ("ended_at__isnull", True), ("queued_at__isnull", False)
                ),
                fields=["queued_at"],
                name="outbox_phone_call_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["", "answered", "callback", "voicemail", "abandoned", "closed", "menu"])
                ),
                name="outbox_phone_call_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentring",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("line",), name="outbox_ring_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="agentring",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("ended_at__isnull", True)),
                fields=("call",),
                name="outbox_ring_call_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentring",
            constraint=models.CheckConstraint(
                condition=models.Q(("call__isnull", False), ("task__isnull", False), _connector="OR"),
                name="outbox_ring_has_cause",
            ),
        ),
        migrations.AddIndex(
            model_name="voicemail",
            index=models.Index(fields=["received_at"], name="outbox_voicemail_received"),
        ),
        migrations.AddConstraint(
            model_name="voicemail",
            constraint=models.CheckConstraint(
                condition=models.Q(("erased_at__isnull", True), ("audio__isnull", True), _connector="OR"),
                name="outbox_voicemail_erased_is_gone",
            ),
        ),
    ]
