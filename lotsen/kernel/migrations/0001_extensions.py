from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Exclusion constraints over equal and overlapping, search with misspellings, sorting without accents."""

    dependencies = []
    operations = [BtreeGistExtension(), TrigramExtension(), UnaccentExtension()]
