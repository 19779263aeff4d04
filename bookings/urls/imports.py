from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import imports

urlpatterns: list[URLPattern] = [
    path("import/", imports.send_lists, name="import"),
    path("import/<str:token>/", imports.preview, name="import-preview"),
    path("import/<str:token>/uebernehmen/", imports.take, name="import-take"),
    path("import/<str:token>/verwerfen/", imports.drop, name="import-drop"),
]
