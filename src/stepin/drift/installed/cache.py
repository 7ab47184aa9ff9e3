"""Keep what was read of one folder of distributions on disk.

The format is marshal: it is built in and loads several times faster than json. It is not safe for hostile input, so
nothing is loaded from a file that another user owns or can write to, or whose checksum is wrong. It may differ between
versions of Python, so the file names the Python that wrote it and the fields in it.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
from stat import S_ISREG
from typing import Any
from zlib import adler32, crc32

import packaging

from stepin.drift.model import Contents, Dependency, Details, Fault

# To be raised when the same files are parsed differently.
_FORMAT = 1
_SHAPE = ",".join((*Contents._fields, *Details._fields, *Dependency._fields, *Fault._fields))
_MAGIC = f"stepin {_FORMAT} {sys.hexversion:x} packaging {packaging.__version__} {_SHAPE}\n".encode()
_LIMIT = 64 * 1024 * 1024
_OLD = 60 * 24 * 3600  # seconds


def load_entries(cache_dir: str, folder: str) -> dict[str, Any]:
    """Return the entries that were saved for `folder`, {} if there are none that can be trusted."""
    try:
        fd = os.open(
            _file(cache_dir, folder), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
    except OSError:
        return {}
    try:
        status = os.fstat(fd)
        mine = os.name == "nt" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)
        if not S_ISREG(status.st_mode) or not mine or status.st_size > _LIMIT:
            return {}
        with open(fd, "rb", closefd=False) as stream:
            data = stream.read()
    except OSError:
        return {}
    finally:
        os.close(fd)
    start = len(_MAGIC) + 4
    body = memoryview(data)[start:]
    if data[: start - 4] != _MAGIC or crc32(body).to_bytes(4, "big") != data[start - 4 : start]:
        return {}
    try:
        path, entries = marshal.loads(body)  # noqa: S302  # the user's own file, checked above
    except (ValueError, EOFError, TypeError):
        return {}
    # Two folders may have the same file name.
    return entries if path == folder else {}


def save_entries(cache_dir: str, folder: str, entries: dict[str, Any]) -> None:
    """Save the entries for `folder`, atomically. Ignores errors."""
    body = marshal.dumps((folder, entries))
    path = _file(cache_dir, folder)
    new = f"{path}.{os.getpid()}"
    try:
        os.makedirs(cache_dir, 0o700, exist_ok=True)
        if not os.path.lexists(path):
            _prune(cache_dir)
        fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with open(fd, "wb") as stream:
                stream.write(_MAGIC + crc32(body).to_bytes(4, "big") + body)
            os.replace(new, path)
        except OSError:
            os.unlink(new)
    except OSError:
        return


def _file(cache_dir: str, folder: str) -> str:
    name = os.fsencode(folder)
    return os.path.join(cache_dir, f"installed-{crc32(name):08x}{adler32(name):08x}")


def _prune(cache_dir: str) -> None:
    """Remove files that are two months old: most of their environments no longer exist."""
    for name in os.listdir(cache_dir):
        if name.startswith("installed-"):
            path = os.path.join(cache_dir, name)
            if time.time() - os.lstat(path).st_mtime > _OLD:
                os.unlink(path)
