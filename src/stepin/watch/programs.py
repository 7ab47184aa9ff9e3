"""Find programs of the system in fixed folders."""

from __future__ import annotations

import os

# Not PATH: a watcher in the foreground inherits the PATH of a shell, whose first folder may be a project's.
# The last one is NixOS's.
FOLDERS = ("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin", "/run/current-system/sw/bin")


def find_program(name: str) -> str | None:
    """Return the absolute path of a program of the system; None if it is not installed."""
    for folder in FOLDERS:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None
