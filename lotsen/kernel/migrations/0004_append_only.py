from django.db import migrations

TABLES = ("kernel_transition", "kernel_contactread")

GUARD = """
CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

ROW = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""

BACK = "DROP TRIGGER {table}_no_change ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_who_moved_and_who_read")]

    operations = [
        migrations.RunSQL(
            GUARD + "".join(ROW.format(table=table) for table in TABLES),
            "".join(BACK.format(table=table) for table in TABLES) + "DROP FUNCTION kernel_append_only();",
        )
    ]
