"""The build: dependencies have a floor and a ceiling, and what is locked fits them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8")
RUNTIME = [Requirement(text) for text in PYPROJECT["project"]["dependencies"]]
DEVELOPMENT = [Requirement(text) for text in PYPROJECT["dependency-groups"]["dev"]]


def locked() -> dict[str, set[str]]:
    """Return the versions that are locked for each name; markers may select one of several."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", LOCK, re.MULTILINE):
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions


@pytest.mark.parametrize("requirement", RUNTIME, ids=str)
def test_a_runtime_dependency_has_a_floor_and_a_ceiling(requirement: Requirement) -> None:
    assert sorted(clause.operator for clause in requirement.specifier) == ["<", ">="]


@pytest.mark.parametrize("requirement", [*RUNTIME, *DEVELOPMENT], ids=str)
def test_the_lock_fits(requirement: Requirement) -> None:
    versions = locked().get(canonicalize_name(requirement.name), set())
    assert versions, 'not locked: run "sh tests/lock"'
    assert all(version in requirement.specifier for version in versions), 'run "sh tests/lock"'


def test_everything_locked_has_a_hash_and_no_place() -> None:
    """The lock fits any index: hashes identify what is installed, and no URL or option names a server."""
    assert len(locked()) > len(RUNTIME) + len(DEVELOPMENT)
    for entry in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^ *#.*\n?", "", LOCK, flags=re.MULTILINE).strip()):
        assert re.fullmatch(r"\S+==\S+(?: ;[^\\\n]*)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+", entry.strip()), entry


def listed(which: str) -> list[Requirement]:
    script = ROOT / "tests" / "dependencies.py"
    result = subprocess.run([sys.executable, script, which], capture_output=True, text=True, check=True)
    return [Requirement(line) for line in result.stdout.splitlines()]


def test_the_oldest_are_the_floors() -> None:
    oldest = listed("oldest")
    assert [one.name for one in oldest] == [one.name for one in RUNTIME]
    for pinned, declared in zip(oldest, RUNTIME, strict=True):
        (clause,) = pinned.specifier
        assert clause.operator == "=="
        assert f">={clause.version}" in str(declared.specifier).split(",")


def test_the_newest_have_no_bounds() -> None:
    newest = listed("newest")
    assert {(one.name, str(one.marker)) for one in newest} == {
        (one.name, str(one.marker)) for one in [*RUNTIME, *DEVELOPMENT]
    }
    assert not any(one.specifier for one in newest)
