from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import team

urlpatterns: list[URLPattern] = [
    path("team/", team.day, name="team-day"),
    path("team/schulung/<str:reference>/", team.log, name="team-log"),
]
