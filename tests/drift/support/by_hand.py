"""Environments laid out by hand in a few milliseconds, for tests that are not about how they were made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from drift.support import wheels


def environment(project: Path, name: str = ".venv", **distributions: str) -> Path:
    """Make PROJECT/NAME, an environment of this Python, that holds `distributions`: name="version", dashes as `_`."""
    env = project / name
    site = env / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    site.mkdir(parents=True)
    (env / "bin").mkdir()
    python = Path(os.path.realpath(sys.executable))
    (env / "bin" / "python").symlink_to(python)
    version = ".".join(map(str, sys.version_info[:3]))
    (env / "pyvenv.cfg").write_text(
        f"home = {python.parent}\ninclude-system-site-packages = false\nversion = {version}\n"
    )
    for distribution, number in distributions.items():
        install(env, distribution.replace("_", "-"), number)
    return env


def install(
    env: Path, name: str, version: str, requires: tuple[str, ...] = (), direct_url: str = "", requested: bool = False
) -> Path:
    """Write a dist-info as pip leaves it, and return it."""
    site = next(env.glob("lib/python*/site-packages"))
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(wheels.metadata(name, version, requires))
    (info / "INSTALLER").write_text("pip\n")
    (info / "RECORD").write_text(f"{info.name}/METADATA,,\n")
    if requested:
        (info / "REQUESTED").touch()
    if direct_url:
        (info / "direct_url.json").write_text(direct_url)
    return info
