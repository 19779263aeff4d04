"""The whole city's doors and one more: the bare view that all others are compared with."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from lotsen import urls


def hello(request: HttpRequest) -> HttpResponse:
    """The least that a view can do; it goes through the same server and the same middleware as every page."""
    return HttpResponse("hello")


urlpatterns = [path("hallo/", hello), *urls.urlpatterns]
handler400 = urls.handler400
handler500 = urls.handler500
