"""Everything at once: the house with the telephone network in a box, as in a demonstration."""

from django.urls import include, path

from lotsen.urls import handler400, handler500, urlpatterns

__all__ = ["handler400", "handler500", "urlpatterns"]
if not any(str(pattern.pattern) == "telefonnetz/" for pattern in urlpatterns):
    urlpatterns = [*urlpatterns, path("telefonnetz/", include("lotsen.messages.simulator.urls"))]
