"""The picture of a stop: taken in, made small, and freed of everything that the camera wrote into it."""

from __future__ import annotations

import io
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from lotsen.kernel.errors import Refused
from lotsen.people.models import User
from touring.models import Stop, StopPhoto, TourPlan

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""More could fill the memory of a small server when unpacked."""

LONGEST_SIDE = 1200
QUALITY = 78
FORMATS = ("JPEG", "PNG")


class PhotoTooLarge(Refused):
    """The file, or the picture in it, is too large."""


class NotAPhoto(Refused):
    """The file is no picture that we can read."""


class PhotoNotDescribed(Refused):
    """Who does not see the picture must be told what it shows."""


@transaction.atomic
def take_photo(stop: Stop, *, data: bytes, description: str, by: User | None, at: datetime) -> StopPhoto:
    """Keep a picture of a stop, in place of the old one: at most 1,200 pixels, JPEG, without place or camera.

    Refuses files of more than 5 MB or 50 megapixels (`PhotoTooLarge`), what is neither JPEG nor PNG or is damaged
    (`NotAPhoto`), and a picture without a description (`PhotoNotDescribed`).
    """
    if not description.strip():
        raise PhotoNotDescribed(_("Bitte beschreiben Sie das Foto für Menschen, die es nicht sehen."))
    small = _made_small(data)
    values = {"data": small, "description": description.strip(), "changed_at": at}
    photo, _is_new = StopPhoto.objects.update_or_create(stop=stop, defaults=values)
    _touch(stop, at)
    return photo


@transaction.atomic
def remove_photo(stop: Stop, *, by: User | None, at: datetime) -> None:
    """Take the picture away; where there is none, nothing happens."""
    StopPhoto.objects.filter(stop=stop).delete()
    _touch(stop, at)


def _made_small(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise PhotoTooLarge(_("Das Foto ist größer als 5 MB. Bitte nehmen Sie ein kleineres."))
    try:
        plain = _pixels(data)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPhoto(_("Diese Datei ist kein Foto, das wir lesen können. Möglich sind JPEG und PNG.")) from error
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = io.BytesIO()
    plain.save(drawn, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return drawn.getvalue()


def _pixels(data: bytes) -> Image.Image:
    """The picture upright and nothing else of the file; its size is read before it is unpacked."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_many_pixels()
        return _without_transparency(ImageOps.exif_transpose(image))


def _too_many_pixels() -> PhotoTooLarge:
    return PhotoTooLarge(_("Das Foto hat zu viele Bildpunkte. Bitte nehmen Sie ein kleineres."))


def _without_transparency(image: Image.Image) -> Image.Image:
    """On white, as a new picture: nothing that the file carried besides its pixels comes along."""
    rgba = image.convert("RGBA")
    plain = Image.new("RGB", rgba.size, "#ffffff")
    plain.paste(rgba, mask=rgba.getchannel("A"))
    return plain


def _touch(stop: Stop, at: datetime) -> None:
    """The public pages are kept until a plan that serves the stop changes."""
    TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, pattern__stop=stop).update(changed_at=at)
