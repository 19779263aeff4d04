"""The message catalogues, made without the gettext programs.

German is the source: a text's key is its German sentence. `collect` finds them in Python (also in `Sentence(...)` and
`choice(..., refusal)`, whose texts the edge translates, see `lotsen.spoken.said`) and in templates, `update` brings
a catalogue up to date and keeps its translations, `faults` says what a catalogue lacks, `compile_catalogues` makes the
files that Django reads.
"""

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

ROOMS = ("api", "bookings", "lotsen", "touring", "volunteers")
TEMPLATE_ENDINGS = (".html", ".txt")
SKIPPED = {"migrations", "locale", "__pycache__"}
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SENTENCES = {"Sentence": 0, "choice": 1}
"""Calls that take a German text without gettext, and the place of that text among their arguments."""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w[^>]*>|&\w+;")
Key = tuple[str | None, str]


@dataclass
class Text:
    """One text of the program: its context, its German words (and plural), and the files that use it."""

    context: str | None
    german: str
    plural: str | None = None
    files: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return (self.context, self.german)


def collect(base: Path) -> dict[Key, Text]:
    """All texts of the rooms and templates under `base`, in the order of the files."""
    texts: dict[Key, Text] = {}
    for path in _sources(base):
        name = path.relative_to(base).as_posix()
        for found in _texts_in(path):
            text = texts.setdefault(found.key, found)
            text.plural = text.plural or found.plural
            if name not in text.files:
                text.files.append(name)
    return texts


def update(catalogue: polib.POFile, texts: dict[Key, Text]) -> None:
    """Adds what is new (untranslated), marks what is gone as obsolete, keeps every translation."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    kept = [_entry(text, known.get(text.key)) for text in texts.values()]
    gone = [entry for key, entry in known.items() if key not in texts]
    for entry in gone:
        entry.obsolete = True
        entry.occurrences = []
    catalogue[:] = [*kept, *(entry for entry in gone if entry.msgstr or any(entry.msgstr_plural.values()))]


def faults(catalogue: polib.POFile, texts: dict[Key, Text] | None = None) -> list[str]:
    """What is wrong with a catalogue, one line each: missing, unsure, left over, or with other placeholders."""
    found = []
    live = [entry for entry in catalogue if not entry.obsolete]
    if texts is not None:
        keys = {(entry.msgctxt, entry.msgid) for entry in live}
        found += [f"fehlt:          {key[1]!r} ({texts[key].files[0]})" for key in texts if key not in keys]
        found += [f"unbenutzt:      {msgid!r}" for context, msgid in keys - texts.keys()]
        found += [f"unbenutzt:      {entry.msgid!r}" for entry in catalogue.obsolete_entries()]
    for entry in live:
        if entry.fuzzy:
            found.append(f"unsicher:       {entry.msgid!r}")
        elif not entry.translated():
            found.append(f"nicht übersetzt: {entry.msgid!r} ({entry.occurrences[0][0] if entry.occurrences else '?'})")
        elif not _same_placeholders(entry):
            found.append(f"Platzhalter:    {entry.msgid!r}")
    return found


def catalogue_files(base: Path) -> list[Path]:
    """All catalogues of the project: its own and those in the rooms."""
    folders = [base, *(base / room for room in ROOMS)]
    return sorted(
        {path for folder in folders for path in folder.glob("**/locale/*/LC_MESSAGES/*.po") if _is_ours(path)}
    )


def compile_catalogues(base: Path) -> list[Path]:
    """Makes the `.mo` file of every catalogue that is newer than it; returns what was made."""
    made = []
    for source in catalogue_files(base):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        unfinished = target.with_suffix(".mo.new")
        polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(unfinished))
        unfinished.replace(target)
        made.append(target)
    return made


def read_catalogue(path: Path, language: str) -> polib.POFile:
    """The catalogue in the file, or an empty one."""
    if path.exists():
        return polib.pofile(str(path), encoding="utf-8", wrapwidth=118)
    catalogue = polib.POFile(encoding="utf-8", wrapwidth=118)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "MIME-Version": "1.0",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _is_ours(path: Path) -> bool:
    return not {".venv", "var", "node_modules"} & set(path.parts)


def _sources(base: Path) -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in sorted((base / room).rglob("*.py")) if not SKIPPED & set(path.parts))
    folders = [base / "templates", *(base / room for room in ROOMS)]
    for folder in folders:
        yield from (
            path for path in sorted(folder.rglob("*")) if path.suffix in TEMPLATE_ENDINGS and _is_template(path)
        )


def _is_template(path: Path) -> bool:
    return "templates" in path.parts and not SKIPPED & set(path.parts)


def _texts_in(path: Path) -> Iterator[Text]:
    source = path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATE_ENDINGS:
        # Django turns a template into something like Python, whose indentation means nothing.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())
    for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        german, plural = message if isinstance(message, tuple) else (message, None)
        if german:
            yield Text(context, german, plural)

    if path.suffix == ".py":
        yield from _sentences_in(ast.parse(source))


def _sentences_in(tree: ast.Module) -> Iterator[Text]:
    """The texts of pure modules: written in the call, or behind the name that stands there."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SENTENCES:
            for argument in node.args[SENTENCES[node.func.id] :][:1]:
                yield from (Text(None, german) for german in _strings(argument, named))


def _strings(node: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_strings(node.body, named), *_strings(node.orelse, named))
    elif isinstance(node, ast.Name):
        for value in named.get(node.id, []):
            yield from _strings(value, {})


def _entry(text: Text, old: polib.POEntry | None) -> polib.POEntry:
    entry = old or polib.POEntry(msgid=text.german, msgctxt=text.context)
    entry.obsolete = False
    entry.occurrences = [(name, "") for name in text.files]
    if text.plural and not entry.msgid_plural:
        entry.msgstr_plural = {0: entry.msgstr, 1: ""}
        entry.msgstr = ""
    entry.msgid_plural = text.plural or ""
    return entry


def _same_placeholders(entry: polib.POEntry) -> bool:
    """Placeholders, tags and entities occur as often as in the German; the words for one may leave the number out."""
    if not entry.msgid_plural:
        return _held(entry.msgstr) == _held(entry.msgid)
    one, *more = (_held(entry.msgstr_plural[number]) for number in sorted(entry.msgstr_plural))
    plural = _held(entry.msgid_plural)
    return set(one) <= set(plural) and all(held == plural for held in more)


def _held(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))
