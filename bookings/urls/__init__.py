"""The doors of the room, a list per kind of user."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from bookings.urls import desk, door, facility, given, guide, imports, post, profile, rounds, team, volunteers, web
from bookings.views import contacts, home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.start, name="start"),
    path("mein-platz/", home.my_place, name="desk"),
    path("konto/email/", contacts.sign_in_addresses, name="account_email"),
    path(
        "",
        include(
            (
                [
                    *post.urlpatterns,
                    *door.urlpatterns,
                    *desk.urlpatterns,
                    *web.urlpatterns,
                    *guide.urlpatterns,
                    *profile.urlpatterns,
                    *given.urlpatterns,
                    *facility.urlpatterns,
                    *team.urlpatterns,
                    *imports.urlpatterns,
                    *rounds.urlpatterns,
                    *volunteers.urlpatterns,
                ],
                "bookings",
            )
        ),
    ),
]
