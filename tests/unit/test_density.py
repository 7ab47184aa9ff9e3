"""Files, functions and lines stay short enough to read. ruff limits the length of Python lines, and complexity."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE_LINES = 400
FUNCTION_LINES = 60
SHELL_COLUMNS = 160

PYTHON = [path for folder in ("src", "tests", "docs") for path in sorted((ROOT / folder).rglob("*.py"))]
SHELL = [
    *sorted(path for path in (ROOT / "shell").rglob("*") if path.suffix in (".bash", ".fish", ".sh", ".zsh", ".ps1")),
    *(path for path in (ROOT / "tests/run", ROOT / "tests/lock", ROOT / ".ci/run") if path.exists()),
]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_files_are_found() -> None:
    assert len(PYTHON) > 100
    assert {path.parent.name for path in SHELL} >= {"shell", "bash", "fish", "zsh"}


def test_no_file_is_longer_than_a_few_screens() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in (*PYTHON, *SHELL)}
    assert {path: length for path, length in lengths.items() if length > FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {}
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lengths[f"{name(path)}:{node.name}"] = node.end_lineno - node.lineno + 1
    assert {function: length for function, length in lengths.items() if length > FUNCTION_LINES} == {}


def test_no_line_of_shell_is_longer_than_a_screen_is_wide() -> None:
    wide = [
        f"{name(path)}:{number}"
        for path in SHELL
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > SHELL_COLUMNS
    ]
    assert wide == []
