"""Read the files in site-packages that point to other folders: .pth (Lib/site.py) and setuptools' .egg-link."""

from __future__ import annotations

import os

from stepin.drift.installed.layout import is_local
from stepin.hook.files import read_regular

_LIMIT = 64 * 1024
_MOST_FOLDERS = 500


def pth_folders(site: str, files: list[str]) -> list[str]:
    """Return the folders and eggs that the .pth `files` (names, in `site`) add to sys.path, in its order.

    Lines of code ("import ...") are not run, so what they add is unknown.
    """
    found: list[str] = []
    for name in sorted(files):
        if name.startswith("."):
            continue
        for line in _lines(os.path.join(site, name)):
            if line.startswith(("#", "import ", "import\t")) or not line.strip():
                continue
            path = os.path.normpath(os.path.join(site, line.rstrip()))
            if is_local(path) and path not in found and os.path.exists(path):
                found.append(path)
            if len(found) >= _MOST_FOLDERS:
                return found
    return found


def read_egg_link(path: str) -> tuple[str, str] | None:
    """Return (the folder of the .egg-info, the project's folder) from an .egg-link, None if it is invalid."""
    lines = [line.strip() for line in _lines(path) if line.strip()]
    if not lines:
        return None
    folder = os.path.normpath(os.path.join(os.path.dirname(path), lines[0]))
    project = os.path.normpath(os.path.join(folder, lines[1] if len(lines) > 1 else "."))
    return (folder, project) if is_local(folder) and is_local(project) else None


def _lines(path: str) -> list[str]:
    data = read_regular(path, _LIMIT)
    text = os.fsdecode(data or b"").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
