"""Keep the catalog of known projects: those that were trusted or visited, and when last."""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import TYPE_CHECKING

from stepin.hook import trust
from stepin.hook.files import read_regular, write_whole
from stepin.store import records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stepin.watch.projects.traces import Trace

_FILE = os.path.join("watch", "visited")
_BYTES = 4 << 20
_OLD = 90 * 24 * 3600  # seconds; a project that was not visited for so long is dropped until it is visited again


class KnownProject:
    """One project. `verdict` is that of the last check ("clean", "drift", "unknown"); None before the first."""

    __slots__ = ("about", "checked", "path", "signature", "trouble", "verdict", "visited")

    def __init__(self, path: str, visited: float) -> None:
        self.path = path
        self.visited = visited  # seconds since the epoch
        self.verdict: str | None = None
        self.checked: float | None = None  # seconds since the epoch
        self.about: tuple[str, ...] = ()  # the paths that the verdict depends on, while the project is inactive
        self.signature = 0  # their signature at the last check
        self.trouble = ""


def load_catalog(store: str) -> dict[str, KnownProject]:
    """Return the known projects by path: what save_catalog() kept, and what is trusted by name. Never raises."""
    found: dict[str, KnownProject] = {}
    oldest = time.time() - _OLD
    content = read_regular(os.path.join(store, _FILE), _BYTES) or b""
    for line in os.fsdecode(content).splitlines():
        when, _, path = line.partition(" ")
        path = trust.decode(path)
        if when.isdecimal() and int(when) > oldest and os.path.isabs(path):
            found[path] = KnownProject(path, float(when))
    for record in _trusted(store):
        if record.path not in found:
            found[record.path] = KnownProject(record.path, _timestamp(record.when))
    return found


def add_trusted(known: dict[str, KnownProject], store: str) -> None:
    """Add the projects that were trusted meanwhile."""
    for record in _trusted(store):
        known.setdefault(record.path, KnownProject(record.path, 0.0))


def add_visits(known: dict[str, KnownProject], traces: Iterable[Trace]) -> set[str]:
    """Add the visits that traces show. Return the projects that a live shell is in."""
    live = set()
    for trace in traces:
        if trace.project:
            one = known.setdefault(trace.project, KnownProject(trace.project, 0.0))
            one.visited = max(one.visited, trace.written)
            if trace.live:
                live.add(trace.project)
    return live


def save_catalog(store: str, known: Iterable[KnownProject]) -> None:
    """Keep when each project was visited. Raises OSError."""
    lines = [f"{int(one.visited)} {trust.encode(one.path)}\n" for one in known]
    write_whole(os.path.join(store, _FILE), os.fsencode("".join(lines)))


def _trusted(store: str) -> list[records.Record]:
    """Return the records that trust one project. Those of trees name none."""
    return [record for record in records.everything(store) if record.verdict == "allow" and not record.tree]


def _timestamp(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0
