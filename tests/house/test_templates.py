"""Templates parse, and hold no script, no style and no handler: the policy would refuse them anyway."""

import re

import pytest
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.loader import get_template

from tests.house import tree

INLINE = {
    "script": re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "handler": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "address that runs": re.compile(r"javascript:", re.IGNORECASE),
    "unescaped": re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b"),
    "foreign origin": re.compile(
        r"<(?:script|link|img|iframe)\b[^<>]*(?:src|href)\s*=\s*\"?(?:https?:)?//", re.IGNORECASE
    ),
}
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def offences(text):
    """What a template holds that it must not."""
    bare = TAGS.sub("x", text)
    return [name for name, pattern in INLINE.items() if pattern.search(text if name == "unescaped" else bare)]


def test_no_template_holds_anything_inline_or_unescaped():
    found = {tree.named(path): offences(path.read_text()) for path in tree.templates()}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<script>a()</script>", ["script"]),
        ("<style>p{}</style>", ["style element"]),
        ('<p class="{% if a > 1 %}x{% endif %}" style="color:red">', ["style attribute"]),
        ('<button type="button" onclick="a()">', ["handler"]),
        ('<a href="javascript:a()">', ["address that runs"]),
        ("{{ name|safe }}", ["unescaped"]),
        ('<script src="https://cdn.example/a.js"></script>', ["foreign origin"]),
        ('<script src="{% static "a.js" %}" defer></script><a href="https://example.org/">x</a>', []),
        ('<script type="application/json">{"a": 1}</script>', []),
        ('<form hx-on="x" data-once="1" novalidate>', []),
    ],
)
def test_control_each_offence_is_seen(text, what):
    assert offences(text) == what


def test_every_template_parses():
    for path in tree.templates():
        get_template(str(path.relative_to(tree.ROOT / "templates")))


def test_control_a_broken_template_does_not_parse():
    with pytest.raises(TemplateSyntaxError):
        Template("{% if %}", engine=Engine())


def marked_safe():
    """Lines that switch escaping off, by file."""
    found = {}
    for path in tree.sources():
        lines = [line for line in path.read_text().splitlines() if re.search(r"\bmark_safe\(|\bSafeString\(", line)]
        if lines:
            found[tree.named(path)] = len(lines)
    return found


# Where text is declared safe, and why nobody's words can be in it.
SAFE = {
    "lotsen/templatetags/lotsen.py": 2,  # icons and shapes: constants of the house
    "touring/templatetags/touring.py": 1,  # JSON-LD: every character that could end the element is escaped just above
}


def test_escaping_is_switched_off_only_where_nobodys_words_are():
    assert marked_safe() == SAFE


def test_structured_data_cannot_end_its_element():
    template = Template("{% load touring %}{{ events|linked_data }}")
    text = template.render(Context({"events": [{"name": "</script><script>alert(1)</script> & <!--"}]}))
    assert text.count("<") == 2
    assert "<!--" not in text
