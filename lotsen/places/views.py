"""The areas of the map as one small file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from lotsen.places.cells import MapLayers, map_layers

MAX_AGE_SECONDS = 3600


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """GeoJSON of districts or cells; public, cached, with an ETag. No personal data."""
    layers = map_layers()
    etag = f'W/"{layers.version}"'
    if etag in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _document(layers, packed="gzip" in request.headers.get("Accept-Encoding", ""))
    response["ETag"] = etag
    patch_vary_headers(response, ["Accept-Encoding"])
    patch_cache_control(response, public=True, max_age=MAX_AGE_SECONDS)
    return response


def _document(layers: MapLayers, *, packed: bool) -> HttpResponse:
    body = layers.packed if packed else layers.body
    response = HttpResponse(body, content_type="application/geo+json")
    if packed:
        response["Content-Encoding"] = "gzip"
    return response
