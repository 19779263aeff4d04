"""The project's own files: what somebody wrote here, not what was made by a command or installed."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("api", "bookings", "lotsen", "touring", "volunteers")
MADE = {".git", ".venv", "var", "__pycache__", "node_modules"}
WRITTEN = {".py", ".html", ".md", ".toml", ".txt", ".css", ".js", ".svg", ".csv", ".typ", ".po", ".yaml", ".yml"}
BARE = {"Makefile", ".importlinter", ".gitignore", "run", "venv"}


def files(root=ROOT):
    """Every written file, in order."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        hidden = any(part in MADE or (part.startswith(".") and part not in BARE and part != ".ci") for part in parts)
        if not hidden and path.is_file() and (path.suffix in WRITTEN or path.name in BARE):
            yield path


def sources(root=ROOT):
    """Python of the rooms, without migrations."""
    for room in ROOMS:
        yield from (path for path in sorted((root / room).rglob("*.py")) if "migrations" not in path.parts)


def templates(root=ROOT):
    yield from sorted((root / "templates").rglob("*.html"))


def functions(path):
    """Every function of a file with its name and its number of lines; signature and docstring do not count."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield node.name, node.end_lineno - body[0].lineno + 1 if body else 0


def named(path, root=ROOT):
    return str(path.relative_to(root))
