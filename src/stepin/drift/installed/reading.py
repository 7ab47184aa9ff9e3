"""Reading a small file of somebody else's: it may be a pipe, a device, a folder, endless, or gone by now."""

from __future__ import annotations

import os
from stat import S_ISREG

# Without O_NONBLOCK an open() of a FIFO waits for a writer; without O_NOCTTY that of a terminal may become ours.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def local(path: str) -> bool:
    """Say whether a path that came out of a file may be touched: absolute, and not on another host.

    Windows logs in to \\\\HOST\\SHARE, with the user's name and a hash of the password, as soon as it is looked at.
    """
    if "\0" in path or not os.path.isabs(path):
        return False
    return os.name == "posix" or not path.replace("\\", "/").startswith("//")


def read(path: str, limit: int) -> bytes:
    """Return what a regular file holds, at most `limit` bytes of it. Links are followed.

    Raises OSError where it cannot be read or is no regular file. A device is not even opened: opening one may act.
    """
    if not S_ISREG(os.stat(path).st_mode):
        raise OSError(f"{path} is no regular file")
    fd = os.open(path, _FLAGS)
    try:
        status = os.fstat(fd)
        if not S_ISREG(status.st_mode):
            raise OSError(f"{path} is no regular file")
        # A file may be longer than its size says (procfs says 0): the end is where read() returns less than it could.
        wanted = min(limit, status.st_size + 1)
        data = more = os.read(fd, wanted)
        while len(more) == wanted and len(data) < limit:
            wanted = min(limit - len(data), 1 << 16)
            more = os.read(fd, wanted)
            data += more
        return data
    finally:
        os.close(fd)


def read_or_none(path: str, limit: int) -> bytes | None:
    """Like read(), but None where there is nothing to read."""
    try:
        return read(path, limit)
    except (OSError, ValueError):  # ValueError: a NUL in a path that came out of a file
        return None
