"""Run one watcher per user: the one that holds a lock. STATE/watch/pid names it and when it started."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import NamedTuple

from filelock import BaseFileLock, FileLock, Timeout

from stepin.hook.files import make_folders, read_regular, write_whole
from stepin.watch.projects.processes import start_ticks
from stepin.watch.projects.traces import trace_folder

FOLDER = "watch"
_PID_BYTES = 200
_END = 10.0  # seconds for a watcher to end
# Seconds for which a new watcher waits for the lock: one that only looks holds it for a moment.
_PATIENCE = 0.2
_POLL = 0.02  # seconds


class RunningWatcher(NamedTuple):
    """A watcher, as it recorded itself."""

    pid: int
    ticks: int  # when the process started, in clock ticks since the boot; 0 if the system does not report it
    since: int  # seconds since the epoch


class RunningError(Exception):
    """Another watcher runs; `pid` is its process, 0 if that is unknown."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid


def take(store: str) -> BaseFileLock:
    """Become the one watcher. Return the lock, which the system releases when this process ends.

    Raises RunningError, and OSError if the state folder cannot be used.
    """
    make_folders(os.path.join(store, FOLDER))
    make_folders(trace_folder(store))  # shells leave traces only if it is there
    lock = FileLock(_lock_path(store), mode=0o600)
    try:
        lock.acquire(timeout=_PATIENCE, poll_interval=_POLL)
    except Timeout:
        recorded = _recorded(store)
        raise RunningError(recorded.pid if recorded else 0) from None
    pid = os.getpid()
    write_whole(_pid_path(store), f"{pid} {start_ticks(pid) or 0} {int(time.time())}\n".encode())
    return lock


def release(store: str, lock: BaseFileLock) -> None:
    """Stop being the one. Never raises."""
    with contextlib.suppress(OSError):
        os.unlink(_pid_path(store))
    lock.release()


def find_running(store: str) -> RunningWatcher | None:
    """Return the watcher that runs; None if there is none.

    A pid file that a killed watcher left is not trusted: the lock is free, or the pid is another process's by now.
    """
    recorded = _recorded(store)
    if recorded is None or not _is_locked(store):
        return None
    if os.name != "nt":
        ticks = start_ticks(recorded.pid)
        if ticks is not None and recorded.ticks and ticks != recorded.ticks:
            return None
        try:
            os.kill(recorded.pid, 0)
        except ProcessLookupError:
            return None
        except OSError:
            pass
    return recorded


def stop(store: str) -> int:
    """End the watcher that runs and wait for it. Return its pid, 0 if there is none. Raises TimeoutError."""
    found = find_running(store)
    if found is None:
        return 0
    if hasattr(os, "pidfd_open"):
        fd = os.pidfd_open(found.pid)  # from here on it is that very process, or none
        try:
            if find_running(store) == found:
                signal.pidfd_send_signal(fd, signal.SIGTERM)
        except ProcessLookupError:
            pass
        finally:
            os.close(fd)
    else:
        os.kill(found.pid, signal.SIGTERM)
    end = time.monotonic() + _END
    while find_running(store) == found:
        if time.monotonic() > end:
            raise TimeoutError(found.pid)
        time.sleep(_POLL)
    return found.pid


def _recorded(store: str) -> RunningWatcher | None:
    content = read_regular(_pid_path(store), _PID_BYTES) or b""
    try:
        pid, ticks, since = map(int, content.split())
    except ValueError:
        return None
    return RunningWatcher(pid, ticks, since)


def _is_locked(store: str) -> bool:
    """Return whether a process holds the lock. The only portable way to know is to try."""
    if not os.path.exists(_lock_path(store)):
        return False
    lock = FileLock(_lock_path(store), mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _lock_path(store: str) -> str:
    return os.path.join(store, FOLDER, "lock")


def _pid_path(store: str) -> str:
    return os.path.join(store, FOLDER, "pid")
