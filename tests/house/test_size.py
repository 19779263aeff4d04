"""Files and functions stay small, and a file's name says what is in it."""

import pytest

from tests.house import tree

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
NAMELESS = {"utils", "helpers", "services", "common", "misc", "tools", "util", "helper"}


def long_files(root=tree.ROOT):
    lines = {tree.named(path, root): len(path.read_text().splitlines()) for path in tree.sources(root)}
    return {name: count for name, count in lines.items() if count > LONGEST_FILE}


def long_functions(root=tree.ROOT):
    found = (
        (tree.named(path, root), name, lines) for path in tree.sources(root) for name, lines in tree.functions(path)
    )
    return [one for one in found if one[2] > LONGEST_FUNCTION]


def nameless(root=tree.ROOT):
    return [tree.named(path, root) for path in tree.sources(root) if {path.stem, *path.parts} & NAMELESS]


def test_no_file_is_longer_than_400_lines():
    assert long_files() == {}


def test_no_function_is_longer_than_40_lines():
    assert long_functions() == []


def test_no_module_is_called_after_nothing():
    assert nameless() == []


@pytest.fixture
def spoilt(tmp_path):
    for room in tree.ROOMS:
        (tmp_path / room).mkdir()
    body = "".join(f"    x{line} = {line}\n" for line in range(410))
    (tmp_path / "api" / "helpers.py").write_text(f"def far_too_long():\n{body}")
    return tmp_path


def test_control_a_long_file_with_a_long_function_in_helpers_is_seen(spoilt):
    assert long_files(spoilt) == {"api/helpers.py": 411}
    assert long_functions(spoilt) == [("api/helpers.py", "far_too_long", 410)]
    assert nameless(spoilt) == ["api/helpers.py"]
