"""The watcher as a service runs it: one a user, a log of its own, ended by SIGTERM. `python -I -m stepin.watch`."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from stepin.hook import files as state
from stepin.settings import folders as paths
from stepin.watch.service import instance

if TYPE_CHECKING:
    from types import FrameType

    from stepin.watch.loop import Told

_LOG_BYTES = 1 << 20


def log_file() -> str:
    return os.path.join(paths.log(), "watch.log")


def command() -> list[str]:
    """Return the command that a service manager starts."""
    return [sys.executable, "-I", "-X", "utf8", "-m", "stepin.watch"]


def main() -> int:
    """Watch until SIGTERM; return the exit code: 1 where another watcher runs or the state folder cannot be used."""
    store = paths.store()
    os.umask(0o077)
    trouble = state.state_trouble(store)
    if trouble:
        return _fail(f"the state folder {trouble}: see stepin doctor")
    try:
        lock = instance.take(store)
        log = Log(log_file())
    except instance.RunningError as error:
        return _fail(f"a watcher runs already (process {error.pid}): stepin service status")
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}: see stepin doctor")
    from stepin.watch.loop import Watcher

    def tell(told: Told) -> None:
        log.write(f"{told.project}: {told.verdict}: {told.text}")

    watcher = Watcher(store, paths.config_file(), os.path.expanduser("~"), tell)

    def stop(_: int, __: FrameType | None) -> None:
        watcher.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.write("started")
    try:
        watcher.run()
    finally:
        log.write("stopped")
        instance.release(store, lock)
    return 0


class Log:
    """A file of lines, 0600; of two halves, the older goes. A full disk stops the log, not the watcher."""

    def __init__(self, path: str) -> None:
        self._path = path
        state.make_folders(os.path.dirname(path))

    def write(self, text: str) -> None:
        from stepin.hook.text import printable

        line = f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {printable(text)}\n"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        try:
            if os.path.lexists(self._path) and os.lstat(self._path).st_size > _LOG_BYTES:
                os.replace(self._path, self._path + ".1")
            fd = os.open(self._path, flags, 0o600)
            try:
                os.write(fd, line.encode("utf-8", "backslashreplace"))
            finally:
                os.close(fd)
        except OSError:
            return


def _fail(text: str) -> int:
    sys.stderr.write(f"stepin: {text}\n")
    return 1
