from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import card_check, cards, surveys

urlpatterns: list[URLPattern] = [
    path("ausweis/", card_check.check, name="card-check"),
    path("ausweis/<str:token>/", card_check.code, name="card-code"),
    path("ausweise/", cards.card_list, name="cards"),
    path("ausweise/drucken/", cards.print_cards, name="cards-print"),
    path("ausweise/<int:pk>/", cards.card, name="card"),
    path("ausweise/<int:pk>/sperren/", cards.revoke, name="card-revoke"),
    path("rueckmeldung/", surveys.survey, name="survey"),
    path("rueckmeldung/danke/", surveys.thanks, name="survey-thanks"),
    path("hotline/rueckmeldung/", surveys.desk_survey, name="survey-desk"),
]
