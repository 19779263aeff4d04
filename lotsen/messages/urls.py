"""Addresses of the outbox's own pages; the city's front door includes them."""

from django.urls import path

from lotsen.messages.views import outbox, texts

app_name = "outbox"
urlpatterns = [
    path("nachrichten/", outbox.messages_page, name="messages"),
    path("texte/", texts.text_list, name="texts"),
    path("texte/<str:channel>/<str:language>/<str:kind>/", texts.text, name="text"),
    path("texte/<str:channel>/<str:language>/<str:kind>/zurueck/", texts.restore, name="text-restore"),
]
