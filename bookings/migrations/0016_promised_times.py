"""What is promised already gets its times, and who was to go along stands with the visit from now on."""

from django.db import IntegrityError, migrations, transaction


def write_times(apps, schema_editor):
    """Touch each promised visit: the trigger writes the rest. A companion who would be in two places is left out; then
    the coordination sees again that one is missing."""
    visits = apps.get_model("bookings", "HomeVisit").objects
    for pk in visits.filter(state="assigned").order_by("pk").values_list("pk", flat=True):
        visits.filter(pk=pk).update(state="assigned")
    firsts = apps.get_model("volunteers", "FirstVisit").objects.filter(companion__isnull=False)
    for reference, user in firsts.order_by("pk").values_list("reference", "companion__user"):
        try:
            with transaction.atomic():
                visits.filter(reference=reference, state="assigned").update(companion=user)
        except IntegrityError:
            continue


def write_back(apps, schema_editor):
    """The volunteer who goes along, in the row of the first visit."""
    firsts, volunteers = apps.get_model("volunteers", "FirstVisit"), apps.get_model("volunteers", "Volunteer")
    visits = apps.get_model("bookings", "HomeVisit").objects.filter(state="assigned", companion__isnull=False)
    for reference, user in visits.values_list("reference", "companion"):
        companion = volunteers.objects.filter(user=user).first()
        firsts.objects.filter(reference=reference).update(companion=companion)


class Migration(migrations.Migration):
    dependencies = [("bookings", "0015_companions"), ("volunteers", "0006_hours")]
    run_before = [("volunteers", "0007_companion_moves_up")]

    operations = [migrations.RunPython(write_times, write_back)]
