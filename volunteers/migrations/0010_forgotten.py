"""Who left long ago is forgotten; what was certified stays as it was written."""

from django.db import migrations, models
from django.db.models import Q

GUARD = """
CREATE FUNCTION volunteers_certificate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_differ constant text[] := ARRAY['revoked_at', 'revoked_by_id'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
       AND to_jsonb(NEW) - may_differ = to_jsonb(OLD) - may_differ THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND (OLD.issued_at < now() - interval '3650 days' OR OLD.revoked_at < now() - interval '90 days')
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a certificate stays as it was issued' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER volunteers_certificate_no_change BEFORE UPDATE OR DELETE ON volunteers_certificate
    FOR EACH ROW EXECUTE FUNCTION volunteers_certificate_stays();
CREATE TRIGGER volunteers_certificate_no_truncate BEFORE TRUNCATE ON volunteers_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION volunteers_certificate_stays();
"""
BACK = """
DROP TRIGGER volunteers_certificate_no_change ON volunteers_certificate;
DROP TRIGGER volunteers_certificate_no_truncate ON volunteers_certificate;
DROP FUNCTION volunteers_certificate_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0009_what_the_list_said")]

    operations = [
        migrations.AddField(
            "volunteer",
            "forgotten_at",
            models.DateTimeField(null=True, help_text="left long ago: this row says no more who it was"),
        ),
        migrations.AddConstraint(
            "volunteer",
            models.CheckConstraint(
                condition=Q(("forgotten_at__isnull", True), ("state", "left"), _connector="OR"),
                name="only_who_left_is_forgotten",
            ),
        ),
        migrations.RunSQL(GUARD, BACK),
    ]
