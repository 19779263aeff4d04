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


def test_a_complete_catalogue_has_no_faults_and_is_compiled_once(base):
    path = base / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    catalogue = read_catalogue(path, "en")
    update(catalogue, collect(base))
    for entry in catalogue:
        entry.msgstr, entry.msgstr_plural = ("", {0: "one", 1: "many"}) if entry.msgid_plural else ("word", {})
    catalogue.save(str(path))
    assert faults(read_catalogue(path, "en"), collect(base)) == []
    assert compile_catalogues(base) == [path.with_suffix(".mo")]
    assert compile_catalogues(base) == []
