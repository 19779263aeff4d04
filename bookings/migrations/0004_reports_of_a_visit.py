from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0003_visits_by_slot")]

    operations = [
        migrations.AlterField(
            model_name="visitreport",
            name="visit",
            field=models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="reports", to="bookings.homevisit"),
        ),
    ]
