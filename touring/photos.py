"""The picture of a stop: taken in, made small, and freed of everything that the camera wrote into it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lotsen.kernel.errors import Refused
from lotsen.kernel.pictures import MOST_BYTES, MOST_PIXELS, NotAPhoto, PhotoTooLarge, jpeg, plain_picture
from lotsen.people.models import User
from touring.models import Stop, StopPhoto, TourPlan

__all__ = ["MOST_BYTES", "MOST_PIXELS", "NotAPhoto", "PhotoNotDescribed", "PhotoTooLarge", "remove_photo", "take_photo"]
LONGEST_SIDE = 1200
QUALITY = 78


class PhotoNotDescribed(Refused):
    """Who does not see the picture must be told what it shows."""


@transaction.atomic
def take_photo(stop: Stop, *, data: bytes, description: str, by: User | None, at: datetime) -> StopPhoto:
    """Keep a picture of a stop, in place of the old one: at most 1,200 pixels, JPEG, without place or camera.

    Refuses what `plain_picture` refuses, and a picture without a description (`PhotoNotDescribed`).
    """
    if not description.strip():
        raise PhotoNotDescribed(_("Bitte beschreiben Sie das Foto für Menschen, die es nicht sehen."))
    picture = plain_picture(data)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    values = {"data": jpeg(picture, quality=QUALITY), "description": description.strip(), "changed_at": at}
    photo, _is_new = StopPhoto.objects.update_or_create(stop=stop, defaults=values)
    _touch(stop, at)
    return photo


@transaction.atomic
def remove_photo(stop: Stop, *, by: User | None, at: datetime) -> None:
    """Take the picture away; where there is none, nothing happens."""
    StopPhoto.objects.filter(stop=stop).delete()
    _touch(stop, at)


def _touch(stop: Stop, at: datetime) -> None:
    """The public pages are kept until a plan that serves the stop changes."""
    TourPlan.objects.filter(state=TourPlan.State.PUBLISHED, pattern__stop=stop).update(changed_at=at)
