"""Read the traces of shells: small files that hooks leave, one per shell, named by its pid.

STATE/shells/PID holds the project's path and NUL; NUL alone after the shell has left it. What follows NUL is the rest
of a longer path: hooks write over the file without truncating it, because that takes milliseconds on a busy ext4. fish
cannot do that and appends: its file begins with `+` and NUL, and the last project counts.
"""

from __future__ import annotations

import contextlib
import os
from typing import NamedTuple

from stepin.hook.files import read_regular, write_whole
from stepin.watch.projects.processes import is_live

RECHECK = "again"  # a file of this name among the traces asks for a check of all active projects
_FOLDER = "shells"
_BYTES = 256 * 1024  # fish's longest: 50 paths of at most 4096 bytes each


class Trace(NamedTuple):
    """What one shell left."""

    pid: int
    project: str  # "" if it is in none
    written: float  # seconds since the epoch
    live: bool  # the shell still runs


def trace_folder(store: str) -> str:
    """Return the folder of traces below the state folder."""
    return os.path.join(store, _FOLDER)


def read_traces(store: str) -> list[Trace]:
    """Return the traces, and remove those of shells that have ended. Never raises."""
    folder = trace_folder(store)
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = []
    for name in names:
        if not (name.isascii() and name.isdigit()) or len(name) > 10:
            continue
        path = os.path.join(folder, name)
        try:
            written = os.lstat(path).st_mtime
        except OSError:
            continue
        live = is_live(int(name), written)
        found.append(Trace(int(name), _project(path), written, live))
        if not live:
            with contextlib.suppress(OSError):
                os.unlink(path)
    return found


def request_check(store: str) -> None:
    """Ask the watcher, if one runs, to check all active projects. Raises OSError."""
    if not os.path.isdir(trace_folder(store)):  # no watcher was ever started
        return
    path = os.path.join(trace_folder(store), RECHECK)
    write_whole(path, b"")
    os.unlink(path)


def _project(path: str) -> str:
    paths = (read_regular(path, _BYTES) or b"").split(b"\0")
    project = os.fsdecode(paths[-2] if paths[0] == b"+" and len(paths) > 2 else paths[0])
    return project if os.path.isabs(project) and os.path.normpath(project) == project else ""
