"""Write and read the notices that hooks show.

STATE/notices + mirror(project) + /notice, written whole and renamed:

    ID COUNT MARK      identifies the drift, 0 if there is none; the number of findings; the name of the mark
    text               a line about the drift; or, for shells that showed one, that the environment matches again
    NEWS text          a line about newly installed distributions that nothing declares, and what identifies it; or ""
    path               from here on, what the notice is about: it is stale if one of these is gone or newer
    ...

A shell shows a text once for each ID, and once for each NEWS. The mark is an empty file in the same folder. Its name
changes with any of the lines, so a shell need not read the notice again while the mark is there.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from stepin.hook.files import mirror, read_regular, write_whole
from stepin.watch.filestat import mtime_ns

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_DRIFT = "0"
CLOCK_NS = 20_000_000  # file times lag behind the clock by up to a tick of the kernel
_FOLDER = "notices"
_BYTES = 64 * 1024
_MARK = "is-"


class Notice(NamedTuple):
    """What a notice file holds."""

    ident: str
    findings: int
    text: str
    news: str  # NEWS and the text, or ""
    about: tuple[str, ...]


def notice_path(store: str, project: str) -> str:
    """Return the path of a project's notice."""
    return os.path.join(store, _FOLDER + mirror(project), "notice")


def write_notice(store: str, project: str, notice: Notice, as_of_ns: int) -> bool:
    """Write a notice about what was read at `as_of_ns`, in nanoseconds since the epoch. Raises OSError.

    Return whether it holds: False if something that it is about may have changed since it was read.
    """
    # A newline would end the line: leave out such a path, the others still guard. Leave out what is not there, too.
    about = [path for path in notice.about if "\n" not in path and os.path.exists(path)]
    rest = [notice.text, notice.news, *about]
    mark = _MARK + digest([notice.ident, str(notice.findings), *rest])
    lines = [f"{notice.ident} {notice.findings} {mark}", *rest, ""]
    times = [mtime_ns(path) for path in about]
    now = time.time_ns()
    # A file may bear a time in the future, which says nothing about when it was changed.
    dated = max([as_of_ns - CLOCK_NS, *(when for when in times if when > now)])
    path = notice_path(store, project)
    folder = os.path.dirname(path)
    if not os.path.lexists(os.path.join(folder, mark)):
        write_whole(os.path.join(folder, mark), b"")
    write_whole(path, os.fsencode("\n".join(lines)), mtime_ns=dated)
    _remove_marks(folder, but=mark)
    return all(when <= dated for when in times)


def read_notice(store: str, project: str) -> Notice | None:
    """Return a project's notice; None if there is none or it is malformed."""
    content = read_regular(notice_path(store, project), _BYTES)
    lines = os.fsdecode(content or b"").split("\n")
    first = lines[0].split(" ")
    if len(lines) < 4 or len(first) != 3 or not first[1].isdecimal():
        return None
    return Notice(first[0], int(first[1]), lines[1], lines[2], tuple(lines[3:-1]))


def remove_notice(store: str, project: str) -> None:
    """Remove a project's notice, because nothing is known now. Never raises."""
    path = notice_path(store, project)
    with contextlib.suppress(OSError):
        os.unlink(path)
    _remove_marks(os.path.dirname(path), but="")


def digest(words: Iterable[str]) -> str:
    """Return a short identifier of these words, the same each time."""
    data = os.fsencode("\n".join(words))
    return f"{crc32(data):08x}{len(data):x}"


def _remove_marks(folder: str, but: str) -> None:
    """Remove the marks of former notices, also those that a killed watcher left."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.startswith(_MARK) and name != but:
                os.unlink(os.path.join(folder, name))
