import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def points(words: str, usual: int) -> models.SmallIntegerField:
    return models.SmallIntegerField(default=usual, verbose_name=words)


def person(**fields: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **fields
    )


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0010_waves"),
        ("volunteers", "0002_topics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MatchingRound",
            fields=[
                ("id", key()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "wartet"),
                            ("running", "läuft"),
                            ("solved", "fertig"),
                            ("failed", "gescheitert"),
                            ("stopped", "abgebrochen"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("seconds", models.PositiveSmallIntegerField(default=10)),
                ("progress", models.JSONField(default=dict, help_text="value, bound, seconds, curve")),
                (
                    "result",
                    models.JSONField(
                        default=dict,
                        help_text="visits, unserved, value, bound, most_served, first_come, served, asked, seconds, help",
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, help_text="how many workers have taken it up"),
                ),
                ("problem_sentence", models.TextField(blank=True, help_text="why it failed, for the coordinator")),
                ("requested_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("heartbeat_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("stop_asked_at", models.DateTimeField(null=True)),
                ("requested_by", person(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(1),
                        condition=models.Q(("state__in", ["queued", "running"])),
                        name="one_round_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchingWeights",
            fields=[
                ("id", key()),
                ("waiting_day", points("ein Tag Wartezeit", 4)),
                ("level", points("eine Stufe im Thema", 30)),
                ("later_day", points("ein Tag später", -6)),
                ("known", points("ein früherer Besuch bei der Person", 40)),
                ("most_known", points("so viele frühere Besuche zählen höchstens", 2)),
                ("wished_for", points("ausdrücklich gewünscht", 60)),
                ("recent_visit", points("ein Besuch der letzten vier Wochen", -6)),
                ("minute", points("eine Minute Weg", -2)),
                ("served", points("Runde: eine Anfrage bekommt einen Termin", 1000)),
                ("round_known", points("Runde: die beiden kennen sich", 80)),
                ("kilometre", points("Runde: ein Kilometer Weg", -8)),
                ("load", points("Runde: jeder weitere Besuch derselben Person kostet", 6)),
                ("at", models.DateTimeField()),
                ("by", person(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RoundWish",
            fields=[
                ("id", key()),
                ("is_excluded", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("by", person()),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="round_wishes",
                        to="bookings.homevisit",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="volunteers.volunteer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("visit", "volunteer"), name="round_wish_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_excluded", False)), fields=("visit",), name="one_pin_a_visit"
                    ),
                ],
            },
        ),
    ]
