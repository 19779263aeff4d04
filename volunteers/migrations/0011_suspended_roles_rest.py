"""Who is suspended has no role that opens doors or shows addresses, whoever writes it."""

import django.contrib.postgres.fields
from django.db import migrations, models

REST = """
CREATE FUNCTION volunteers_suspended_roles_rest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.roles && ARRAY['volunteer', 'advisor', 'hotline', 'coordinator']::varchar[] AND EXISTS (
        SELECT FROM volunteers_volunteer WHERE user_id = NEW.id AND state = 'suspended'
    ) THEN
        RAISE EXCEPTION 'suspended_roles_rest: user % is suspended', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suspended_roles_rest BEFORE UPDATE OF roles ON people_user
    FOR EACH ROW EXECUTE FUNCTION volunteers_suspended_roles_rest();
"""
BACK = "DROP TRIGGER suspended_roles_rest ON people_user; DROP FUNCTION volunteers_suspended_roles_rest();"


def let_rest(apps, schema_editor):
    """Who is suspended now keeps no such role either."""
    at_rest = {"advisor", "hotline", "coordinator"}
    for one in apps.get_model("volunteers", "Volunteer").objects.filter(state="suspended").select_related("user"):
        rested = sorted(at_rest & set(one.user.roles))
        one.roles_at_rest = rested
        one.save(update_fields=["roles_at_rest"])
        one.user.roles = [role for role in one.user.roles if role not in {*at_rest, "volunteer"}]
        one.user.save(update_fields=["roles"])


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0010_forgotten"), ("people", "0004_push")]

    operations = [
        migrations.AddField(
            "volunteer",
            "roles_at_rest",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                default=list,
                help_text="other roles that rest while they are suspended",
                size=None,
            ),
        ),
        migrations.RunPython(let_rest, migrations.RunPython.noop),
        migrations.RunSQL(REST, BACK),
    ]
