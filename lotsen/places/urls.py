"""Addresses of the map's own files; the city's front door includes them under `karte/`."""

from django.urls import path

from lotsen.places import views

app_name = "places"
urlpatterns = [path("flaechen.json", views.areas, name="areas")]
