"""Find the folders that an environment's Python imports from, in the order of sys.path (Lib/site.py)."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from stepin.drift.model import Site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stepin.drift.installed.layout import Library


def user_sites(python: str, library: Library, environ: Mapping[str, str]) -> list[str]:
    """Return the folders that may be the user's own site-packages (site.getusersitepackages); most do not exist."""
    if environ.get("PYTHONNOUSERSITE"):
        return []
    base = environ.get("PYTHONUSERBASE")
    if os.name == "nt":
        base = base or os.path.join(environ.get("APPDATA") or os.path.expanduser("~"), "Python")
        return [os.path.join(base, f"Python{python.replace('.', '')}{library.threads}", "site-packages")]
    name = library.name or f"python{python}"
    home = environ.get("HOME") or os.path.expanduser("~")
    found = [os.path.join(base or os.path.join(home, ".local"), "lib", name, "site-packages")]
    if sys.platform == "darwin" and not base:  # framework builds
        found.append(os.path.join(home, "Library", "Python", python, "lib", "python", "site-packages"))
    return found


def system_sites(prefix: str, python: str, library_name: str) -> list[str]:
    """Return the folders that may be the site-packages of the Python installed at `prefix`."""
    join = os.path.join
    name = library_name or f"python{python}"
    found = [join(prefix, lib, name, "site-packages") for lib in ("lib64", "lib")]
    if prefix.rstrip("/") in ("", "/usr"):
        debian = join(prefix, "lib", f"python{python[0]}", "dist-packages")
        if os.path.isdir(debian):
            # Debian's site.py; and a dist-packages below /usr/local is that of /usr/bin's Python, not /usr/local/bin's.
            found += [
                join(prefix, "local", "lib", name, "dist-packages"),
                debian,
                join(prefix, "lib", name, "dist-packages"),
            ]
        else:
            # Fedora's: `sudo pip` installs below /usr/local.
            found = [join(prefix, "local", lib, name, "site-packages") for lib in ("lib64", "lib")] + found
    found.append(join(prefix, "site-packages"))  # PyPy before 3.9
    found.append(join(prefix, "Lib", "site-packages"))  # Windows
    return found


def existing_sites(groups: list[tuple[list[str], bool]]) -> tuple[Site, ...]:
    """Return the folders that exist, each once even if links lead to it. `groups` are (folders, inherited)."""
    sites: list[Site] = []
    seen: set[tuple[int, int]] = set()
    for folders, inherited in groups:
        for folder in folders:
            try:
                status = os.stat(folder)
            except (OSError, ValueError):
                continue
            if (status.st_dev, status.st_ino) not in seen and os.path.isdir(folder):
                seen.add((status.st_dev, status.st_ino))
                sites.append(Site(folder, inherited))
    return tuple(sites)
