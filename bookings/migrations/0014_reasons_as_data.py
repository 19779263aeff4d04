"""Reasons of an offer as data, so that they are said in the reader's language; what is there stays as plain text."""

from django.db import migrations, models

TO_DATA = """ALTER TABLE bookings_offer ALTER COLUMN reasons TYPE jsonb USING to_jsonb(reasons)"""
TO_TEXT = """
ALTER TABLE bookings_offer ADD COLUMN reasons_text varchar(200)[] NOT NULL DEFAULT '{}';
UPDATE bookings_offer SET reasons_text = ARRAY(
    SELECT left(CASE jsonb_typeof(one) WHEN 'object' THEN one ->> 'text' ELSE one #>> '{}' END, 200)
    FROM jsonb_array_elements(reasons) AS one
);
ALTER TABLE bookings_offer ALTER COLUMN reasons_text DROP DEFAULT;
ALTER TABLE bookings_offer DROP COLUMN reasons;
ALTER TABLE bookings_offer RENAME COLUMN reasons_text TO reasons
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0013_phone")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TO_DATA, TO_TEXT)],
            state_operations=[
                migrations.AlterField(
                    model_name="offer",
                    name="reasons",
                    field=models.JSONField(
                        blank=True, default=list, help_text="sentences as `as_data` keeps them, or plain text"
                    ),
                )
            ],
        )
    ]
