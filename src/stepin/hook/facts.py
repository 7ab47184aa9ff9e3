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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Facts:
    """What one judgement looked at."""

    __slots__ = ("absent", "seen", "times", "unrunnable")

    def __init__(self) -> None:
        self.seen = time.time_ns()  # until then, at least, nothing else was there
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
        ages = [age for age in self._ages() if abs(age) < TICK_NS]
        if not ages:
            return True
        time.sleep((TICK_NS - max(0, min(ages))) / 1e9)
        self.seen = time.time_ns()
        return not self.changed()

    def changed(self) -> bool:
        """Return whether a fact is not what it was."""
        return (
            any(_time(path) != modified for path, modified in self.times.items())
            or any(map(os.path.exists, self.absent))
            or any(map(is_runnable, self.unrunnable))
        )

    def references(self, generation: str, settled: bool) -> "tuple[tuple[str, str], ...]":
        """Return (path, reference) for each time. A reference is "" if it would prove nothing.

        That is so without a generation, if the facts have not settled, or if a coarse time is younger than two seconds.
        """
        found = []
        for (path, modified), age in zip(self.times.items(), self._ages(), strict=True):
            sure = settled and generation and (modified % COARSE_NS or abs(age) >= COARSE_TICK_NS)
            found.append((path, reference(generation, modified) if sure else ""))
        return tuple(found)

    def recent(self) -> bool:
        """Return whether a fact is younger than two seconds."""
        return any(abs(age) < COARSE_TICK_NS for age in self._ages())

    def _ages(self) -> "Iterable[int]":
        now = time.time_ns()
        return [now - modified for modified in self.times.values()]


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


def _time(path: str) -> "int | None":
    try:
        return os.stat(path).st_mtime_ns
    except (OSError, ValueError):
        return None
