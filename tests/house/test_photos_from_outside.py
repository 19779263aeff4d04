"""Hostile files at every entrance for photos: refused in a sentence, or kept as a small new JPEG and nothing else.

A new form with a file must be named here or in `OTHER_FILES`.
"""

from __future__ import annotations

import io
import re
import struct
import tracemalloc
import zipfile
import zlib

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin

from lotsen.kernel.pictures import MOST_BYTES, plain_picture
from lotsen.people.models import Card, Role
from tests.house import tree
from tests.people import NOW, make_user, make_volunteer
from tests.touring.city import make_city, make_published
from touring.models import StopPhoto

pytestmark = pytest.mark.django_db
OTHER_FILES = {"bookings/forms/imports.py": "lists of a city, read by lotsen.kernel.tables, never shown as they came"}
SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


# --- files ----------------------------------------------------------------------------------------------


def picture(kind="JPEG", size=(600, 800), mode="RGB", **options):
    drawn = io.BytesIO()
    Image.new(mode, size, 0 if mode in ("P", "1", "L") else None).save(drawn, kind, **options)
    return drawn.getvalue()


def claims(side):
    """A tiny PNG whose head claims so many pixels a side: unpacked it would fill the memory."""
    data = bytearray(picture("PNG", (1, 1), "1"))
    data[16:24] = struct.pack(">II", side, side)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


def zipped():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("evil.html", SCRIPT)
    return packed.getvalue()


def with_exif():
    exif = Image.Exif()
    exif[0x010F] = "Kamera von Erika"
    exif[0x010E] = SCRIPT.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 3.0, 0.0), 3: "E", 4: (13.0, 44.0, 0.0)})
    return picture(exif=exif)


def with_png_words():
    words = PngImagePlugin.PngInfo()
    words.add_itxt("Comment", SCRIPT.decode())
    words.add_text("Author", "Erika")
    return picture("PNG", pnginfo=words)


def bomb_of_words():
    """A PNG whose compressed comment unpacks to two hundred megabytes."""
    squeezed = zlib.compress(b"A" * 200_000_000, 9)
    body = b"zTXt" + b"Comment\0\0" + squeezed
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    plain = picture("PNG")
    return plain[:33] + chunk + plain[33:]


def animated():
    frames = [Image.new("RGB", (60, 80), colour) for colour in ("red", "green", "blue")]
    drawn = io.BytesIO()
    frames[0].save(drawn, "PNG", save_all=True, append_images=frames[1:])
    return drawn.getvalue()


REFUSED = {
    "empty": ("foto.jpg", lambda: b""),
    "svg": ("foto.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "svg as jpg": ("foto.jpg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "html as jpg": ("foto.jpg", lambda: b"<!doctype html>" + SCRIPT),
    "pdf": ("foto.jpg", lambda: b"%PDF-1.7\n%%EOF"),
    "pdf and zip": ("foto.jpg", lambda: b"%PDF-1.7\n" + zipped()),
    "gif": ("foto.gif", lambda: picture("GIF")),
    "gif and script": ("foto.jpg", lambda: b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)"),
    "webp": ("foto.webp", lambda: picture("WEBP")),
    "tiff": ("foto.tif", lambda: picture("TIFF")),
    "bmp": ("foto.bmp", lambda: picture("BMP")),
    "heic": ("foto.heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100),
    "cut off": ("foto.jpg", lambda: picture()[:400]),
    "only a head": ("foto.jpg", lambda: b"\xff\xd8\xff\xe0"),
    "50,000 a side": ("foto.png", lambda: claims(50_000)),
    "2^31 a side": ("foto.png", lambda: claims(2**31 - 1)),
    "bomb of words": ("foto.png", bomb_of_words),
    "100 MB": ("foto.jpg", lambda: picture() + b"\0" * 100_000_000),
    "just too large": ("foto.jpg", lambda: picture() + b"\0" * MOST_BYTES),
    "eicar": ("foto.jpg", lambda: rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"),
}
KEPT = {
    "jpeg and zip": ("foto.jpg", lambda: picture() + zipped()),
    "jpeg and script": ("foto.jpg", lambda: picture(comment=SCRIPT) + SCRIPT),
    "exif with place": ("foto.jpg", with_exif),
    "words in png": ("foto.png", with_png_words),
    "png and script": ("foto.png", lambda: picture("PNG") + SCRIPT),
    "cmyk": ("foto.jpg", lambda: picture(mode="CMYK")),
    "grey": ("foto.png", lambda: picture("PNG", mode="L")),
    "palette": ("foto.png", lambda: picture("PNG", mode="P")),
    "animated": ("foto.png", animated),
    "png as jpg": ("foto.jpg", lambda: picture("PNG")),
    "jpeg as svg": ("foto.svg", picture),
    "jpeg as php": ("foto.jpg.php", picture),
    "way up": ("../../../etc/passwd", picture),
    "right to left": ("foto\u202egnp.exe", picture),
    "long name": ("f" * 300 + ".jpg", picture),
}


# --- entrances ------------------------------------------------------------------------------------------


def card_photo(client, name, data, kind):
    """The card of somebody who goes to people; what is kept, and what the page answered."""
    user = make_volunteer().user
    sent = {"valid_until": "2027-11-25", "has_agreed": "on", "photo": SimpleUploadedFile(name, data, kind)}
    answer = client.post(reverse("bookings:card", args=[user.pk]), sent)
    return answer, [bytes(card.photo) for card in Card.objects.filter(photo__isnull=False)], Card.objects.count()


def stop_photo(client, name, data, kind):
    make_city()
    make_published()
    sent = {"description": "Der Eingang", "photo": SimpleUploadedFile(name, data, kind)}
    answer = client.post(reverse("touring:stop-photo-edit", args=["S1"]), sent)
    return answer, [bytes(photo.data) for photo in StopPhoto.objects.all()], StopPhoto.objects.count()


ENTRANCES = {"bookings/forms/cards.py": card_photo, "touring/forms/settings.py": stop_photo}


@pytest.fixture
def browser(client):
    client.force_login(make_user(Role.COORDINATOR))
    return client


@pytest.mark.parametrize("entrance", ENTRANCES.values(), ids=["card", "stop"])
@pytest.mark.parametrize("what", REFUSED)
def test_refused_in_a_sentence_and_nothing_is_kept(browser, entrance, what):
    name, made = REFUSED[what]
    answer, kept, count = entrance(browser, name, made(), "image/jpeg")
    assert answer.status_code in (409, 422)
    assert (kept, count) == ([], 0)
    assert re.search(r"kein Foto|größer als 5 MB|zu viele Bildpunkte|leer", answer.content.decode())


@pytest.mark.parametrize("entrance", ENTRANCES.values(), ids=["card", "stop"])
@pytest.mark.parametrize("what", KEPT)
@pytest.mark.parametrize("kind", ["image/jpeg", "text/html"])
def test_kept_as_a_new_jpeg_and_nothing_else(browser, entrance, what, kind):
    name, made = KEPT[what]
    answer, kept, _count = entrance(browser, name, made(), kind)
    assert answer.status_code == 302
    (data,) = kept
    assert only_pixels(data)
    assert len(data) < 60_000


def only_pixels(data):
    """A JPEG of which every segment draws: no EXIF, no comment, no profile, nothing behind its end."""
    image = Image.open(io.BytesIO(data))
    segments, place = [], 2
    while data[place + 1] != 0xDA:
        segments.append(data[place + 1])
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    draws = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD}
    bad = (b"script", b"Erika", b"PK\x03\x04", b"EICAR", b"evil")
    return (
        image.format == "JPEG"
        and not dict(image.getexif())
        and set(segments) <= draws
        and data.endswith(b"\xff\xd9")
        and data.count(b"\xff\xd9") == 1
        and not any(word in data for word in bad)
    )


def test_control_as_they_came_the_files_carry_more_than_pixels():
    assert [
        what for what in ("jpeg and zip", "jpeg and script", "exif with place") if only_pixels(KEPT[what][1]())
    ] == []
    assert only_pixels(picture())


def test_a_picture_at_the_limit_costs_little_memory():
    data = picture("PNG", (7000, 7000), "1")
    tracemalloc.start()
    plain_picture(data)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100_000_000


def test_every_form_that_takes_a_file_stands_here():
    forms = [
        path for room in ("bookings", "touring", "volunteers", "lotsen") for path in (tree.ROOT / room).rglob("*.py")
    ]
    found = {
        str(path.relative_to(tree.ROOT))
        for path in forms
        if "forms" in str(path) and re.search(r"\b(?:File|Image)Field\b", path.read_text())
    }
    assert found == set(ENTRANCES) | set(OTHER_FILES)
