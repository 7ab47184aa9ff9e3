"""Read the stat of files. A missing file is not an error."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def mtime_ns(path: str) -> int:
    """Return a file's modification time in nanoseconds since the epoch; 0 if it is not there."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def identity(path: str) -> tuple[int, int] | None:
    """Return what names a file or folder until it is removed, (device, inode); None if it is not there."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_dev, status.st_ino)


def signature(paths: Iterable[str]) -> int:
    """Return a number that changes with the times, size or inode of any of these paths."""
    return hash(tuple(map(_key, paths)))


def _key(path: str) -> tuple[int, ...] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size)
