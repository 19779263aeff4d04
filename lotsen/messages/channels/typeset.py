"""Sets many letters in a process of its own: what typst and pikepdf keep in memory goes when it is done.

Reads one order as JSON from standard input, and answers with lines "done 25" for each document that is set, then with
"pdf 12345" and so many bytes: all documents joined to one file. Knows neither Django nor a database.
"""

import json
import sys
from io import BytesIO
from typing import Any

import pikepdf
import typst


def main() -> None:
    """Follow the order: `sheet`, `root`, `fonts_dir`, `timestamp`, and `documents`, each with its `letters`."""
    order = json.load(sys.stdin)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[order["fonts_dir"]])
    whole, opened, done = pikepdf.new(), [], 0
    for data in order["documents"]:
        pdf = pikepdf.open(BytesIO(_document(data, order, fonts)))
        whole.pages.extend(pdf.pages)
        opened.append(pdf)
        done += len(data["letters"])
        _tell(f"done {done}\n".encode())
    out = BytesIO()
    whole.save(out, deterministic_id=True)
    _tell(f"pdf {len(out.getvalue())}\n".encode() + out.getvalue())


def _document(data: dict[str, Any], order: dict[str, Any], fonts: typst.Fonts) -> bytes:
    """One document. More pages than letters: then a letter ran over, and each is measured before it is set."""
    pdf = _compiled(data, order, fonts)
    if all(letter["careful"] for letter in data["letters"]) or _pages(pdf) <= len(data["letters"]):
        return pdf
    careful = [{**letter, "careful": True} for letter in data["letters"]]
    return _compiled({**data, "letters": careful}, order, fonts)


def _compiled(data: dict[str, Any], order: dict[str, Any], fonts: typst.Fonts) -> bytes:
    return typst.compile(
        order["sheet"],
        root=order["root"],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        font_paths=fonts,
        timestamp=order["timestamp"],
        pdf_tags=False,
    )


def _pages(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def _tell(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
