"""Wheels and projects made by hand: small, the same each time, and without a build tool or a network."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import zipfile
from pathlib import Path

# A build backend (PEP 517, PEP 660) that lies inside the project, so that pip and uv can build it offline.
BACKEND = """
import os, sys, zipfile, tarfile, base64, hashlib, tomllib

def _project():
    with open("pyproject.toml", "rb") as stream:
        return tomllib.load(stream)["project"]

def _metadata(project):
    name, version = project["name"], project.get("version", "1.0")
    lines = ["Metadata-Version: 2.1", "Name: " + name, "Version: " + version]
    lines += ["Requires-Dist: " + line for line in project.get("dependencies", [])]
    for extra, needs in project.get("optional-dependencies", {}).items():
        lines += ["Provides-Extra: " + extra]
        lines += ["Requires-Dist: %s ; extra == %r" % (line, extra) for line in needs]
    if "requires-python" in project:
        lines += ["Requires-Python: " + project["requires-python"]]
    return name, version, "\\n".join(lines) + "\\n"

def _wheel(folder, files):
    name, version, metadata = _metadata(_project())
    stem = name.replace("-", "_") + "-" + version
    info = stem + ".dist-info/"
    wheel = "Wheel-Version: 1.0\\nGenerator: none\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files = {**files, info + "METADATA": metadata, info + "WHEEL": wheel}
    record = info + "RECORD"
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append("%s,sha256=%s,%d" % (path, digest, len(text.encode())))
    with zipfile.ZipFile(os.path.join(folder, stem + "-py3-none-any.whl"), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(record, "\\n".join(rows + [record + ",,", ""]))
    return stem + "-py3-none-any.whl"

def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, {_project()["name"].replace("-", "_") + ".py": ""})

def build_editable(folder, settings=None, metadata=None):
    name = _project()["name"].replace("-", "_")
    return _wheel(folder, {"__editable__.%s-1.pth" % name: os.getcwd() + "\\n"})

def build_sdist(folder, settings=None):
    name, version, metadata = _metadata(_project())
    stem = name.replace("-", "_") + "-" + version
    with open("PKG-INFO", "w") as stream:
        stream.write(metadata)
    with tarfile.open(os.path.join(folder, stem + ".tar.gz"), "w:gz") as archive:
        for path in ("PKG-INFO", "pyproject.toml", "backend.py"):
            archive.add(path, stem + "/" + path)
    return stem + ".tar.gz"
"""


def metadata(
    name: str, version: str, requires: tuple[str, ...] = (), extras: tuple[str, ...] = (), python: str = ""
) -> str:
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {line}" for line in requires]
    lines += [f"Provides-Extra: {extra}" for extra in extras]
    lines += [f"Requires-Python: {python}"] if python else []
    return "\n".join([*lines, ""])


def build(
    folder: Path,
    name: str,
    version: str,
    requires: tuple[str, ...] = (),
    extras: tuple[str, ...] = (),
    python: str = "",
    module: str = "",
) -> Path:
    """Write a wheel into `folder` and return its path. `module` is the code of its one module."""
    stem = f"{name.replace('-', '_').replace('.', '_')}-{version}"
    info = f"{stem}.dist-info"
    files = {
        f"{stem.partition('-')[0]}.py": module,
        f"{info}/METADATA": metadata(name, version, requires, extras, python),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: none\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for member, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{member},sha256={digest},{len(text.encode())}")
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0)), text)  # the same bytes each time
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def project(folder: Path, table: str) -> Path:
    """Write a project whose `[project]` table is `table`, with the backend above inside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "backend.py").write_text(BACKEND)
    system = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (folder / "pyproject.toml").write_text(f"{system}\n[project]\n{table}\n")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Run git as nobody in particular, without anybody's configuration, and return what it prints."""
    settings = [
        "-c",
        "user.name=n",
        "-c",
        "user.email=e",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
    ]
    done = subprocess.run(
        ["git", *settings, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"},
    )
    return done.stdout.strip()


def repository(folder: Path, table: str) -> Path:
    """Make a project a git repository: branch main, branch side (another commit), tags v1 (annotated) and light."""
    project(folder, table)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    git(folder, "tag", "-a", "v1", "-m", "v1")
    git(folder, "tag", "light")
    git(folder, "checkout", "-q", "-b", "side")
    (folder / "more").write_text("")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "two")
    git(folder, "checkout", "-q", "main")
    (folder / "main").write_text("")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "three")
    return folder
