from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import volunteers

urlpatterns: list[URLPattern] = [
    path("koordination/lotsen/<str:key>/", volunteers.volunteer, name="volunteer"),
    path("koordination/lotsen/<str:key>/nachweis/<slug:requirement>/", volunteers.show, name="volunteer-show"),
    path("koordination/lotsen/<str:key>/streichen/<int:pk>/", volunteers.strike, name="volunteer-strike"),
    path("koordination/lotsen/<str:key>/sperren/", volunteers.suspend, name="volunteer-suspend"),
    path("koordination/lotsen/<str:key>/zu-zweit/", volunteers.companion, name="volunteer-companion"),
    path("koordination/lotsen/<str:key>/fuehrungszeugnis.pdf", volunteers.letter, name="volunteer-letter"),
    path("koordination/lotsen/<str:key>/stand/<str:verb>/", volunteers.act, name="volunteer-act"),
]
