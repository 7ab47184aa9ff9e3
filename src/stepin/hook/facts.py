"""The facts that a decision is made from, and the reference files by which a shell tests that they still hold.

A fact is the modification time of a file or folder, noted before what it stands for is read. A shell cannot print such
a time with builtins, but it can compare two files: GENERATION/t/HEX bears exactly the time HEX (nanoseconds since the
epoch, in hexadecimal), and a fact holds while its file is neither newer nor older than that. No clock takes part, so
times ahead of it, and a clock that jumps, do no harm.

One thing only is left to time: a file system dates changes by a tick of 10 ms or less, and a change in the same tick as
the one that was noted bears the same time. So `settle` waits the tick out if a fact is that young.
"""

import os
import time

from stepin.hook.files import write_whole

TICK_NS = 25_000_000  # the kernel's tick is 10 ms at most (100 Hz)
# Some file systems keep whole seconds (HFS+, ext3) or two of them (FAT), others hundredths (exFAT). Their times are
# multiples of this; too long to wait for, such a fact has no reference until it is older.
COARSE_NS = 10_000_000
COARSE_TICK_NS = 2_000_000_000
ROUNDS = 2  # of judging and settling: what then still changes is not settled


class Facts:
    """What one judgement looked at."""

    __slots__ = ("absent", "settled", "times", "unrunnable")

    def __init__(self) -> None:
        self.settled = False
        self.times: dict[str, int] = {}  # path to its modification time, links followed
        self.absent: list[str] = []  # what was looked for and is not there
        self.unrunnable: list[str] = []  # interpreters that are there and cannot be run

    def note(self, path: str) -> None:
        """Note the time of a file or folder, or that it is not there. Call it before reading what it stands for."""
        modified = _time(path)
        if modified is not None:
            self.times.setdefault(path, modified)
        elif path not in self.absent:
            self.absent.append(path)

    def settle(self) -> bool:
        """Wait until later changes are bound to show; return False if something has changed meanwhile.

        That takes no time unless a fact is younger than the tick, and 25 ms at most.
        """
        ages = [age for age in map(_age, self.times.values()) if abs(age) < TICK_NS]
        if ages:
            time.sleep((TICK_NS - max(0, min(ages))) / 1e9)
        self.settled = not ages or not self.changed()
        return self.settled

    def changed(self) -> bool:
        """Return whether a fact is not what it was."""
        return (
            any(_time(path) != modified for path, modified in self.times.items())
            or any(map(os.path.exists, self.absent))
            or any(map(is_runnable, self.unrunnable))
        )

    def is_sure(self, path: str) -> bool:
        """Return whether a later change of this path is bound to show in its time.

        It is not if the facts have not settled, or if the time is coarse and younger than two seconds.
        """
        modified = self.times[path]
        return self.settled and (modified % COARSE_NS != 0 or abs(_age(modified)) >= COARSE_TICK_NS)

    def references(self, generation: str) -> "tuple[tuple[str, str], ...]":
        """Return (path, reference) for each time. Without a generation, or if a time is not sure, a reference is ""."""
        sure = {modified for path, modified in self.times.items() if generation and self.is_sure(path)}
        made = {modified: reference(generation, modified) for modified in sure}
        return tuple((path, made.get(modified, "")) for path, modified in self.times.items())

    def recent(self) -> bool:
        """Return whether a fact is younger than two seconds."""
        return any(abs(_age(modified)) < COARSE_TICK_NS for modified in self.times.values())


def reference(generation: str, modified: int) -> str:
    """Return a file that bears this time, in nanoseconds; "" if its file system cannot represent it, or is full."""
    path = f"{generation}/t/{modified:x}"
    if _time(path) == modified:
        return path
    try:
        write_whole(path, b"", mtime_ns=modified)
    except (OSError, OverflowError):
        return ""
    return path if _time(path) == modified else ""


def is_runnable(python: str) -> bool:
    """Return whether an interpreter is a file that can be executed."""
    return os.path.isfile(python) and os.access(python, os.X_OK)


def _age(modified: int) -> int:
    """Return how long ago that was, in nanoseconds; negative if it is yet to come."""
    return time.time_ns() - modified


def _time(path: str) -> "int | None":
    try:
        return os.stat(path).st_mtime_ns
    except (OSError, ValueError):
        return None
