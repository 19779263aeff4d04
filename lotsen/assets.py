"""What the pages need and no wheel ships ready: one stylesheet, three small faces, KERN alone, faces for letters.

Everything is made from files of this repository and of the installed ``mkdocs_kern_ux`` wheel into the data folder,
and only made again when an input changes.
"""

import hashlib
import json
import logging
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import polib
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from lotsen import app_icons

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it remarks on the version of a table in every face

FACES = ("Regular", "SemiBold", "Bold")
LETTER_FACES = (*FACES, "Italic")
LANE_STEPS = 126  # 8:00 to 18:30 in steps of 5 minutes

# German, English and our people's names: Latin-1, Latin Extended-A, what Romanian, Croatian, Turkish and
# Vietnamese add, combining marks for names typed in two pieces, and the signs that our sentences use.
LETTERS = (
    range(0x20, 0x7F),
    range(0xA0, 0x180),
    (0x18F, 0x192, 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x1E4, 0x1E5, 0x1E6, 0x1E7, 0x218, 0x219, 0x21A, 0x21B, 0x237, 0x259),
    range(0x1CD, 0x1DD),
    (0x2BB, 0x2BC, 0x2C6, 0x2C7, 0x2D8, 0x2D9, 0x2DA, 0x2DB, 0x2DC, 0x2DD),
    (
        0x300,
        0x301,
        0x302,
        0x303,
        0x304,
        0x306,
        0x307,
        0x308,
        0x309,
        0x30A,
        0x30B,
        0x30C,
        0x31B,
        0x323,
        0x326,
        0x327,
        0x328,
    ),
    range(0x1E00, 0x1F00),
    (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020, 0x2022, 0x2026),
    (0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193),
    (0x2212, 0x2215, 0x2248, 0x2260, 0x2264, 0x2265, 0x202F, 0x2009, 0x200B),
)


Steps = dict[str, tuple[Iterable[Path], Callable[[], None], Path]]
"""Name of a step: its inputs, what it does, and the file that it makes."""


def codepoints() -> list[int]:
    """Return every code point that the small faces keep, in order."""
    return sorted({point for block in LETTERS for point in block})


def build_assets(*, kern: Path, styles: Path, static_build: Path, fonts: Path, catalogue: Path) -> list[str]:
    """Make what is missing or older than its inputs; return the names of what was made."""
    faces = kern / "fonts" / "fira-sans"
    stamp = static_build / "inputs.json"
    steps: Steps = {
        "lotsen.css": (
            sorted(styles.glob("*.css")),
            lambda: write_stylesheet(styles, static_build / "lotsen" / "lotsen.css"),
            static_build / "lotsen" / "lotsen.css",
        ),
        "kern.min.css": (
            [kern / "kern.min.css", kern / "LICENSE.txt"],
            lambda: copy_kern(kern, static_build / "kern"),
            static_build / "kern" / "kern.min.css",
        ),
        "woff2": (
            [face_file(faces, face) for face in FACES],
            lambda: write_small_faces(faces, static_build / "lotsen" / "fonts"),
            static_build / "lotsen" / "fonts" / "FiraSans-Bold.woff2",
        ),
        "app icons": (
            [Path(app_icons.__file__)],
            lambda: app_icons.write_icons(static_build / "lotsen"),
            static_build / "lotsen" / "app-512.png",
        ),
        "ttf": (
            [face_file(faces, face) for face in LETTER_FACES],
            lambda: write_letter_faces(faces, fonts),
            fonts / "FiraSans-Italic.ttf",
        ),
        "sign-in sentences": (
            [catalogue],
            lambda: polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo"))),
            catalogue.with_suffix(".mo"),
        ),
    }
    return make_stale(steps, stamp)


def make_stale(steps: Steps, stamp: Path) -> list[str]:
    """Run the steps whose inputs have changed since `stamp` was written; return their names."""
    known = json.loads(stamp.read_text()) if stamp.exists() else {}
    made = []
    for name, (inputs, make, result) in steps.items():
        fingerprint = digest([*inputs, Path(__file__)])
        if known.get(name) != fingerprint or not result.exists():
            make()
            known[name] = fingerprint
            made.append(name)
    if made:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(json.dumps(known, indent=1))
    return made


def digest(inputs: Iterable[Path]) -> str:
    """Return a fingerprint of the inputs' contents."""
    sha = hashlib.sha256()
    for path in inputs:
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()


def face_file(folder: Path, face: str) -> Path:
    """Return the file of one face in the wheel."""
    return folder / f"FiraSans-{face}.woff2"


# --- the stylesheet ----------------------------------------------------------------------------


def write_stylesheet(styles: Path, target: Path) -> None:
    """Join the parts of ``styles`` in the order of their names into one small file."""
    parts = [themed(path) if path.stem.endswith("-dark") else path.read_text() for path in sorted(styles.glob("*.css"))]
    print_at = next(i for i, path in enumerate(sorted(styles.glob("*.css"))) if path.stem.endswith("-print"))
    parts.insert(print_at, lane_positions())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(squeezed("\n".join(parts)))


def themed(path: Path) -> str:
    """Write the dark names twice: where the system wishes so, and where the page says so. Paper stays light."""
    body = path.read_text().partition(":root")[2]
    return (
        f"@media screen and (prefers-color-scheme: dark) {{:root:not([data-kern-theme=light]){body}}}\n"
        f"@media screen {{:root[data-kern-theme=dark]{body}}}\n"
    )


def lane_positions() -> str:
    """Give each step of a lane a class, so that no bar needs an inline style: ``s-12 d-18`` is 9:00 for 90 minutes."""
    starts = "".join(f".s-{step}{{grid-column-start:{step + 2}}}" for step in range(LANE_STEPS))
    lengths = "".join(f".d-{step}{{grid-column-end:span {step}}}" for step in range(1, LANE_STEPS + 1))
    return starts + lengths


def squeezed(css: str) -> str:
    """Take comments and needless white space out of a stylesheet."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    return re.sub(r"(?<=[\w-]): ", ":", css).replace(";}", "}").strip() + "\n"


# --- KERN and the faces ------------------------------------------------------------------------


def copy_kern(kern: Path, target: Path) -> None:
    """Copy the one file of KERN that is delivered, unchanged, and its licence."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("kern.min.css", "LICENSE.txt"):
        shutil.copyfile(kern / name, target / name)


def write_small_faces(faces: Path, target: Path) -> None:
    """Subset the three faces of the pages to ``codepoints()``, with kerning, tabular figures and mark placement."""
    target.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        options = Options()
        options.flavor = "woff2"
        options.layout_features = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum"]
        options.hinting = False
        options.desubroutinize = True
        font = TTFont(face_file(faces, face))
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=codepoints())
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(target / f"FiraSans-{face}.woff2")
    shutil.copyfile(faces / "OFL.txt", target / "OFL.txt")


def write_letter_faces(faces: Path, target: Path) -> None:
    """Unpack the faces that letters and posters are set in; typst reads TrueType."""
    target.mkdir(parents=True, exist_ok=True)
    for face in LETTER_FACES:
        font = TTFont(face_file(faces, face))
        font.flavor = None
        font.save(target / f"FiraSans-{face}.ttf")
