"""Which shells stand in which project: the small files that the hooks leave, one a shell, named by its pid.

STATE/shells/PID holds the project's path and NUL; NUL alone where the shell has left it. What stands behind NUL is what
is left of a longer path: the hooks write over the file without emptying it. fish cannot, and appends: its file begins
with `+` and NUL, then its last project is the one that counts. (To empty a file costs milliseconds on a busy ext4.)
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import NamedTuple

from stepin.hook.files import read_regular

FOLDER = "shells"
_TRACE_BYTES = 256 * 1024  # fish's longest: 50 paths, each of at most 4096 bytes
_SLACK = 2.0  # seconds: a process's begin is known to a clock tick, the clock may have been set since


class Trace(NamedTuple):
    """What one shell left."""

    pid: int
    project: str  # "" where it stands in none
    written: float  # seconds since the epoch
    live: bool  # that shell is still there


def read(store: str) -> list[Trace]:
    """Return the traces, and remove those of shells that are gone. Never raises."""
    folder = os.path.join(store, FOLDER)
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
            status = os.lstat(path)
        except OSError:
            continue
        paths = (read_regular(path, _TRACE_BYTES) or b"").split(b"\0")
        project = os.fsdecode(paths[-2] if paths[0] == b"+" and len(paths) > 2 else paths[0])
        if not os.path.isabs(project) or os.path.normpath(project) != project:
            project = ""
        live = is_live(int(name), status.st_mtime)
        if not live:
            with contextlib.suppress(OSError):
                os.unlink(path)
        found.append(Trace(int(name), project, status.st_mtime, live))
    return found


def is_live(pid: int, written: float) -> bool:
    """Say whether the process that wrote a file at `written` is still there: a pid may be another one's by now."""
    begin = started(pid)
    return begin is not None and begin <= written + _SLACK


def started(pid: int) -> float | None:
    """Return when a process began, in seconds since the epoch; None where there is none."""
    if sys.platform == "linux":
        ticks = start_ticks(pid)
        if ticks is None:
            return None
        since_boot = time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.time() - since_boot + ticks / os.sysconf("SC_CLK_TCK")
    return _started_by_ps(pid)


def start_ticks(pid: int) -> int | None:
    """Return field 22 of /proc/PID/stat (proc(5)): with the pid it names one process since the boot."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:
            fields = stream.read().rpartition(b")")[2].split()
    except OSError:
        return None
    # State Z: ended, its parent has not asked yet.
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def _started_by_ps(pid: int) -> float | None:
    """Ask ps(1), which every other Unix has; its `etime` is [[dd-]hh:]mm:ss (POSIX)."""
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603  # fixed words and a number
            ["/bin/ps", "-p", str(pid), "-o", "etime="], capture_output=True, text=True, check=False, timeout=5
        )
        days, _, clock = done.stdout.strip().rpartition("-")
        parts = [int(part) for part in clock.split(":")]
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + part
    return time.time() - seconds - int(days or 0) * 86400
