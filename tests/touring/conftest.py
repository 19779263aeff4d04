import pytest


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages are tested without the built files and their hashed names."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
