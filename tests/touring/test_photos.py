import io
import struct
import zlib
from datetime import timedelta

import pytest
from PIL import Image

from tests.touring.city import LATER, make_city, make_published
from touring import photos
from touring.models import Stop, StopPhoto, TourPlan

pytestmark = pytest.mark.django_db
DRESDEN = {1: "N", 2: (51.0, 3.0, 0.0), 3: "E", 4: (13.0, 44.0, 0.0)}


def picture(size=(2400, 1600), kind="JPEG", mode="RGB", **options):
    drawn = io.BytesIO()
    Image.new(mode, size, "#336699").save(drawn, kind, **options)
    return drawn.getvalue()


def huge_by_its_own_word(side):
    """A tiny PNG whose head claims so many pixels a side: unpacked it would fill the memory."""
    data = bytearray(picture((1, 1), "PNG", "1"))
    data[16:24] = struct.pack(">II", side, side)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


def with_exif(orientation=6):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Kamera von Erika"
    exif.get_ifd(0x8825).update(DRESDEN)
    return picture(exif=exif)


def a_stop():
    make_city()
    make_published()
    return Stop.objects.get(key="S1")


def test_a_photo_becomes_small_and_forgets_place_and_camera():
    stop, data = a_stop(), with_exif()
    assert b"Erika" in data
    photos.take_photo(stop, data=data, description=" Der Eingang ", by=None, at=LATER)
    kept = StopPhoto.objects.get()
    image = Image.open(io.BytesIO(bytes(kept.data)))
    assert (image.format, image.size, dict(image.getexif()), kept.description) == (
        "JPEG",
        (800, 1200),  # turned upright as the camera said
        {},
        "Der Eingang",
    )
    assert b"Erika" not in bytes(kept.data)
    assert len(kept.data) < 60_000
    assert TourPlan.objects.get().changed_at == LATER


def test_a_transparent_png_lies_on_white_and_the_second_photo_replaces_the_first():
    stop = a_stop()
    photos.take_photo(stop, data=picture(), description="Alt", by=None, at=LATER)
    drawn = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(drawn, "PNG")
    photos.take_photo(stop, data=drawn.getvalue(), description="Neu", by=None, at=LATER + timedelta(hours=1))
    kept = StopPhoto.objects.get()
    image = Image.open(io.BytesIO(bytes(kept.data)))
    assert (kept.description, image.getpixel((3, 3))) == ("Neu", (255, 255, 255))
    photos.remove_photo(stop, by=None, at=LATER)
    photos.remove_photo(stop, by=None, at=LATER)
    assert StopPhoto.objects.count() == 0


NO_PHOTO = "Diese Datei ist kein Foto, das wir lesen können. Möglich sind JPEG und PNG."


@pytest.mark.parametrize(
    ("data", "refusal", "sentence"),
    [
        (lambda: b"x" * (photos.MOST_BYTES + 1), photos.PhotoTooLarge, "Das Foto ist größer als 5 MB."),
        (lambda: picture((8000, 7000), "PNG", "1"), photos.PhotoTooLarge, "Das Foto hat zu viele Bildpunkte."),
        (lambda: huge_by_its_own_word(200_000), photos.PhotoTooLarge, "Das Foto hat zu viele Bildpunkte."),
        (lambda: b"%PDF-1.7", photos.NotAPhoto, NO_PHOTO),
        (lambda: b"", photos.NotAPhoto, NO_PHOTO),
        (lambda: picture()[:400], photos.NotAPhoto, NO_PHOTO),
        (lambda: picture(kind="GIF"), photos.NotAPhoto, NO_PHOTO),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", photos.NotAPhoto, NO_PHOTO),
    ],
)
def test_files_that_are_refused(data, refusal, sentence):
    stop = a_stop()
    with pytest.raises(refusal) as refused:
        photos.take_photo(stop, data=data(), description="Der Eingang", by=None, at=LATER)
    assert refused.value.sentence.startswith(sentence)
    assert StopPhoto.objects.count() == 0


def test_a_photo_without_a_description_is_refused():
    with pytest.raises(photos.PhotoNotDescribed):
        photos.take_photo(a_stop(), data=picture((9, 9)), description="  ", by=None, at=LATER)
