import pytest


@pytest.fixture(autouse=True)
def nothing_is_believed_for_long(monkeypatch):
    """Public pages look for changes at every request, not once a second."""
    monkeypatch.setattr("touring.views.kept.STAMP_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages are tested without the built files and their hashed names."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
