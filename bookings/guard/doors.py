"""What opens a home: codes at doors and boxes, where a key lies, who has one, a door that is never locked."""

# ruff: noqa: E501, ISC004 - a pattern reads better whole than cut

from __future__ import annotations

import re

from bookings.guard.plain import GAP, RUN, without_harmless_numbers


def is_in(text: str) -> bool:
    """Whether somebody could come in who reads this.

    >>> is_in("schluessel unter der matte"), is_in("schluesselbund gesucht, lag in der handtasche")
    (True, False)
    """
    return any(pattern.search(text) for pattern in (*_KEYS, _MIXED_CODE)) or bool(
        _CODES.search(without_harmless_numbers(text))
    )


_KEY = (
    r"(?<!noten)(?<!wlan)(?<!wlan-)(?<!wlan )(?<!netzwerk)(?:\b(?!noten|wlan|netzwerk|wpa)\w*?schlue?ss?e?ln?(?:bund)?\b|"
    r"\b(?:wohnungs|haus|haustuer|ersatz|zweit|reserve)?-?schl\b|\b(?<!apple )keys?\b)"
)
_UNDER = (
    r"(?:unter[nms]?|hinter[nms]?|neben[m]?|ueber[m]?|in|im|inn?e|auf[ms]?|bei[m]?|am|an|unten|oben|zwischen|vor[m]?|aus|"
    r"under|behind|in|on|at|inside|above|next to)"
)
_SPOT = (
    r"\w*(?:matte|abtreter|fussabtreter|topf|kuebel|kasten|stein|ziegel|schuppen|garage|laube|keller|rahmen|balken|vase|zwerg|"
    r"bank|fensterbrett|fensterladen|fensterbank|sims|haken|regal|tonne|schuh\w*|schrank|flur|carport|rinne|eimer|"
    r"kanne|busch|hecke|treppe|stufe|loch|mauer|dach|dachboden|schublade|brett|hof|balkon|figur|rosenstock|strauch|"
    r"gully|laterne|vogelhaus|haeuschen|beet|garten|terrasse|toepfchen|mat|doormat|pot|flowerpot|stone|box|shed|"
    r"meter|gnome|hook|drawer|bin|shelf|porch|bush|ledge)"
)
_HOLDER = (
    r"(?:\w*nachbar\w*|\w*hausmeister\w*|frau \w+|herr\w* \w+|fr \w+|\w*pflegedienst\w*|tochter|sohn|schwester|enkel\w*|"
    r"verwalt\w*|kiosk|baecker\w*|friseur\w*|neighbou?r\w*|mrs? \w+|caretaker|concierge|daughter|son|sister|brother|niece|friend|gegenueber|nebenan)"
)
_LIES = (
    r"(?:lieg(?:t|en)|haeng(?:t|en)|steckt|leg(?:t|en)|versteck\w*|deponier\w*|hinterleg\w*|klemmt|vergraben|verwahrt|"
    r"befindet sich|findet man|is|are|hidden|hides?|kept|keeps?)"
)
_KEYS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_KEY}(?! ?(?:zum|des|fuer den) erfolg){GAP}{{0,45}}?\b{_UNDER}\b{GAP}{{0,20}}?\b{_SPOT}\b",
        rf"{_KEY} (?:\w+ ){{0,3}}?(?:unter[nm]?|hinter[nm]?|under|behind)\b",
        rf"\b{_UNDER}\b{GAP}{{0,15}}?\b{_SPOT}\b{GAP}{{0,20}}?{_KEY}",
        rf"{_KEY}{GAP}{{0,25}}?\b(?:bei|beim|hat|haben|with|has|zur|zum|kriegt|bekommt)\b {GAP}{{0,20}}?\b{_HOLDER}",
        rf"{_KEY}{GAP}{{0,12}}?\b{_LIES}\b (?:\w+ )?bei[m]?\b",
        rf"\b{_HOLDER}\b{GAP}{{0,12}}?\b(?:hat|haben|has|have|besitzt)\b (?:\w+ ){{0,3}}?{_KEY}(?! vergess| verlor| gesuch)",
        rf"{_KEY}{GAP}{{0,25}}?\b{_LIES}\b (?:immer |noch |jetzt |always )?(?:von )?(?:aussen|draussen|outside|drauszen)",
        rf"{_KEY}{GAP}{{0,30}}?\b(?:versteckt|deponiert|hidden|vergraben)\b",
        rf"\b(?:habe?|ich|wir|i|we|mir)\b{GAP}{{0,30}}?{_KEY}{GAP}{{0,25}}?\b(?:bekommen|mitgenommen|behalten|(?:mit|ueber)?gegeben|"
        r"gekriegt|nachmachen|nachgemacht|ueberlassen|eingesteckt)\b",
        rf"{_KEY}{GAP}{{0,12}}?\b(?:habe?|ich|i)\b{GAP}{{0,15}}?\b(?:bekommen|mitgenommen|behalten|nachmachen|"
        r"eingesteckt|took)\b",
        rf"\b(?:have|got|gave me|took|kept|gab mir|gibt mir)\b (?:\w+ ){{0,2}}?(?:own |spare |eigenen |ersatz)?{_KEY}"
        rf"(?=.*\b(?:home|flat|house|door|wohnung|haus|tuer|next time|naechst\w*))",
        r"\b(?:\w*tuer|door)\b[^.!?]{0,20}\b(?:ist|steht|bleibt|laesst\w*|is|stays|lehnt)\b"
        r"[^.!?]{0,15}\b(?:immer|nie|nachts|tagsueber|stets|always|never)\b[^.!?]{0,15}\b(?:offen|auf|abgeschlossen|"
        r"unverschlossen|open|unlocked|locked|angelehnt|zugeschlossen|zu)\b",
        r"\b(?:schliess\w*|locks?)\b[^.!?]{0,15}\b(?:nie|never)\b[^.!?]{0,15}\b(?:ab|door|zu)\b",
    )
)
_MIXED_CODE = re.compile(
    r"\b(?:\w*tuer|tor|eingangs?|klingel|door|gate|entry)-? ?code\b\W{0,3}(?:\w+ )?(?=\w*\d)(?=\w*[a-z])\w{4,}"
)
_CODES = re.compile(
    r"\b(?:schluess?el-?(?:box|safe|kasten|tresor|depot|kaestchen)|key-? ?(?:box|safe|lock)|lock-?box|\w*tresor|safe|"
    r"(?:zahlen|nummern|vorhaenge)-?schloss|code-?schloss|\w*tuer-?code|tor-? ?code|tastenfeld|tastatur an|zahlenfeld|"
    r"alarm\w*|\w*haustuer|\w*eingangstuer|tuersystem|hoftor|tor|gate|(?:hinter|haus|vorder|neben|keller)?-?eingang|"
    r"garage\w*|kombination|combination|door|kellertuer|klingel-?code|entry code)\b"
    rf"{GAP}{{0,45}}?(?<!\w)(?<!##){RUN}{{2,}}"
)
