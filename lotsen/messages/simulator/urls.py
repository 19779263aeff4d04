"""Addresses of the telephone network in a box; only there with LOTSEN_SIMULATOR=1."""

from django.urls import path

from lotsen.messages.simulator import rest, views

app_name = "simulator"
ACCOUNT = "api/2010-04-01/Accounts/<str:account>"
urlpatterns = [
    path("", views.phones, name="phones"),
    path("telefon/", views.new_phone, name="new_phone"),
    path("telefon/<int:pk>/", views.phone, name="phone"),
    path("telefon/<int:pk>/sms/", views.write_sms, name="write_sms"),
    path("telefon/<int:pk>/schalter/", views.switch, name="switch"),
    path("telefon/<int:pk>/anrufen/", views.dial, name="dial"),
    path("anruf/<int:pk>/", views.act, name="act"),
    path("brief/<uuid:pk>.pdf", views.letter_pdf, name="letter_pdf"),
    path(f"{ACCOUNT}/Messages.json", rest.messages, name="rest_messages"),
    path(f"{ACCOUNT}/Messages/<str:sid>.json", rest.message, name="rest_message"),
    path(f"{ACCOUNT}/Recordings/<str:sid>.<str:form>", rest.recording, name="rest_recording"),
    path(f"{ACCOUNT}/Calls.json", rest.call_list, name="rest_calls"),
    path(f"{ACCOUNT}/Calls/<str:sid>.json", rest.call, name="rest_call"),
]
