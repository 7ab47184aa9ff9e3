"""The projects that the watcher knows: what was allowed or visited, when last, and how it was then."""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import TYPE_CHECKING

from stepin.hook import files as state
from stepin.hook import trust
from stepin.store import records

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE = os.path.join("watch", "visited")
_BYTES = 4 << 20
_OLD = 90 * 24 * 3600  # seconds; a project that nobody was in for so long is forgotten until somebody is


class Known:
    """One project. `verdict` is what the last check said ("clean", "drift", "unknown"), None before it."""

    __slots__ = ("about", "checked", "path", "signature", "trouble", "verdict", "visited")

    def __init__(self, path: str, visited: float) -> None:
        self.path = path
        self.visited = visited  # seconds since the epoch
        self.verdict: str | None = None
        self.checked: float | None = None
        self.about: tuple[str, ...] = ()  # the paths that the verdict was about, while the project is asleep
        self.signature = 0  # and what their stat was then
        self.trouble = ""


def load(store: str) -> dict[str, Known]:
    """Return what is known, by path: what save() kept, and what was allowed by name. Never raises."""
    found: dict[str, Known] = {}
    oldest = time.time() - _OLD
    content = state.read_regular(os.path.join(store, _FILE), _BYTES) or b""
    for line in os.fsdecode(content).splitlines():
        when, _, path = line.partition(" ")
        path = trust.decode(path)
        if when.isdecimal() and int(when) > oldest and os.path.isabs(path):
            found[path] = Known(path, float(when))
    for record in allowed(store):
        if record.path not in found:
            found[record.path] = Known(record.path, _when(record.when))
    return found


def allowed(store: str) -> list[records.Record]:
    """Return the records that allow one project; those of trees name none."""
    return [record for record in records.everything(store) if record.verdict == "allow" and not record.tree]


def save(store: str, known: Iterable[Known]) -> None:
    """Keep when each project was visited. Raises OSError."""
    lines = [f"{int(one.visited)} {trust.encode(one.path)}\n" for one in known]
    state.write_whole(os.path.join(store, _FILE), os.fsencode("".join(lines)))


def _when(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0
