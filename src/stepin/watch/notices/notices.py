"""The files that the hooks show, and the user's wish not to be told for a while.

STATE/notices + mirror(project) + /notice, written whole and renamed:

    ID COUNT MARK      what is told is told once a shell for each ID, 0 for what is in order; COUNT findings
    text               of the drift; or that it is mended, for a shell that was told
    NEWS text          what was installed beside the declared, each NEWS once; empty where there is nothing
    path               from here on: the notice is about these, and is not shown once one of them is gone or newer
    ...

MARK is the name of an empty file beside it, which changes with any of the lines and goes when they do: a shell that has
read the notice need not read it again while its mark is there.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import NamedTuple

from stepin.hook import files as state
from stepin.watch.notices import telling

_FOLDER = "notices"
_BYTES = 64 * 1024
_MARK = "is-"
AGAIN = "again"  # a file of this name among the traces asks for a check of all that is awake
CLEAN = "0"
CLOCK_NS = 20_000_000  # file times lag behind the clock by up to a kernel tick


class Notice(NamedTuple):
    """What a notice file holds."""

    ident: str
    findings: int
    text: str
    news: str  # NEWS and the text, or ""
    about: tuple[str, ...]


class Snooze(NamedTuple):
    """`until` in seconds since the epoch, or `ident` of the drift that is not to be told again."""

    until: float
    ident: str


def path_of(store: str, project: str) -> str:
    return os.path.join(store, _FOLDER + state.mirror(project), "notice")


def write(store: str, project: str, notice: Notice, as_of_ns: int) -> bool:
    """Write a notice about what was read at `as_of_ns` (the epoch's nanoseconds). Raises OSError.

    Return whether it holds: False where something that it is about may have changed since it was read.
    """
    # A newline in a path would end the line: such a one is left out, the rest still guards. So is what is not there.
    about = [path for path in notice.about if "\n" not in path and os.path.exists(path)]
    rest = [notice.text, notice.news, *about]
    mark = _MARK + telling.ident([notice.ident, str(notice.findings), *rest])
    lines = [f"{notice.ident} {notice.findings} {mark}", *rest, ""]
    times = [_modified(path) for path in about]
    now = time.time_ns()
    # A file may bear a time to come, and then says nothing about when it was changed.
    dated = max([as_of_ns - CLOCK_NS, *(when for when in times if when > now)])
    path = path_of(store, project)
    folder = os.path.dirname(path)
    if not os.path.lexists(os.path.join(folder, mark)):
        state.write_whole(os.path.join(folder, mark), b"")
    state.write_whole(path, os.fsencode("\n".join(lines)), mtime_ns=dated)
    _unmark(folder, mark)
    return all(when <= dated for when in times)


def read(store: str, project: str) -> Notice | None:
    """Return the notice that is there; None where there is none, or it cannot be understood."""
    content = state.read_regular(path_of(store, project), _BYTES)
    lines = os.fsdecode(content or b"").split("\n")
    first = lines[0].split(" ")
    if len(lines) < 4 or len(first) != 3 or not first[1].isdecimal():
        return None
    return Notice(first[0], int(first[1]), lines[1], lines[2], tuple(lines[3:-1]))


def remove(store: str, project: str) -> None:
    """Remove a notice: nothing is known now. Never raises."""
    path = path_of(store, project)
    with contextlib.suppress(OSError):
        os.unlink(path)
    _unmark(os.path.dirname(path), "")


def _unmark(folder: str, but: str) -> None:
    """Remove the marks of notices that are no more, also one that a killed watcher left."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.startswith(_MARK) and name != but:
                os.unlink(os.path.join(folder, name))


def snooze(store: str, project: str, wish: Snooze | None) -> None:
    """Keep the user's wish, or (None) end it. Raises OSError."""
    path = _snooze_path(store, project)
    if wish is None:
        if os.path.lexists(path):
            os.unlink(path)
        return
    state.write_whole(path, os.fsencode(f"{wish.until:.0f} {wish.ident}\n"))


def snoozed(store: str, project: str) -> Snooze | None:
    """Return the wish that is in force."""
    content = state.read_regular(_snooze_path(store, project), 1024)
    words = os.fsdecode(content or b"").split()
    if not words or not words[0].isdecimal():
        return None
    wish = Snooze(float(words[0]), words[1] if len(words) > 1 else "")
    return wish if wish.ident or wish.until > time.time() else None


def ask_again(store: str) -> None:
    """Have the watcher, if one runs, look at all that is awake. Raises OSError."""
    path = os.path.join(store, "shells", AGAIN)
    state.write_whole(path, b"")
    os.unlink(path)


def _snooze_path(store: str, project: str) -> str:
    return os.path.join(os.path.dirname(path_of(store, project)), "snooze")


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
