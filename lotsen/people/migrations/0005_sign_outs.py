from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_push")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sign_outs",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="how often all sessions were ended; part of each session"
            ),
        ),
    ]
