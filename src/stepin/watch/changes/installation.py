"""Detect an installation in progress: what it has left half done is not drift.

pip unpacks a wheel's files, compiles them, and writes INSTALLER, direct_url.json and REQUESTED, and RECORD last of all
(pip's operations/install/wheel.py); what it replaces it first renames to `~name` (req_uninstall.py). uv holds a lock on
ENV/.lock while it changes an environment.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from stepin.hook.files import read_head, read_regular
from stepin.watch.filestat import mtime_ns

if TYPE_CHECKING:
    from collections.abc import Sequence

YOUNG = 60.0  # seconds; what is older and unchanged does not belong to an installation that is still running
_LOCKS_BYTES = 1 << 20
_RECORD_BYTES = 8 << 20


class Installation(NamedTuple):
    """What was seen of one."""

    in_progress: bool
    stamp: int  # differs from that of another look if something changed between them


def inspect(env: str, sites: Sequence[str]) -> Installation:
    """Inspect an environment and the site-packages folders that belong to it. Never raises."""
    now = time.time()
    busy = is_locked(os.path.join(env, ".lock"))
    stamp: list[object] = []
    for site in sites:
        try:
            stamp.append(os.stat(site).st_mtime_ns)
            with os.scandir(site) as entries:
                young = [
                    (entry.name, entry.is_dir(follow_symlinks=False))
                    for entry in entries
                    if entry.name != "__pycache__" and _is_young(entry, now)
                ]
        except OSError:
            continue
        infos = [name for name, is_folder in young if is_folder and name.endswith(".dist-info")]
        for name in infos:
            path = os.path.join(site, name)
            stamp.append((name, mtime_ns(path)))
            busy = busy or not os.path.exists(os.path.join(path, "INSTALLER"))
        busy = busy or any(name.startswith("~") for name, _ in young)
        folders = {name for name, is_folder in young if is_folder and not name.endswith((".dist-info", ".egg-info"))}
        stamp += [(name, mtime_ns(os.path.join(site, name))) for name in sorted(folders)]
        if folders and not busy:
            busy = bool(_without_record(site, folders, infos))
    return Installation(busy, hash(tuple(stamp)))


def _is_young(entry: os.DirEntry[str], now: float) -> bool:
    try:
        return abs(now - entry.stat(follow_symlinks=False).st_ctime) < YOUNG
    except OSError:
        return False


def _without_record(site: str, folders: set[str], infos: Sequence[str]) -> set[str]:
    """Return the folders that no RECORD in a site-packages names. The RECORDs of `infos` are read first."""
    try:
        older = [name for name in os.listdir(site) if name.endswith(".dist-info") and name not in infos]
    except OSError:
        return set()
    missing = set(folders)
    for name in (*infos, *older):
        if not missing:
            break
        data = read_regular(os.path.join(site, name, "RECORD"), _RECORD_BYTES)
        if data is not None:
            missing = {folder for folder in missing if not _names(data, os.fsencode(folder) + b"/")}
    return missing


def _names(record: bytes, start: bytes) -> bool:
    return record.startswith(start) or b"\n" + start in record or b'\n"' + start in record


def is_locked(path: str) -> bool:
    """Return whether a process holds a lock on a file. Linux only: /proc/locks (proc(5)) shows it without taking it."""
    try:
        status = os.stat(path)
        locks = read_head("/proc/locks", _LOCKS_BYTES)
    except OSError:
        return False
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}".encode()
    return any(place in line.split() for line in locks.splitlines())
