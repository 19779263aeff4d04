"""Passwords, what somebody signs in with, and where a list of them lies."""

# ruff: noqa: E501, ISC004 - a pattern reads better whole than cut

from __future__ import annotations

import re

from bookings.guard.plain import GAP


def is_in(text: str) -> bool:
    """A password with what belongs to it; "das Passwort ist vergessen" is none.

    >>> is_in("passwort ist bello1"), is_in("passwort ist vergessen"), is_in("kennwoerter liegen in der schublade")
    (True, False, True)
    """
    return any(pattern.search(text) for pattern in _LIES) or any(
        _may_be_one(hit.group("word")) for pattern in _GIVEN for hit in pattern.finditer(text)
    )


def _may_be_one(found: str) -> bool:
    word = found.strip("\"'„“”.,;:!?()=")
    return len(word) > 2 and word not in _HARMLESS and not _NUMBER.fullmatch(word)


_WORD = (
    r"\b(?:\w+-?)?(?:pass?-?w(?:o|oe)rt(?:er|ern|e|es|s)?|passphrase|pass ?words?|kennw(?:o|oe)rt(?:er|ern|es)?|passwd|passw|"
    r"losungsw(?:o|oe)rt|code-?wort|zugangsdaten|anmeldedaten|logindaten|(?:wlan|wifi|wpa|netzwerk|netz)[- ]?"
    r"schluess?e?l|pw|login|log-in)\b"
)
_ODD = r"(?=\S*[a-z])(?=\S*[\d#!$%&*_+])[^\s:/\\]{4,}"
"""Letters with a digit or a sign among them: what passwords look like and words do not."""
_GIVEN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!kein )(?<!no ){_WORD}(?:{GAP}{{0,40}}?\b(?:lautet|ist|heisst|war|is|was)\b|{GAP}{{0,20}}?(?<!nicht)[:=]|"
        rf"{GAP}{{0,40}}?\b(?:geaendert|gesetzt|changed|set|wechselt)\b{GAP}{{0,10}}?\b(?:auf|in|to)\b)[:=\s]*"
        r"(?:immer |jetzt |noch |always |now |der |die |das )*[\"'„“]*(?P<word>[^\s\"'„“]{3,})",
        rf"{_WORD}{GAP}{{0,60}}?(?<!\S)[\"'„“(]*(?P<word>{_ODD})",
        rf"{_WORD}{GAP}{{0,25}}?\b(?:geaendert|geaendert hat|neu|jetzt)\b{GAP}{{0,6}}?\b(?:auf|in|zu)\b\s+[\"'„“]*(?P<word>\S{{3,}})",
        r"(?:^|[.,;] )(?:\w+ )?(?:pw|passwd|passw) (?P<word>[a-z]{4,})(?:$|[.,;])",
        rf"{_WORD}\s+[\"'„“](?P<word>\S{{3,}})",
        rf"(?P<word>(?<!\S)(?:{_ODD}|[\"'„“]\S{{3,}}[\"'“”]))\s+(?:als|ist|fuer das|ist das|ist ihr|ist sein|is the|as)"
        rf"\s+(?:\w+ )?{_WORD}",
        rf"\b(?:als|as)\s+(?:neues )?{_WORD}\s+(?:hab\w* |wir |sie |er |haben )*[\"'„“]*(?P<word>{_ODD})",
        r"\b(?:apple[- ]?id|google-?konto|konto|account|e-?mail|mail|gmx|facebook|ebay|amazon|benutzer\w*|username|"
        rf"angemeldet)\b{GAP}{{0,25}}?\b(?:mit|with|und|and|/)\s(?P<word>(?!\S+@)(?=\S*[a-z])(?=\S*[\d#!$%&*_+])[^\s:/]{{5,}})"
        r"\s?(?:angemeldet|eingeloggt|registriert)",
        r"\b(?:wlan|wifi|wpa|netzwerk|router|netz)\b[- ]?(?:schluess?e?l|code|key)\b\W{0,3}(?:\w+ ){0,2}?"
        r"(?P<word>[a-z\d]{3,}[ \-]?[a-z\d\- ]{4,})",
        rf"\b(?:wlan|wifi|router|fritz ?box|hotspot)\b{GAP}{{0,40}}?\b(?:schluess?e?l|code|key)\b\W{{0,3}}(?P<word>{_ODD})",
        rf"\b(?:zugang|konto|account|anmeldung|benutzer\w*|login)\b{GAP}{{0,40}}?\S+ ?/ ?(?P<word>{_ODD})",
        r"\b(?:sicherheitsfrage|security question|maedchenname|geburtsname)\b[^.!?]{0,20}?[: ](?:der |mutter|ist |is |name )*"
        r"(?P<word>(?!der\b|die\b|den\b|und\b|wurde\b|fuer\b|nicht\b|war\b)[a-z]{4,})$",
    )
)
_NUMBER = re.compile(r"[\d.,:\-/]{1,3}|\d{1,2}[.:]\d{2}|\d+(?:er|x|mal|min|uhr|te|st|nd|rd|th)?|[a-z]+-\d{1,2}")
"""No password: a short number, a time. A long bare number behind "Passwort:" is found as a code."""
_PLACES = (
    r"schublade|schrank|kuechen\w*|fernseher|kuehlschrank|kommode|regal|matratze|kopfkissen|brot\w*|portemonnaie|"
    r"portmonee|geldboerse|brieftasche|geldbeutel|handy-?huelle|huelle|schreibtisch|sekretaer|nachttisch|pinnwand|"
    r"telefonbuch|adressbuch|adressbuechlein|wallet|drawer|fridge|purse|cupboard|desk|back of|by the phone|"
    r"under the|next to|neben dem telefon|beim telefon|unter der tastatur|untern? tastatur|router|rueckseite|unter(?:m|n)? \w+|hinter(?:m|n)? \w+"
)
_LIES = (
    re.compile(
        rf"(?:{_WORD}|\bpins?\b|\bgeheimzahl\w*|\btan-?liste\b){GAP}{{0,30}}?\b(?:steh\w*|lieg\w*|kleb\w*|haeng\w*|notiert|"
        rf"geschrieben|zettel|heft|buch|liste|notebook|written|is|are|in|auf|im)\b{GAP}{{0,35}}?\b\w*(?:{_PLACES})\b"
    ),
)
_HARMLESS = frozenset(
    """
    abgelaufen allein allen also alle am and anders auch aufgeschrieben aufschreiben bei beim bekannt da daheim
    dafuer dann das dass dem den der des die doch dran ein eine einem einen einer er erst es etwas falsch fertig
    fuer geaendert geheim geheimnis gemeinsam gemerkt gesagt gespeichert gesperrt geuebt gut guten hat haben
    heft hier hilfe ich ihm ihr ihre ihrem ihren ihrer im immer inzwischen jetzt kein keine klar kompliziert kurz
    lang lange leider leicht man mehr mit nach neu neue neues nicht nichts nie niemand noch nun nur ob oder ohne
    papier quatsch richtig ruhe schon schwer schwierig sehr sein seinem seinen seiner selber selbst sicher sie
    sohn tochter thema uebung umstaendlich unbekannt und uns unklar verboten vergessen verlegt verloren vom von
    vorhanden wechseln weg weil weiter welches wenn wichtig wie wieder wir wissen wohl zettel zu zuhause zum zur
    zuerst zurueckgesetzt zurueck zweimal
    brief erklaert erledigt gefragt gehoert steht stimmt stimmte vergeben
    a again an at but by difficult done fine forgotten for from gone hard her hers herself his important in it lost
    missing my new no not now of ok okay on only our private reset secret she he still strong taboo that the their
    them this too unknown very weak with wrong yes you your himself themselves changed saved working
    """.split()  # noqa: SIM905 - a list of words reads better as lines
)
"""What follows "Passwort" in harmless sentences."""
