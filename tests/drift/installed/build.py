"""Environments and distributions for the tests: real ones where the tools are here, laid out by hand where not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from stepin.drift.installed import distributions
from stepin.drift.model import Distribution, Installed, Site, Target

PYENV = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"


def pythons() -> dict[str, str]:
    """Return every Python to be found here, by version, as its own interpreter's path."""
    found = {".".join(map(str, sys.version_info[:3])): sys._base_executable}  # type: ignore[attr-defined]
    for path in sorted(PYENV.glob("*/bin/python")):
        found.setdefault(path.parent.parent.name, str(path))
    return found


def absent(what: str) -> None:
    """Skip the test, aloud; fail it in CI."""
    message = f"{what} is not installed: NOT tested with it"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def tool(name: str) -> str:
    """Return the path of a tool that lies beside our own interpreter, or on PATH."""
    path = shutil.which(name, path=os.path.dirname(sys.executable)) or shutil.which(name)
    if path is None:
        absent(name)
    return str(path)


def venv(folder: Path, *options: str, python: str | None = None) -> Path:
    """Make a real environment without pip, and return its site-packages."""
    run(python or sys.executable, "-m", "venv", "--without-pip", *options, folder)
    return next(folder.glob("lib/python*/site-packages"))


def dist_info(
    site: Path,
    name: str,
    version: str,
    *headers: str,
    direct_url: Any = None,
    metadata: bytes | None = None,
    files: tuple[str, ...] = (),
) -> Path:
    """Write a .dist-info as an installer would; `metadata` replaces METADATA as a whole, `files` are empty ones."""
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir(parents=True)
    text = "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *headers, "", "About it.\n"])
    (folder / "METADATA").write_bytes(text.encode() if metadata is None else metadata)
    (folder / "INSTALLER").write_text("pip\n")
    if direct_url is not None:
        (folder / "direct_url.json").write_text(direct_url if isinstance(direct_url, str) else json.dumps(direct_url))
    for file in files:
        (folder / file).touch()
    return folder


def egg_info(folder: Path, name: str, version: str, requires: str = "", *headers: str) -> Path:
    """Write an .egg-info folder with the name `folder`."""
    folder.mkdir(parents=True)
    lines = ["Metadata-Version: 1.2", f"Name: {name}", f"Version: {version}", *headers, "", ""]
    (folder / "PKG-INFO").write_text("\n".join(lines))
    if requires:
        (folder / "requires.txt").write_text(requires)
    return folder


def wheel(folder: Path, name: str, version: str, *headers: str) -> Path:
    """Build a wheel of one module."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": "\n".join(
            ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *headers, "", ""]
        ),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(file, text)
    return path


def looking_at(*sites: Path, inherited: tuple[Path, ...] = (), env: Path | None = None) -> Target:
    """Return a Target that has these site-packages."""
    path = str(env or sites[0].parent)
    found = (*(Site(str(site), False) for site in sites), *(Site(str(site), True) for site in inherited))
    return Target(path, "venv", "3.11", "3.11.7", {}, found, False, None, None, None, None)


def read(site: Path, **options: Any) -> Installed:
    return distributions.read_installed(looking_at(site), **options)


def named(found: Installed) -> dict[str, Distribution]:
    return {dist.name: dist for dist in found.distributions}


def only(found: Installed) -> Distribution:
    (dist,) = found.distributions
    return dist


def faults(found: Installed) -> list[tuple[str, str]]:
    """Return (reason, name) of all that is wrong, eagerly and lazily found."""
    every = [*found.faults, *(fault for dist in found.distributions for fault in dist.faults)]
    return [(fault.reason, fault.name or "") for fault in every]
