"""The pages of the look alone, so that its tests stand on no room."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path

START = {
    "stop_count": 48,
    "deviations": [{"stop": "Bibliothek Gruna", "text": "Der Termin fällt heute aus."}],
}


def start(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "public/start.html", START)


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("name", ""))


urlpatterns = [
    path("", start, name="start"),
    path("mein-platz/", start, name="desk"),
    path("kaputt/", broken),
    path("echo/", echo),
    path("", include("lotsen.page_urls")),
    path("konto/", include("allauth.urls")),
]
handler400 = "lotsen.pages.bad_request"
handler500 = "lotsen.pages.server_error"
