"""What a page weighs on the wire: compressed, the shared kit counted once and apart."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command

# What every page asks for and the browser then keeps. Faces are compressed already.
KIT = (
    "kern/kern.min.css",
    "lotsen/lotsen.css",
    "lotsen/lotsen.js",
    "lotsen/brand.svg",
    "django_htmx/htmx-2.min.js",
    "lotsen/fonts/FiraSans-Regular.woff2",
    "lotsen/fonts/FiraSans-SemiBold.woff2",
    "lotsen/fonts/FiraSans-Bold.woff2",
)
KIT_LIMIT = 260_000
PAGE_LIMIT = 20_000
MAP_PAGE_LIMIT = 100_000
STATIC = re.compile(r'(?:src|href)="/static/([^"?#]+)')
DATA = re.compile(r'data-(?:outlines|markers)="(/[^"]+)"')


def build_kit() -> None:
    """Make stylesheet and faces where they are not current; quick otherwise."""
    call_command("build_assets", verbosity=0)


def static_bytes(name: str) -> int:
    """Bytes of one static file on the wire: gzip for text (brotli is smaller still), faces as they are."""
    body = Path(finders.find(name)).read_bytes()
    return len(body) if name.endswith((".woff2", ".png")) else len(gzip.compress(body, 9))


def kit_bytes() -> dict[str, int]:
    """Bytes of each file of the shared kit."""
    return {name: static_bytes(name) for name in KIT}


def page_bytes(client, url: str) -> int:
    """Bytes of a page beyond the kit: its HTML, its own scripts, styles and pictures, and the data of its map."""
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    html = response.content.decode()
    own = {name for name in STATIC.findall(html) if name not in KIT}
    data = [client.get(path.replace("&amp;", "&")) for path in set(DATA.findall(html))]
    return (
        len(gzip.compress(response.content, 9))
        + sum(static_bytes(name) for name in own)
        + sum(len(gzip.compress(answer.content, 9)) for answer in data)
    )
