import importlib.util
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from lotsen import assets

ROOT = Path(__file__).parents[2]
KERN = Path(importlib.util.find_spec("mkdocs_kern_ux").origin).parent / "kern-ux" / "vendor" / "kern"
NAMES = "Nguyễn Thị Hương Đặng Małgorzata Łącka Şükrü Yıldız İnci Měrćin Dvořák Žůčková Ștefan Țîru Straße ẞ „“‚‘–…€→−≈"


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Copies of the inputs, so that a test may change them."""
    base = tmp_path_factory.mktemp("assets")
    styles, catalogue = base / "styles", base / "django.po"
    styles.mkdir()
    for part in (ROOT / "lotsen" / "styles").glob("*.css"):
        (styles / part.name).write_text(part.read_text())
    catalogue.write_text((ROOT / "lotsen/people/locale/de/LC_MESSAGES/django.po").read_text())
    return {
        "kern": KERN,
        "styles": styles,
        "static_build": base / "build",
        "fonts": base / "fonts",
        "catalogue": catalogue,
    }


@pytest.fixture(scope="module")
def made(places):
    return assets.build_assets(**places)


def test_everything_is_made_once_and_only_what_changed_again(places, made):
    assert made == ["lotsen.css", "kern.min.css", "woff2", "app icons", "ttf", "sign-in sentences"]
    assert assets.build_assets(**places) == []
    part = places["styles"] / "04-base.css"
    part.write_text(part.read_text() + "\n.l-neu { color: red; }\n")
    assert assets.build_assets(**places) == ["lotsen.css"]
    (places["static_build"] / "kern" / "kern.min.css").unlink()
    assert assets.build_assets(**places) == ["kern.min.css"]


@pytest.mark.parametrize("face", assets.FACES)
def test_small_faces_hold_the_letters_of_our_peoples_names(places, made, face):
    letters = TTFont(places["static_build"] / "lotsen" / "fonts" / f"FiraSans-{face}.woff2").getBestCmap()
    assert [letter for letter in NAMES if ord(letter) not in letters] == []
    assert ord("Ж") not in letters


def test_letter_faces_are_true_type(places, made):
    names = sorted(path.name for path in places["fonts"].iterdir())
    assert names == ["FiraSans-Bold.ttf", "FiraSans-Italic.ttf", "FiraSans-Regular.ttf", "FiraSans-SemiBold.ttf"]
    assert all(TTFont(places["fonts"] / name).flavor is None for name in names)


def test_kern_is_delivered_unchanged(places, made):
    built = places["static_build"] / "kern"
    assert sorted(path.name for path in built.iterdir()) == ["LICENSE.txt", "kern.min.css"]
    assert (built / "kern.min.css").read_bytes() == (KERN / "kern.min.css").read_bytes()


def test_night_is_written_for_the_system_and_for_the_page_and_never_on_paper(places, made):
    css = (places["static_build"] / "lotsen" / "lotsen.css").read_text()
    night = "--l-paper:#14191b"
    assert css.count(night) == 2
    assert "@media screen and (prefers-color-scheme:dark){:root:not([data-kern-theme=light]){" + night in css
    assert "@media screen{:root[data-kern-theme=dark]{" + night in css
    assert css.count("{") == css.count("}")
    assert "/*" not in css


def test_lane_positions_are_classes():
    css = assets.lane_positions()
    assert css.startswith(".s-0{grid-column-start:2}")
    assert css.endswith(".d-126{grid-column-end:span 126}")


def test_squeezed_keeps_what_selectors_and_sentences_need():
    css = (
        '/* x */ .a > .b + .c ,\n.d { color: red; }\n@media (min-width: 1rem) { .e::after { content: attr(x) ": "; } }'
    )
    assert assets.squeezed(css) == (
        '.a > .b + .c,.d{color:red}@media (min-width:1rem){.e::after{content:attr(x) ": "}}\n'
    )
