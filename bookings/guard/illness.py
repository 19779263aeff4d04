"""Words for illnesses, remedies and degrees of care; not for what somebody cannot do ("hört schwer")."""

# ruff: noqa: E501 - a pattern reads better whole than cut

from __future__ import annotations

import re


def words_in(text: str) -> str:
    """The words found, "" where there are none or where the sentence is about something else.

    >>> words_in("beginnende demenz"), words_in("sternzeichen krebs"), words_in("diagnose des druckers")
    ('demenz', '', '')
    """
    for hit in _ILLNESS.finditer(text):
        around = text[max(0, hit.start() - 40) : hit.end() + 30]
        if not any(hit.group().startswith(word) and about.search(around) for word, about in _NOT_MEANT):
            return hit.group().strip()
    return ""


_DE = (
    r"\w*demen[tzs]\w*|al[tz]+h?eimer\w*|parkins+on\w*|krebs|(?:\w+-?)krebs|krebs(?:krank\w*|leiden|erkrank\w*|patient\w*)|"
    r"\w*tumor\w*|metastas\w*|\w*chemo(?:therapie)?|bestrahlung\w*|leukaemie"
    r"|\w*diabet\w*|zuckerkrank\w*|insulin\w*|blutzucker\w*|(?:hat|mit|wegen) (?:dem )?zucker(?! (?:fuer|im|in|und milch))|"
    r"zucker und (?:blut\w*|hoch\w*|herz)|\w*depress\w*|depris?|depri|schizo\w*|psychos\w*|psychiatr\w*|"
    r"psychisch (?:krank\w*|labil\w*)|bipolar\w*|manisch\w*|angststoerung\w*|panikattack\w*|suizid\w*|borderline"
    r"|\w*alkohol(?:iker\w*|krank\w*|sucht|abhaeng\w*|problem\w*)|suchtkrank\w*|tabletten(?:sucht|abhaeng\w*)"
    r"|schlaganf\w*|schlagerl|hirnblutung\w*|herzinfar\w*|herz(?:krank\w*|schwaeche|insuff\w*|rhythmus\w*|"
    r"fehler|leiden|schrittmacher|probleme|klappe\w*)|herz-? ?op|bypass|vorhofflimmern|stent|infarkt"
    r"|bluthochdruck|(?:hohen?|hoher) blutdruck|hypertonie|epil\w*|\w*sklerose|ms-?krank\w*|hat ms|ms-?patient\w*|rheuma\w*|"
    r"arthros\w*|arthrit\w*|osteoporos\w*|gicht|asthma\w*|copd|"
    r"lungen(?:entzuendung|krank\w*|emphysem|embolie)|braucht sauerstoff|sauerstoffgeraet"
    r"|\w{4,}itis|\w*geschwuer\w*|(?:hueft|oberschenkel|schenkelhals|bein|arm|becken|wirbel|rippen|schulter|hand)bruch|"
    r"schwindelanf\w*|niedrige[rnm]? blutdruck|\w{3,}algie|"
    r"(?:kognitive|schlaf|gleichgewichts|sprach|seh|durchblutungs|gerinnungs|persoenlichkeits|zwangs|ess)-? ?stoerung\w*|"
    r"polio|kinderlaehmung|bechterew|lupus|crohn|zirrhose|neurose\w*|fibrose|skoliose|parese|ataxie|aphasie|tremor|"
    r"an(?:a|ae)mie|leistenbruch|ekzem|sarkoidose|"
    r"guertelrose|entwaesser\w*|wasser in (?:den beinen|der lunge)|schmerzpflaster|grad der behinderung|hoert stimmen|"
    r"(?:galle|gallen|leber|magen|darm|nieren|schilddruesen|prostata|gebaermutter)-? ?op|gallensteine?|nierensteine?|"
    r"blasenschwaeche|schwerstkrank\w*|wahnvorstellung\w*|halluzin\w*|gedaechtnisstoerung\w*|koerperbehindert\w*|"
    r"in (?:der )?(?:reha|kur) (?:nach|wegen)\b|reha nach|lungenkrank\w*|bettlaegerig\w*"
    r"|makula\w*|amd|gruene[rnm]? star|graue[rnm]? star|star-?op|glaukom\w*|katarakt|tinnitus|inkontinen\w*|dialyse\w*|"
    r"nieren(?:krank\w*|versagen|leiden|insuff\w*)|leberzirrhose|hepatitis|hiv|aids|katheter|stoma"
    r"|(?:hueft|knie|schulter|bandscheiben|augen|ruecken)-? ?op|operiert\w*|operation\w*|oberschenkelhals\w*|"
    r"\w*neuropathie|thrombose\w*|embolie|borreliose|tuberkulose|corona-?(?:krank\w*|infekt\w*)|long-?covid"
    r"|diagnos\w*|pflegegrad\w*|pflegestufe\w*|pg ?[1-5]|schwerbehindert\w*|gdb ?\d*|merkzeichen|betaeubungsmittel|"
    r"morphium|morphin|antidepressiva|blutverduenn\w*|tabletten gegen \w+|medikamente gegen \w+|nimmt \w+ gegen \w+|"
    r"psychopharmaka|schmerzmittel|neuroleptika"
    r"|hats? am herzen|\w*schrittmacher|angstzust\w*|wieder getrunken|betrunken|zucker war \d+|blutdruck \w+,? gemessen \d+|hat es am herzen|stents|bypaess\w*|saeuft(?! ab)|(?:auf|im) entzug|trinkt (?:wieder|zu viel)|"
    r"tued+e?lig\w*|nicht mehr leben|nimmer leben|lebensmuede|(?:neuen?|kuenstliche\w*) (?:huefte|huefth\w*|knie)|"
    r"schwindelig|schwindlig|sieht doppelt|doppelsichtig|nervenzusammenbruch|weint viel"
    r"|autis\w*|adhs|burn-?out|bandscheiben\w*|gelaehmt|laehmung|halbseitig\w*|amputier\w*|prostata\w*|als-krank\w*|"
    r"essstoerung|magersucht|migraene\w*|neurodermitis|schuppenflechte|verwirrtheit|delir\w*|"
    r"schwerkrank\w*|(?:chronisch|unheilbar|tod|nerven|gemuets) ?krank\w*|palliativ\w*|hospiz"
)
_REMEDIES = (
    r"marcumar|eliquis|xarelto|tavor|valium|diazepam|lorazepam|metformin|ramipril|bisoprolol|metoprolol|amlodipin|"
    r"candesartan|torasemid|\bass ?100|l-?thyrox\w*|madopar|levodopa|donepezil|citalopram|mirtazapin|quetiapin|"
    r"risperidon|tilidin|tramadol|novalgin|ibuprofen|cortison|kortison|pregabalin|simvastatin|pantoprazol|"
    r"oxycodon|fentanyl\w*|opipramol|sertralin|haldol|antabus"
)
_EN = (
    r"dementia|(?:had|has had|after) (?:a |the |his |her )?(?:\w+ )?stroke|cancer|heart (?:attack|failure|disease|condition)|"
    r"high blood pressure|hypertension|incontinent|alcoholic|alcoholism|multiple sclerosis|pacemaker|blood thinners?|"
    r"cataracts?|macular \w+|anxiety disorder|kidney (?:failure|disease)|psychiatric|psychosis|"
    r"(?:hip|knee|heart|eye) (?:surgery|operation|replacement)|mentally ill|disabled|care level|painkillers?|"
    r"bipolar|suicidal|tumou?r|paraly[sz]ed"
)
_ILLNESS = re.compile(rf"\b(?:{_DE}|{_REMEDIES}|{_EN})\b(?!-?(?:app|tagebuch)\b)")
_MACHINE = re.compile(
    r"drucker|router|computer|laptop|\bpc\b|fehler|windows|geraet|router|internet|update|programm|modem"
)
_CREATURE = re.compile(
    r"sternzeichen|horoskop|aquarium|nordsee|ostsee|film|zoo|meer|strand|suppe|gegessen|spiel|bilder vom"
)
_NOT_MEANT = (
    ("krebs", _CREATURE),
    ("cancer", re.compile(r"horoscope|zodiac|star sign")),
    ("diagnos", _MACHINE),
    ("diagnos", re.compile(r"\b(?:keine|no|und|and) diagnos")),
    ("diagnose", re.compile(r"diagnose-?daten|nutzungsdaten|apple")),
    ("operation", _MACHINE),
    ("operation", re.compile(r"years ago|system")),
    ("operiert", _MACHINE),
    ("disabled", re.compile(r"notification|button|sound|wifi|account|function|setting")),
    ("bypass", re.compile(r"strasse|umgehung")),
)
"""Words that mean something else beside these."""
