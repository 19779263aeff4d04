"""The doors of the room: how one joins, what was given and thanked."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from volunteers.urls import hours, joining

app_name = "volunteers"
urlpatterns: list[URLPattern | URLResolver] = [
    *joining.urlpatterns,
    *hours.urlpatterns,
]
