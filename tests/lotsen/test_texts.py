"""Texts are found in Python and templates, and a catalogue's faults are named."""

import polib
import pytest

from lotsen.texts import Text, collect, compile_catalogues, faults, read_catalogue, update


@pytest.fixture
def base(tmp_path):
    """A small project with one module, one template and no catalogue."""
    (tmp_path / "bookings").mkdir()
    (tmp_path / "bookings" / "views.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext\n"
        'TITLE = _("Guten Tag")\n'
        'def words(n):\n    return ngettext("%(count)d Besuch", "%(count)d Besuche", n) % {"count": n}\n',
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "start.html").write_text(
        '{% load i18n %}\n<p>{% translate "Guten Tag" %}</p>\n    <b>{{ name|default:_("ohne Namen") }}</b>\n'
        "{% blocktranslate count n=n %}ein Halt{% plural %}{{ n }} Halte{% endblocktranslate %}\n"
        '{% translate "Termin" context "Kalender" %}'
    )
    return tmp_path


def test_collect_finds_every_text_with_its_files(base):
    assert list(collect(base).values()) == [
        Text(None, "Guten Tag", None, ["bookings/views.py", "templates/start.html"]),
        Text(None, "%(count)d Besuch", "%(count)d Besuche", ["bookings/views.py"]),
        Text(None, "ohne Namen", None, ["templates/start.html"]),
        Text(None, "ein Halt", "%(n)s Halte", ["templates/start.html"]),
        Text("Kalender", "Termin", None, ["templates/start.html"]),
    ]


def test_update_keeps_translations_and_marks_what_is_gone(base):
    catalogue = read_catalogue(base / "none.po", "en")
    catalogue.append(polib.POEntry(msgid="Guten Tag", msgstr="Good day"))
    catalogue.append(polib.POEntry(msgid="Tschüs", msgstr="Bye"))
    update(catalogue, collect(base))
    assert [(entry.msgid, entry.msgstr, entry.obsolete) for entry in catalogue] == [
        ("Guten Tag", "Good day", False),
        ("%(count)d Besuch", "", False),
        ("ohne Namen", "", False),
        ("ein Halt", "", False),
        ("Termin", "", False),
        ("Tschüs", "Bye", True),
    ]


def test_faults_are_missing_unsure_left_over_and_wrong_placeholders():
    texts = {text.key: text for text in (Text(None, "A", files=["x.py"]), Text(None, "B %(n)s"), Text(None, "C"))}
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="B %(n)s", msgstr="B"))
    catalogue.append(polib.POEntry(msgid="C", msgstr="c", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid="D", msgstr="d"))
    assert faults(catalogue, texts) == [
        "fehlt:          'A' (x.py)",
        "unbenutzt:      'D'",
        "Platzhalter:    'B %(n)s'",
        "unsicher:       'C'",
    ]


SAME = [
    ("Am {date}, <b>%(n)d Uhr</b>", "At %(n)d, <b>{date}</b>", None),
    ("ein Halt", "one stop", ("%(n)s Halte", "%(n)s stops")),
    ("%(n)s Halt", "one stop", ("%(n)s Halte", "%(n)s stops")),
]
OTHER = [
    ("Am {date}", "On {day}", None),
    ("Am {date}", "On", None),
    ("{a} und {a}", "{a} and", None),
    ("<b>Halt</b>", "<b>stop", None),
    ("10&nbsp;Minuten", "10 minutes", None),
    ("%(n)d Uhr", "%(n)s", None),
    ("ein Halt", "one stop", ("%(n)s Halte", "stops")),
    ("ein Halt", "%(m)s stop", ("%(n)s Halte", "%(n)s stops")),
]


@pytest.mark.parametrize(("german", "english", "plural", "is_good"), [(*one, one in SAME) for one in SAME + OTHER])
def test_placeholders_of_the_german_stand_in_the_english(german, english, plural, is_good):
    entry = polib.POEntry(msgid=german, msgstr="" if plural else english)
    if plural:
        entry.msgid_plural, entry.msgstr_plural = plural[0], {0: english, 1: plural[1]}
    catalogue = polib.POFile()
    catalogue.append(entry)
    assert faults(catalogue) == ([] if is_good else [f"Platzhalter:    {german!r}"])


def test_sentences_of_pure_modules_are_found(base):
    (base / "bookings" / "views.py").unlink()
    (base / "bookings" / "fit.py").write_text(
        'NO = "Kein {value}."\n'
        'text = "Erst ab {day}."\n'
        'text = "Nur bis {day}."\n'
        "def why(x, one):\n"
        "    choice({'a': 1}, NO)\n"
        "    choice({'a': 1}, 'Nichts {value}.')\n"
        "    Sentence(text, day=1)\n"
        "    Sentence('Noch '\n        '{n} Besuche', n=one['nicht dies'])\n"
        "    Sentence('eins' if x else 'zwei')\n"
        "    Sentence(one['auch nicht'])\n"
        "    random.choice(['a'], 'b')\n"
    )
    (base / "templates" / "start.html").unlink()
    assert [text.german for text in collect(base).values()] == [
        "Kein {value}.",
        "Nichts {value}.",
        "Erst ab {day}.",
        "Nur bis {day}.",
        "Noch {n} Besuche",
        "eins",
        "zwei",
    ]


def test_a_complete_catalogue_has_no_faults_and_is_compiled_once(base):
    path = base / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    catalogue = read_catalogue(path, "en")
    update(catalogue, collect(base))
    for entry in catalogue:
        entry.msgstr, entry.msgstr_plural = (
            ("", {0: "one", 1: entry.msgid_plural}) if entry.msgid_plural else ("word", {})
        )
    catalogue.save(str(path))
    assert faults(read_catalogue(path, "en"), collect(base)) == []
    assert compile_catalogues(base) == [path.with_suffix(".mo")]
    assert compile_catalogues(base) == []
