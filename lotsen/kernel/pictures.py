"""Pictures that people send us: read carefully, made small, freed of everything that the camera wrote into them."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from lotsen.kernel.errors import Refused

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""More could fill the memory of a small server when unpacked."""

LONGEST_SIDE = 3000
"""Made so small before anything else is done with it: colours and transparency cost memory for every pixel."""

FORMATS = ("JPEG", "PNG")


class PhotoTooLarge(Refused):
    """The file, or the picture in it, is too large."""


class NotAPhoto(Refused):
    """The file is no picture that we can read."""


def plain_picture(data: bytes) -> Image.Image:
    """The picture upright, on white, and nothing else of the file.

    Refuses files of more than 5 MB or 50 megapixels (`PhotoTooLarge`) and what is neither JPEG nor PNG or is damaged
    (`NotAPhoto`).
    """
    if len(data) > MOST_BYTES:
        raise PhotoTooLarge(_("Das Foto ist größer als 5 MB. Bitte nehmen Sie ein kleineres."))
    try:
        return _pixels(data)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPhoto(_("Diese Datei ist kein Foto, das wir lesen können. Möglich sind JPEG und PNG.")) from error


def jpeg(picture: Image.Image, *, quality: int) -> bytes:
    """The picture as JPEG, without any of the camera's words."""
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=quality, optimize=True, progressive=True)
    return drawn.getvalue()


def _pixels(data: bytes) -> Image.Image:
    """Its size is read before it is unpacked."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_many_pixels()
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return _without_transparency(ImageOps.exif_transpose(image))


def _too_many_pixels() -> PhotoTooLarge:
    return PhotoTooLarge(_("Das Foto hat zu viele Bildpunkte. Bitte nehmen Sie ein kleineres."))


def _without_transparency(image: Image.Image) -> Image.Image:
    """As a new picture: nothing that the file carried besides its pixels comes along."""
    rgba = image.convert("RGBA")
    plain = Image.new("RGB", rgba.size, "#ffffff")
    plain.paste(rgba, mask=rgba.getchannel("A"))
    return plain
