"""Keep the user's wish to hear nothing about a project's drift for a while: a file next to the project's notice."""

from __future__ import annotations

import os
import time
from typing import NamedTuple

from stepin.hook.files import read_regular, write_whole
from stepin.watch.notices.notice_file import notice_path

_BYTES = 1024


class Snooze(NamedTuple):
    """When a snooze ends: at a time, or when the drift changes."""

    until: float  # seconds since the epoch
    ident: str  # of the drift; "" if the time decides


def set_snooze(store: str, project: str, snooze: Snooze | None) -> None:
    """Keep a snooze; None ends it. Raises OSError."""
    path = _path(store, project)
    if snooze is None:
        if os.path.lexists(path):
            os.unlink(path)
        return
    write_whole(path, os.fsencode(f"{snooze.until:.0f} {snooze.ident}\n"))


def current_snooze(store: str, project: str) -> Snooze | None:
    """Return the snooze that is in force; None if there is none."""
    content = read_regular(_path(store, project), _BYTES)
    words = os.fsdecode(content or b"").split()
    if not words or not words[0].isdecimal():
        return None
    snooze = Snooze(float(words[0]), words[1] if len(words) > 1 else "")
    return snooze if snooze.ident or snooze.until > time.time() else None


def _path(store: str, project: str) -> str:
    return os.path.join(os.path.dirname(notice_path(store, project)), "snooze")
