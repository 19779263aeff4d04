import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils.crypto import salted_hmac

BATCH = 1000


def remember_words(apps: Any, schema_editor: Any) -> None:
    """Words that were given before are not given to the same person again."""
    visit, given = apps.get_model("bookings", "HomeVisit"), apps.get_model("bookings", "GivenWord")
    words = visit.objects.exclude(code_word="").values_list("client_id", "code_word", "requested_at")
    rows = (
        given(
            client_id=client_id,
            word_hash=salted_hmac("bookings.words", f"client {client_id}:{word}", algorithm="sha256").hexdigest(),
            given_at=at,
        )
        for client_id, word, at in words.iterator(chunk_size=BATCH)
    )
    given.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


SATISFIED = models.CharField(blank=True, choices=[("yes", "ja"), ("partly", "zum Teil"), ("no", "nein")], max_length=10)
ABILITY = models.CharField(
    blank=True, choices=[("alone", "allein"), ("with_help", "mit Hilfe"), ("not_yet", "noch nicht")], max_length=10
)


class Migration(migrations.Migration):
    dependencies = [("bookings", "0007_proposals_and_post")]

    operations = [
        migrations.AddField(
            model_name="homevisit",
            name="word_told_at",
            field=models.DateTimeField(help_text="when the person said they know it; a letter tells too", null=True),
        ),
        migrations.CreateModel(
            name="GivenWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word_hash", models.CharField(max_length=64)),
                ("given_at", models.DateTimeField()),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="bookings.client"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["given_at"], name="given_word_age")],
                "constraints": [models.UniqueConstraint(fields=("client", "word_hash"), name="word_once_a_person")],
            },
        ),
        migrations.RunPython(remember_words, migrations.RunPython.noop),
        migrations.CreateModel(
            name="SurveyToken",
            fields=[
                ("token_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("month", models.DateField(help_text="the first of the month of the visit")),
                ("district", models.CharField(blank=True, max_length=15)),
            ],
            options={"indexes": [models.Index(fields=["month"], name="survey_token_month")]},
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("district", models.CharField(blank=True, max_length=15)),
                ("satisfied", SATISFIED.clone()),
                ("ability", ABILITY.clone()),
                ("remark", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("satisfied", ""), _negated=True),
                            models.Q(("ability", ""), _negated=True),
                            models.Q(("remark", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="survey_answer_says_something",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="SurveyTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("district", models.CharField(blank=True, max_length=15)),
                ("satisfied", SATISFIED.clone()),
                ("ability", ABILITY.clone()),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "district", "satisfied", "ability"), name="survey_tally_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="SurveyRemark",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("text", models.CharField(max_length=300)),
            ],
        ),
    ]
