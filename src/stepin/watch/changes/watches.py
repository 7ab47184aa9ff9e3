"""Watch folders: by events of the system if it sends them, else by polling. The only importer of watchdog."""

from __future__ import annotations

import logging
import os
import queue
from errno import EMFILE, ENOSPC
from typing import TYPE_CHECKING, NamedTuple

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from stepin.hook.permissions import Mounts
from stepin.watch.filestat import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

# Without the events of opening and reading: the checks read.
_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
_LOGGER = logging.getLogger("watchdog")
_LIMITS = {ENOSPC: "fs.inotify.max_user_watches is reached", EMFILE: "too many open files or inotify instances"}


class _Watch(NamedTuple):
    watch: ObservedWatch
    identity: tuple[int, int]


class WatchSet:
    """The folders that are watched, the top level of each. Folders are named by their real paths.

    `on_event(folder, name)` and `on_loss()` are called from other threads. The name is "" if the folder itself is gone.
    on_loss() means that events may have been lost.
    """

    def __init__(self, on_event: Callable[[str, str], None], on_loss: Callable[[], None]) -> None:
        self._on_event = on_event
        self._observer: BaseObserver | None = None
        self._watched: dict[str, _Watch] = {}
        self.polled: dict[str, str] = {}  # folder to the reason
        self._polled_states: dict[str, int] = {}
        # Folders that were removed, and their watches with them. ext4 may give the inode number to the next folder.
        self._gone: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._warnings = _Warnings(on_loss)
        _LOGGER.addHandler(self._warnings)

    def set(self, folders: Iterable[str], poll: Iterable[str] = ()) -> set[str]:
        """Watch these folders and no others, those in `poll` by polling. Return those that were not watched before."""
        while not self._gone.empty():
            folder = self._gone.get()
            if folder in self._watched:
                self._drop(folder)
        wanted = {folder: found for folder in folders if (found := identity(folder)) is not None}
        for folder, one in list(self._watched.items()):
            if wanted.get(folder) != one.identity:
                self._drop(folder)
        for folder in list(self.polled):
            if folder not in wanted:
                del self.polled[folder]
                self._polled_states.pop(folder, None)
        new = [folder for folder in wanted if folder not in self._watched and folder not in self.polled]
        if new:
            mounts = Mounts()
            by_choice = set(poll)
            for folder in new:
                reason = "environments are polled on this system" if folder in by_choice else mounts.remote_type(folder)
                self._add(folder, wanted[folder], reason)
        return set(new)

    def poll(self) -> list[str]:
        """Return the polled folders in which something changed since the last call."""
        changed = []
        for folder in self.polled:
            now = _state(folder)
            if self._polled_states.get(folder, now) != now:
                changed.append(folder)
            self._polled_states[folder] = now
        return changed

    def close(self) -> None:
        """Stop watching."""
        _LOGGER.removeHandler(self._warnings)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _add(self, folder: str, here: tuple[int, int], reason: str) -> None:
        if not reason:
            try:
                if self._observer is None:
                    self._observer = Observer()
                    self._observer.start()
                handler = _Handler(folder, self._on_event, self._gone)
                watch = self._observer.schedule(handler, folder, recursive=False, event_filter=_EVENTS)
            except OSError as error:
                reason = _LIMITS.get(error.errno or 0, error.strerror or str(error))
            except RuntimeError as error:  # the limit on threads
                reason = str(error)
            else:
                self._watched[folder] = _Watch(watch, here)
                return
        self.polled[folder] = reason
        self._polled_states[folder] = _state(folder)

    def _drop(self, folder: str) -> None:
        one = self._watched.pop(folder)
        if self._observer is not None:
            try:
                self._observer.unschedule(one.watch)
            except (KeyError, OSError):  # the watch went with its folder
                return


class _Handler(FileSystemEventHandler):
    def __init__(self, folder: str, on_event: Callable[[str, str], None], gone: queue.SimpleQueue[str]) -> None:
        self._folder = folder
        self._gone = gone
        self._on_event = on_event

    def dispatch(self, event: FileSystemEvent) -> None:
        for path in {os.fsdecode(event.src_path), os.fsdecode(event.dest_path)} - {""}:
            folder, name = os.path.split(path)
            if path == self._folder:
                self._gone.put(path)
                self._on_event(path, "")
            elif folder == self._folder:
                self._on_event(folder, name)


class _Warnings(logging.Handler):
    """Take watchdog's warnings. It has no other way to report that the kernel's queue of events has overflowed."""

    def __init__(self, on_loss: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_loss = on_loss

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002  # any warning is reason enough
        self._on_loss()


def _state(folder: str) -> int:
    """Return a number that changes with a folder and the files in it."""
    found: list[object] = []
    try:
        found.append(os.stat(folder).st_mtime_ns)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file():
                    status = entry.stat()
                    found.append((entry.name, status.st_mtime_ns, status.st_size, status.st_ino))
    except OSError as error:
        found.append(error.errno)
    return hash(tuple(found))
