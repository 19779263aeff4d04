"""Takes the pictures of the letters for docs/pictures: drawn as they are printed, about 900 px wide.

    python -m tests.letters_pictures [--to docs/pictures]

Needs pdftoppm (poppler-utils); no database.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

WIDTH = 900
AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
POSTAL = "Frau\nKarin Krause\nDorfstraße 26\n01169 Dresden"
WORDS = {
    "salutation": "Guten Tag, Frau Krause,",
    "topic": "Fernseher und Mediathek",
    "duration_words": "eine Stunde",
    "visitor_name": "Waltraud von der Heide",
    "code_word": "Kirschbaum",
    "date_long": "Dienstag, 1. Dezember",
    "deadline_long": "Freitag, 27. November",
    "time": "14:30",
    "reference": "482 615 6",
    "code": "4711",
    "bring_list": "Die Fernbedienung und, wenn Sie haben, Ihre Brille",
    "next_date_long": "Mittwoch, 9. Dezember",
    "next_time": "10",
    "token": "4827 1936",
}
PICTURES = {
    "brief-bestaetigung": "senior_booked",
    "brief-vorschlag": "senior_proposal",
    "brief-absage": "senior_cancelled",
    "karte-zufriedenheit": "satisfaction_card",
}


def main(arguments: list[str]) -> None:
    """Draw each letter, and keep its first page as a picture of few colours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
    import django

    django.setup()
    for name, kind in PICTURES.items():
        take(kind, options.to / f"{name}.png")


def take(kind: str, target: Path) -> None:
    """One letter as a picture."""
    from django.conf import settings

    from lotsen.messages import wording
    from lotsen.messages.channels.letter import letter_pdf, sheet_of
    from lotsen.messages.house import house_words, letter_sender
    from lotsen.messages.models import Message
    from tests.pictures import made_small

    words = wording.needed_only(kind, "letter", "de", WORDS)
    message = Message(
        kind=kind, channel="letter", to=POSTAL, language="de", variables=words, created_at=AT, claimed_at=AT
    )
    sheet = sheet_of(message, house=house_words)
    with tempfile.TemporaryDirectory() as folder:
        paper = Path(folder) / "letter.pdf"
        paper.write_bytes(letter_pdf(sheet, fonts_dir=settings.FONTS_DIR, sender=letter_sender(), at=AT))
        command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
        subprocess.run([*command, str(paper), str(target.with_suffix(""))], check=True, stderr=subprocess.DEVNULL)
    made_small(target)
    print(f"{target.name:28} {target.stat().st_size // 1000:4} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
