"""Check whether a process is the one that had this pid before."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from stepin.hook.files import read_head

_STAT_BYTES = 4096
_SLACK = 2.0  # seconds: start times are known to a tick, and the clock may have been set since


def is_live(pid: int, written: float) -> bool:
    """Return whether the process that wrote a file at `written`, in seconds since the epoch, still runs."""
    start = start_time(pid)
    return start is not None and start <= written + _SLACK


def start_time(pid: int) -> float | None:
    """Return when a process started, in seconds since the epoch; None if there is none."""
    if sys.platform == "linux":
        ticks = start_ticks(pid)
        if ticks is None:
            return None
        since_boot = time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.time() - since_boot + ticks / os.sysconf("SC_CLK_TCK")
    return _start_time_from_ps(pid)


def start_ticks(pid: int) -> int | None:
    """Return field 22 of /proc/PID/stat (proc(5)): with the pid it names one process since the boot."""
    try:
        fields = read_head(f"/proc/{pid}/stat", _STAT_BYTES).rpartition(b")")[2].split()
    except OSError:
        return None
    # State Z: it has ended, and its parent has not waited for it.
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def _start_time_from_ps(pid: int) -> float | None:
    """Ask ps(1), which every other Unix has. Its `etime` is [[dd-]hh:]mm:ss (POSIX)."""
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
