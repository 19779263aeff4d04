from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import round_weights, rounds

urlpatterns: list[URLPattern] = [
    path("runde/", rounds.overview, name="rounds"),
    path("runde/starten/", rounds.start, name="round-new"),
    path("runde/gewichte/", round_weights.show, name="round-weights"),
    path("runde/wunsch/", rounds.wish, name="round-wish"),
    path("runde/wunsch/<int:pk>/streichen/", rounds.drop_wish, name="round-wish-drop"),
    path("runde/<int:pk>/", rounds.show, name="round"),
    path("runde/<int:pk>/stand/", rounds.state, name="round-state"),
    path("runde/<int:pk>/stoppen/", rounds.stop, name="round-stop"),
    path("runde/<int:pk>/fragen/", rounds.take, name="round-take"),
]
