"""The brand as PNG for home screens, drawn with Pillow from the shapes of `static/lotsen/brand.svg`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

Point = tuple[float, float]
Shape = tuple[str, str, tuple[Point, ...]]

UNITS = 44
FINER = 4
"""Drawn so many times larger and then made small, so that edges are smooth."""
NIGHT, GLOW, WHITE, RED, LAMP = "#0a4c5c", "#8c895a", "#ffffff", "#c8472b", "#f6bd4b"
SHAPES: tuple[Shape, ...] = (
    ("polygon", GLOW, ((22, 13), (4, 8), (4, 18))),
    ("polygon", GLOW, ((22, 13), (40, 8), (40, 18))),
    ("polygon", WHITE, ((18.5, 17), (25.5, 17), (28, 37), (16, 37))),
    ("polygon", RED, ((17.7, 24), (26.4, 24), (27, 29), (17.1, 29))),
    ("rectangle", LAMP, ((18, 10), (26, 17))),
    ("polygon", WHITE, ((17, 10.5), (22, 6), (27, 10.5))),
    ("rectangle", WHITE, ((8, 36.25), (36, 38.75))),
)
CORNER = 12
SAFE = 0.72
"""A maskable icon may be cut to a circle: the drawing keeps within four fifths (W3C manifest, safe zone)."""


def write_icons(target: Path) -> None:
    """Write the icons that the manifest names, and the small white one for the status line."""
    target.mkdir(parents=True, exist_ok=True)
    for size in (180, 192, 512):
        drawn(size).save(target / f"app-{size}.png", optimize=True)
    drawn(512, scale=SAFE, is_full=True).save(target / "app-maskable-512.png", optimize=True)
    badge(96).save(target / "app-badge-96.png", optimize=True)


def drawn(size: int, *, scale: float = 1.0, is_full: bool = False) -> Image.Image:
    """The icon, `size` pixels wide; `is_full` without round corners, `scale` makes what is on it smaller."""
    wide = size * FINER
    image = Image.new("RGBA", (wide, wide), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    radius = 0 if is_full else CORNER * wide / UNITS
    draw.rounded_rectangle((0, 0, wide - 1, wide - 1), radius, fill=NIGHT)
    _put(draw, wide, scale)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def badge(size: int) -> Image.Image:
    """White on nothing: telephones colour it themselves."""
    wide = size * FINER
    image = Image.new("RGBA", (wide, wide), (0, 0, 0, 0))
    _put(ImageDraw.Draw(image), wide, 1.0, colour=WHITE)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _put(draw: ImageDraw.ImageDraw, wide: int, scale: float, colour: str = "") -> None:
    middle = UNITS / 2
    for kind, fill, points in SHAPES:
        placed = [
            ((middle + (x - middle) * scale) * wide / UNITS, (middle + (y - middle) * scale) * wide / UNITS)
            for x, y in points
        ]
        if kind == "polygon":
            draw.polygon(placed, fill=colour or fill)
        else:
            draw.rectangle(placed, fill=colour or fill)
