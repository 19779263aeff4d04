import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_the_tables_are_what_the_models_say():
    call_command("makemigrations", "places", check=True, dry_run=True, verbosity=0)
