"""The machine door: /api/v1/ with its description, webhooks of the telephone network."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView

from api.telephone.urls import urlpatterns as telephone
from api.views import offers, timetable

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("v1/stops/", timetable.StopList.as_view(), name="stops"),
    path("v1/stops/<str:key>/", timetable.StopDetail.as_view(), name="stop"),
    path("v1/offers/", offers.OfferList.as_view(), name="offers"),
    path("v1/offers/<int:pk>/", offers.OfferDetail.as_view(), name="offer"),
    path("v1/offers/<int:pk>/accept/", offers.OfferAccept.as_view(), name="offer-accept"),
    path("v1/offers/<int:pk>/decline/", offers.OfferDecline.as_view(), name="offer-decline"),
    path("telefon/", include(telephone)),
]
