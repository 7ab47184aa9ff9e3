"""Write and read what `stepin service status` shows: STATE/watch/status.json, written whole."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from stepin.hook.files import read_head, read_regular, write_whole
from stepin.hook.text import printable
from stepin.watch.service import instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stepin.watch.projects.pool import ProjectPool

EVENTS, POLLING, INACTIVE = "events", "polling", "inactive"
_BYTES = 8 << 20
_STATM_BYTES = 4096


def write_status(store: str, pool: ProjectPool, polled: Mapping[str, str]) -> None:
    """Write what is known of each project. `polled`: folders that are polled, and why. Raises OSError."""
    rows = []
    for one in pool.known.values():
        project = pool.active.get(one.path)
        watched = INACTIVE if project is None else EVENTS if polled.keys().isdisjoint(project.plan.names) else POLLING
        row = {"path": one.path, "watched": watched, "verdict": one.verdict, "checked": one.checked}
        rows.append(row | ({"trouble": one.trouble} if one.trouble else {}))
    reasons = [f"{printable(folder)}: {reason}" for folder, reason in sorted(polled.items())]
    text = json.dumps({"projects": rows, "trouble": reasons})
    write_whole(_path(store), text.encode())


def read_status(store: str, log: str) -> dict[str, Any]:
    """Return the fields of stepin.service/1 (see stepin.schemas)."""
    watcher = instance.find_running(store)
    content = read_regular(_path(store), _BYTES)
    try:
        written = json.loads(content or b"{}")
    except ValueError:
        written = {}
    if not isinstance(written, dict):
        written = {}
    projects = written.get("projects", [])
    trouble = written.get("trouble", [])
    if watcher is None:
        # What the last watcher knew may no longer be true.
        projects = [{**row, "watched": INACTIVE, "verdict": None} for row in projects]
        trouble = []
    return {
        "running": watcher is not None,
        "pid": watcher.pid if watcher else None,
        "since": watcher.since if watcher else None,
        "memory": _memory(watcher.pid) if watcher else None,
        "log": log,
        "projects": projects,
        "trouble": trouble,
    }


def _memory(pid: int) -> int | None:
    """Return a process's resident memory in bytes (proc(5)); None if the system does not report it."""
    try:
        return int(read_head(f"/proc/{pid}/statm", _STATM_BYTES).split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _path(store: str) -> str:
    return os.path.join(store, instance.FOLDER, "status.json")
