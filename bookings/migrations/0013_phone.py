import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

USER = settings.AUTH_USER_MODEL
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
CASCADE = django.db.models.deletion.CASCADE


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0012_safe_return"),
        ("places", "0001_addresses"),
        migrations.swappable_dependency(USER),
    ]

    operations = [
        migrations.AddField(
            "visitreport", "copy", models.CharField(blank=True, help_text="names the page that sent it", max_length=36)
        ),
        migrations.CreateModel(
            name="CalendarEntry",
            fields=[
                ("id", ID.clone()),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "place",
                    models.CharField(blank=True, help_text="short name of the district, never more", max_length=80),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("is_off", models.BooleanField(default=False)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
                ("user", models.ForeignKey(on_delete=CASCADE, related_name="+", to=USER)),
                ("visit", models.ForeignKey(on_delete=CASCADE, related_name="+", to="bookings.homevisit")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "visit"), name="calendar_entry_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="calendar_entry_forwards"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                ("id", ID.clone()),
                (
                    "digest",
                    models.CharField(help_text="SHA-256 of the secret, in hexadecimal", max_length=64, unique=True),
                ),
                ("made_at", models.DateTimeField()),
                ("user", models.OneToOneField(on_delete=CASCADE, related_name="calendar_link", to=USER)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="calendar_link_is_hashed"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShownAddress",
            fields=[
                ("id", ID.clone()),
                ("shown_at", models.DateTimeField()),
                ("address", models.ForeignKey(on_delete=CASCADE, related_name="+", to="places.address")),
                ("user", models.ForeignKey(on_delete=CASCADE, related_name="+", to=USER)),
            ],
            options={
                "indexes": [models.Index(fields=["user", "shown_at"], name="shown_address_count")],
                "constraints": [models.UniqueConstraint(fields=("user", "address"), name="shown_address_once")],
            },
        ),
    ]
