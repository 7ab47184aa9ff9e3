"""A shell is a folder: the steps of docs/shells.md are all that a new one needs.

The made-up shell is bash under the name `shoal`. The steps are done in a copy of the repository, and the core of these
tests runs over it there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.shells import needed
from shells.adapter import ADAPTERS
from shells.driver import ROOT

CORE = (
    "tests/shells/test_enter_leave.py",
    "tests/shells/test_left_as_found.py",
    "tests/shells/test_quoting.py",
)

ADAPTER = """
from shells.adapters import bash


class Shoal(bash.Bash):
    name = "shoal"


ADAPTER = Shoal()
"""


def renamed(folder: Path, copy: Path) -> None:
    """Copy a folder of bash's, with `shoal` for `bash` in names and texts."""
    copy.mkdir()
    for path in folder.iterdir():
        if path.is_file():
            text = re.sub(r"\bbash\b", "shoal", path.read_text())
            (copy / path.name.replace("bash", "shoal")).write_text(text)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Copy the repository and add the shell by the steps of docs/shells.md."""
    copy = tmp_path / "repository"
    for name in ("src", "shell", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    # 1. The hook.
    renamed(copy / "shell/bash", copy / "shell/shoal")
    # 2. The dialect and the startup files.
    renamed(copy / "src/stepin/shells/bash", copy / "src/stepin/shells/shoal")
    # 3. The adapter.
    (copy / "tests/shells/adapters/shoal.py").write_text(ADAPTER)
    # 4. The registry.
    registry = copy / "src/stepin/shells/__init__.py"
    text = registry.read_text()
    assert text.count('\n    "bash",\n') == 1
    registry.write_text(text.replace('\n    "bash",\n', '\n    "bash",\n    "shoal",\n'))
    return copy


@pytest.mark.timeout(600)
def test_a_shell_is_added_by_the_documented_steps(repository: Path, tmp_path: Path) -> None:
    bash = ADAPTERS["bash"].program or needed("bash")
    shoal = tmp_path / "bin/shoal"
    shoal.parent.mkdir()
    shoal.symlink_to(bash)
    report = tmp_path / "report.xml"
    environ = {
        **os.environ,
        "PYTHONPATH": str(repository / "src"),
        "PATH": f"{shoal.parent}:{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "shoal", f"--junitxml={report}"]
    done = subprocess.run(
        [*command, *CORE],
        cwd=repository,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cases = list(ElementTree.parse(report).iter("testcase"))
    assert all(len(case) == 0 for case in cases), "none was skipped"
    assert all("shoal" in case.get("name", "") for case in cases)
    for name in CORE:
        module = name.removesuffix(".py").replace("/", ".")
        own = [case for case in cases if case.get("classname") == module]
        assert len(own) == expected(name), f"every test of {name} that takes a shell ran over the new one"


def expected(name: str) -> int:
    """Return how many tests of a file run over bash, of which the new shell is a copy."""
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "-k", "bash"]
    done = subprocess.run([*command, name], cwd=ROOT, capture_output=True, text=True, check=True)
    return sum(re.search(r"\[.*\bbash\b", line) is not None for line in done.stdout.splitlines())
