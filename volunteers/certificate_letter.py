"""The letter with which a volunteer gets the certificate of good conduct without a fee, as tagged PDF (PDF/UA-1).

Federal Office of Justice, leaflet on the release from the fee: certificates for an honorary activity are free where the
organisation confirms it. The certificate goes to the volunteer, who shows it; we keep no copy.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from lotsen.messages import wording
from lotsen.messages.channels.letter import letter_pdf, together
from lotsen.messages.house import house_words, letter_sender
from lotsen.messages.wording.catalogue import letter_part
from volunteers.models import Volunteer
from volunteers.needed import FRESH_MONTHS


def certificate_letter(volunteer: Volunteer, *, city: str, fonts_dir: Path, at: datetime) -> bytes:
    """One page in German, to the volunteer, who takes it to the citizens' office. `volunteer` with user and home."""
    with override("de"):
        return letter_pdf(_sheet(volunteer, city, at), fonts_dir=fonts_dir, sender=letter_sender(), at=at)


def _sheet(volunteer: Volunteer, city: str, at: datetime) -> dict[str, Any]:
    house, frame, name = house_words("de", at), letter_part("frame", "de"), volunteer.user.name
    home = volunteer.home
    address = [name, f"{home.street} {home.house_number}".strip(), f"{home.postal_code} {home.city}".strip()]
    return {
        "language": "de",
        "large": False,
        "address": [line for line in address if line],
        "small_address": any(len(line) > 32 for line in address),
        "subject": _("Für das Bürgerbüro: Führungszeugnis ohne Gebühr"),
        "blocks": [together(block) for block in _blocks(name, city)],
        "card": None,
        "frame": dict(frame),
        "keep": False,
        "signed": True,
        "info": [[frame["phone"], house["hotline"]], [frame["date"], house["today_long"]]],
        "signature": house["owner_name"],
    }


def _blocks(name: str, city: str) -> list[dict[str, Any]]:
    sure = _(
        "Wir bestätigen: **%(name)s** hilft ehrenamtlich als Lotsin oder Lotse der Stadt %(city)s. Lotsinnen und "
        "Lotsen besuchen ältere Menschen zu Hause und bekommen dafür kein Geld."
    )
    needed = _(
        "Dafür brauchen wir ein Führungszeugnis. Weil die Tätigkeit ehrenamtlich ist, bitten wir Sie, **keine Gebühr** "
        "zu erheben (Merkblatt des Bundesamts für Justiz zur Befreiung von der Gebühr für das Führungszeugnis)."
    )
    return [
        _paragraph(sure % {"name": name.replace("*", ""), "city": city}),
        _paragraph(needed),
        {"style": "heading", "runs": wording.spans(_("So geht es weiter"), {})},
        {
            "style": "steps",
            "items": [
                wording.spans(_("Bringen Sie diesen Brief und Ihren Ausweis in ein Bürgerbüro."), {}),
                wording.spans(_("Das Führungszeugnis kommt mit der Post zu Ihnen nach Hause."), {}),
                wording.spans(
                    _("Zeigen Sie es uns, solange es nicht älter als %(months)d Monate ist. Wir machen keine Kopie.")
                    % {"months": FRESH_MONTHS},
                    {},
                ),
            ],
        },
    ]


def _paragraph(text: str) -> dict[str, Any]:
    return {"style": "paragraph", "runs": wording.spans(text.replace("{", "").replace("}", ""), {})}
