from django.urls import path

from lotsen.people import views

app_name = "people"
urlpatterns = [
    path("", views.export_list, name="exports"),
    path("neu/<slug:kind>/<slug:about>/", views.export_ask, name="export-ask"),
    path("<int:pk>/<str:verb>/", views.export_act, name="export-act"),
]
