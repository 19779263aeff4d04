from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("touring.urls")),  # first, because the public timetable is asked for most
    path("", include("volunteers.urls")),
    path("", include("bookings.urls")),
    path("", include("lotsen.page_urls")),
    path("", include("lotsen.messages.urls")),
    path("karte/", include("lotsen.places.urls")),
    path("herausgabe/", include("lotsen.people.urls")),
    path("konto/", include("allauth.urls")),
    path("api/", include("api.urls")),
]
if settings.SIMULATOR:
    urlpatterns.append(path("telefonnetz/", include("lotsen.messages.simulator.urls")))

handler400 = "lotsen.pages.bad_request"
handler500 = "lotsen.pages.server_error"
