"""What the watcher says of itself, for `stepin service status`: STATE/watch/status.json, written whole."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from stepin.hook import files as state
from stepin.watch.service import instance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stepin.watch.projects.known import Known

_BYTES = 8 << 20


def write(store: str, projects: Iterable[tuple[Known, str]], trouble: Iterable[str]) -> None:
    """Write what is known of each project, with how it is watched ("events", "polling", "asleep"). Raises OSError."""
    rows = []
    for one, watched in projects:
        row = {"path": one.path, "watched": watched, "verdict": one.verdict, "checked": one.checked}
        rows.append(row | ({"trouble": one.trouble} if one.trouble else {}))
    text = json.dumps({"projects": rows, "trouble": list(trouble)})
    state.write_whole(_path(store), text.encode())


def read(store: str, log: str) -> dict[str, Any]:
    """Return the fields of stepin.service/1 (see stepin.schemas)."""
    found = instance.running(store)
    said: dict[str, Any] = {}
    content = state.read_regular(_path(store), _BYTES)
    if content is not None:
        try:
            said = json.loads(content)
        except ValueError:
            said = {}
    projects = said.get("projects", []) if isinstance(said, dict) else []
    trouble = said.get("trouble", []) if isinstance(said, dict) else []
    if found is None:
        # What is not watched is not known: what the last one knew may be so no more.
        projects = [{**row, "watched": "asleep", "verdict": None} for row in projects]
        trouble = []
    return {
        "running": found is not None,
        "pid": found[0] if found else None,
        "since": found[1] if found else None,
        "memory": _memory(found[0]) if found else None,
        "log": log,
        "projects": projects,
        "trouble": trouble,
    }


def _memory(pid: int) -> int | None:
    """Return a process's resident memory in bytes (proc(5)); None where it cannot be told."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _path(store: str) -> str:
    return os.path.join(store, instance.FOLDER, "status.json")
