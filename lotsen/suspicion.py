"""What makes a request from the web look like a machine's. It is held then, never dropped: a human looks at it.

Nothing here asks people for anything. Slow, odd and many people from one house are no machines.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from lotsen.kernel.limits import within_limit
from lotsen.places.normalise import fold

TRAP, CROWD, BLIND = "trap", "crowd", "blind"
SIGNS = (TRAP, CROWD, BLIND)
FASTEST = timedelta(seconds=10)
"""Nobody reads and answers a dozen pages faster; who does is looked at by a human first."""
DAY = timedelta(days=1)
SAME_TEXT, SAME_LONG_TEXT = 200, 3
"""So often a day the same words are ordinary: many write the short goal that stands as an example, nobody a letter."""
SHORTEST, LONG = 12, 200
LINKS_IN_A_TEXT = 1
_LINK = re.compile(r"https?://|\bwww\.|\[/?url|<a\b|\b[a-z0-9-]+\.(?:ru|cn|top|xyz|shop|click|info|biz|online|site)\b")


def why_held(*, signs: Collection[str], started_at: datetime, at: datetime, names: str = "", text: str = "") -> str:
    """Why a human should look first, in German for the desk; "" where nothing is strange.

    `names` is what stands in names and the street, `text` what was written freely. Counts the text: the same one many
    times on one day is strange.
    """
    with override("de"):
        return _of_the_way(signs, at - started_at) or _of_the_words(names.lower(), text, at)


def _of_the_way(signs: Collection[str], took: timedelta) -> str:
    if TRAP in signs:
        return _("Ein verstecktes Feld war gefüllt.")
    if BLIND in signs:
        return _("Die Seite war nie geöffnet.")
    if CROWD in signs:
        return _("Von diesem Anschluss kamen sehr viele Anfragen.")
    if took < FASTEST:
        return _("Das Formular war in %(seconds)d Sekunden ausgefüllt.") % {"seconds": int(took.total_seconds())}
    return ""


def _of_the_words(names: str, text: str, at: datetime) -> str:
    if _LINK.search(names) or len(_LINK.findall(text.lower())) > LINKS_IN_A_TEXT:
        return _("Im Text stehen Internet-Adressen.")
    words = re.sub(r"[\W\d_]+", "", fold(text))
    if len(words) < SHORTEST:
        return ""
    is_long = len(words) > LONG or bool(_LINK.search(text.lower()))
    cap = SAME_LONG_TEXT if is_long else SAME_TEXT
    if within_limit("web.text", words, cap=cap, span=DAY, at=at):
        return ""
    return _("Derselbe Text kam heute mehr als %(count)d-mal.") % {"count": cap}
