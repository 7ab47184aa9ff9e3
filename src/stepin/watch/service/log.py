"""Write the log of the watcher as a service."""

from __future__ import annotations

import os
import time

from stepin.hook.files import make_folders
from stepin.hook.text import printable
from stepin.settings import folders

_BYTES = 1 << 20


def log_file() -> str:
    """Return the path of the log."""
    return os.path.join(folders.log(), "watch.log")


class Log:
    """A file of lines, 0600. A full one is renamed, and replaces the one before. A full disk stops only the log."""

    def __init__(self, path: str) -> None:
        """Create the folder. Raises OSError."""
        self._path = path
        make_folders(os.path.dirname(path))

    def write(self, text: str) -> None:
        """Append a line with the time. Never raises."""
        line = f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {printable(text)}\n"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        try:
            if os.path.lexists(self._path) and os.lstat(self._path).st_size > _BYTES:
                os.replace(self._path, self._path + ".1")
            fd = os.open(self._path, flags, 0o600)
            try:
                os.write(fd, line.encode("utf-8", "backslashreplace"))
            finally:
                os.close(fd)
        except OSError:
            return
