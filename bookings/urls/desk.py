from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import calls, desk, figures

urlpatterns: list[URLPattern] = [
    path("hotline/", desk.intake, name="intake"),
    path("hotline/vorschlaege/", desk.suggestions, name="suggestions"),
    path("hotline/entwurf/", desk.draft, name="draft"),
    path("hotline/entwurf/verwerfen/", desk.drop_draft, name="draft-drop"),
    path("hotline/suche/", desk.search, name="search"),
    path("hotline/anfragen/", desk.requests, name="requests"),
    path("hotline/rueckrufe/", calls.call_list, name="calls"),
    path("hotline/rueckrufe/<uuid:pk>/<str:verb>/", calls.call_act, name="call-act"),
    path("hotline/vorgang/<str:reference>/", desk.visit, name="visit"),
    path("hotline/vorgang/<str:reference>/fragen/", desk.ask, name="ask"),
    path("hotline/vorgang/<str:reference>/<str:verb>/", desk.act, name="visit-act"),
    path("koordination/", figures.board, name="board"),
]
