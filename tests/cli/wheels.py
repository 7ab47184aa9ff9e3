"""Build wheels without a network: stepin's, and those of its dependencies from what is installed.

A distribution's RECORD lists what its wheel contained.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BASE = tuple(Requirement(line).name for line in PROJECT["dependencies"])


def build(kind: str, folder: Path) -> Path:
    """Build stepin's "wheel" or "sdist" from the checkout, with the hatchling that is installed."""
    code = f"import sys; from hatchling.build import build_{kind} as build; print(build(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return folder / done.stdout.split()[-1]


def rebuild(name: str, folder: Path) -> Path:
    """Write the wheel that an installed distribution came from."""
    dist = distribution(name)
    wheel = dist.read_text("WHEEL") or ""
    tag = next(line.split(": ")[1] for line in wheel.splitlines() if line.startswith("Tag: "))
    path = folder / f"{name}-{dist.version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file in dist.files or []:
            # What the installer added: bytecode, scripts, and its own notes.
            if file.suffix != ".pyc" and ".." not in file.parts and file.name not in ("INSTALLER", "REQUESTED"):
                archive.write(str(dist.locate_file(file)), str(file))
    return path
