"""The exact content of the wheel and the sdist."""

from __future__ import annotations

import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from cli.wheels import ROOT, build
from stepin import __version__, shells

FOLDERS = ("src", "shell", "tests", "docs")
FILES = ("LICENSE", "README.md", "pyproject.toml")
pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git says what belongs in: only in a checkout")
INFO = f"stepin-{__version__}.dist-info"


def known(*folders: str) -> set[str]:
    """Return the files of these folders that git tracks or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return {name for name in names if (ROOT / name).exists()}


def test_the_wheel_contains_the_package_and_the_shell_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(build("wheel", tmp_path)) as archive:
        found = set(archive.namelist())
        package = {name.removeprefix("src/") for name in known("src")}
        hooks = {f"stepin/{name}" for name in known("shell")}
        info = {f"{INFO}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}
        assert found == package | hooks | info
        assert {
            f"stepin/shell/{shell}/{part}.{shell}" for part in ("path", "hook") for shell in shells.DIALECTS
        } <= hooks
        for name in hooks:
            assert archive.read(name) == (ROOT / name.removeprefix("stepin/")).read_bytes()
        assert archive.read(f"{INFO}/entry_points.txt").split() == [
            b"[console_scripts]",
            b"stepin",
            b"=",
            b"stepin.cli:main",
        ]


def test_the_sdist_contains_all_that_the_tests_need(tmp_path: Path) -> None:
    top = f"stepin-{__version__}/"
    with tarfile.open(build("sdist", tmp_path)) as archive:
        found = {name.removeprefix(top) for name in archive.getnames()}
    # hatchling puts PKG-INFO and .gitignore in, whatever is named.
    assert found - {"PKG-INFO", ".gitignore"} == known(*FOLDERS) | set(FILES)
