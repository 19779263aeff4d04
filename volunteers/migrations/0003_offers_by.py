from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0002_topics")]

    operations = [
        migrations.AddField(
            model_name="volunteer",
            name="offers_by",
            field=models.CharField(
                choices=[("now", "sofort"), ("daily", "einmal am Tag"), ("none", "gar nicht")],
                default="now",
                max_length=5,
            ),
        ),
    ]
