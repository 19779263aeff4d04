import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def who(**fields: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, **{"related_name": "+", **fields}
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0001_users")]

    operations = [
        migrations.CreateModel(
            name="Card",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=9, unique=True)),
                ("token", models.CharField(max_length=26, unique=True)),
                (
                    "first_name",
                    models.CharField(help_text="all that the public check shows of the name", max_length=60),
                ),
                ("photo", models.BinaryField(help_text="JPEG, small; by consent", null=True)),
                ("photo_agreed_at", models.DateTimeField(null=True)),
                ("valid_until", models.DateField(help_text="the last day")),
                ("issued_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_because", models.CharField(blank=True, max_length=20)),
                ("issued_by", who(null=True)),
                ("revoked_by", who(null=True)),
                ("user", who(related_name="cards")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)), fields=("user",), name="one_card_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^[1-9][0-9]{8}$")), name="card_number_of_nine_digits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("photo__isnull", True), ("photo_agreed_at__isnull", False), _connector="OR"
                        ),
                        name="card_photo_by_consent",
                    ),
                ]
            },
        ),
    ]
