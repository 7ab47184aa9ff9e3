"""One watcher a user: who holds the lock is it. STATE/watch/pid names it, with when it began."""

from __future__ import annotations

import contextlib
import os
import signal
import time

from stepin.hook import files as state
from stepin.watch.projects import traces

FOLDER = "watch"
_WAIT = 10.0  # seconds for a watcher to end


class RunningError(Exception):
    """Another watcher runs; `pid` is its process, 0 where that is not known."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid


def take(store: str) -> int:
    """Become the one watcher; return the descriptor that holds the lock until it is closed.

    Raises RunningError, and OSError where the state folder cannot be used.
    """
    state.make_folders(os.path.join(store, FOLDER))
    fd = os.open(_lock_path(store), os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    if not _try_lock(fd):
        os.close(fd)
        found = _recorded(store)
        raise RunningError(found[0] if found else 0)
    pid = os.getpid()
    state.write_whole(_pid_path(store), f"{pid} {traces.start_ticks(pid) or 0} {int(time.time())}\n".encode())
    return fd


def release(store: str, fd: int) -> None:
    """Be no longer the one. Never raises."""
    with contextlib.suppress(OSError):
        os.unlink(_pid_path(store))
    os.close(fd)


def running(store: str) -> tuple[int, float] | None:
    """Return (pid, since, seconds since the epoch) of the watcher that runs; None where none does.

    A pid file that a killed one left is not believed: nobody holds the lock, or the process is another one.
    """
    found = _recorded(store)
    if found is None or not _is_locked(store):
        return None
    pid, ticks, since = found
    if os.name != "nt":
        now = traces.start_ticks(pid)
        if now is not None and ticks and now != ticks:
            return None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except OSError:
            pass
    return pid, since


def stop(store: str) -> int:
    """End the watcher that runs, and wait for it; return its pid, 0 where none runs. Raises TimeoutError."""
    found = running(store)
    if found is None:
        return 0
    pid = found[0]
    if hasattr(os, "pidfd_open"):
        fd = os.pidfd_open(pid)  # from here on it is that very process, or none
        try:
            if running(store) == found:
                signal.pidfd_send_signal(fd, signal.SIGTERM)
        except ProcessLookupError:
            pass
        finally:
            os.close(fd)
    else:
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + _WAIT
    while running(store) == found:
        if time.monotonic() > end:
            raise TimeoutError(pid)
        time.sleep(0.02)
    return pid


def _recorded(store: str) -> tuple[int, int, float] | None:
    try:
        with open(_pid_path(store), encoding="ascii") as stream:
            pid, ticks, since = stream.read(200).split()
        return int(pid), int(ticks), float(since)
    except (OSError, ValueError):
        return None


def _is_locked(store: str) -> bool:
    try:
        fd = os.open(_lock_path(store), os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        return not _try_lock(fd, shared=True)
    finally:
        os.close(fd)


def _try_lock(fd: int, shared: bool = False) -> bool:
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        if shared:
            msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return True
    import fcntl

    # Somebody who looks holds it for a moment.
    for attempt in range(5):
        try:
            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            if shared:
                return False
            time.sleep(0.02 * attempt)
        else:
            return True
    return False


def _lock_path(store: str) -> str:
    return os.path.join(store, FOLDER, "lock")


def _pid_path(store: str) -> str:
    return os.path.join(store, FOLDER, "pid")
