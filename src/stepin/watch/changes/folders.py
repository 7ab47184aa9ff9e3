"""Being told of changes in folders: by the system where it can, else by looking. The only importer of watchdog."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

# Not those of reading: the checks read.
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


class _Watch(NamedTuple):
    watch: ObservedWatch
    identity: tuple[int, int]


class Folders:
    """The folders that are watched, each its top level alone. `tell(folder, name)` is called from another thread.

    The name is "" where the folder itself is gone. Folders are named by their real paths.
    """

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._observer: BaseObserver | None = None
        self._watched: dict[str, _Watch] = {}
        self.polled: dict[str, str] = {}  # folder to the reason
        self._seen: dict[str, int] = {}
        # Folders that went, and their watch with them: what takes their place may have the same inode number (ext4).
        self._gone: queue.SimpleQueue[str] = queue.SimpleQueue()

    def want(self, folders: Iterable[str], poll: Iterable[str] = ()) -> set[str]:
        """Watch these folders and no others; those in `poll` by looking. Return those that are watched anew."""
        while not self._gone.empty():
            folder = self._gone.get()
            if folder in self._watched:
                self._drop(folder)
        wanted = {folder: identity for folder in folders if (identity := _identity(folder)) is not None}
        for folder, one in list(self._watched.items()):
            if wanted.get(folder) != one.identity:
                self._drop(folder)
        for folder in list(self.polled):
            if folder not in wanted:
                del self.polled[folder]
                self._seen.pop(folder, None)
        fresh = [folder for folder in wanted if folder not in self._watched and folder not in self.polled]
        if fresh:
            mounts = Mounts()
            looked_at = set(poll)
            for folder in fresh:
                reason = "by its kind" if folder in looked_at else mounts.remote_type(folder)
                self._add(folder, wanted[folder], reason)
        return set(fresh)

    def look(self) -> list[str]:
        """Return the polled folders in which something changed since the last time."""
        changed = []
        for folder in self.polled:
            now = _state(folder)
            if self._seen.get(folder, now) != now:
                changed.append(folder)
            self._seen[folder] = now
        return changed

    def close(self) -> None:
        """Stop watching."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    @property
    def watched(self) -> frozenset[str]:
        return frozenset(self._watched)

    def _add(self, folder: str, identity: tuple[int, int], reason: str) -> None:
        if not reason:
            try:
                if self._observer is None:
                    self._observer = Observer()
                    self._observer.start()
                watch = self._observer.schedule(
                    _Handler(folder, self._tell, self._gone), folder, recursive=False, event_filter=_EVENTS
                )
            except OSError as error:
                limits = {ENOSPC: "fs.inotify.max_user_watches is reached", EMFILE: "too many open files or instances"}
                reason = limits.get(error.errno or 0, error.strerror or str(error))
            except RuntimeError as error:  # no further thread
                reason = str(error)
            else:
                self._watched[folder] = _Watch(watch, identity)
                return
        self.polled[folder] = reason
        self._seen[folder] = _state(folder)

    def _drop(self, folder: str) -> None:
        one = self._watched.pop(folder)
        if self._observer is not None:
            try:
                self._observer.unschedule(one.watch)
            except (KeyError, OSError):  # its folder is gone, and the watch went with it
                return


class _Handler(FileSystemEventHandler):
    def __init__(self, folder: str, tell: Callable[[str, str], None], gone: queue.SimpleQueue[str]) -> None:
        self._folder = folder
        self._gone = gone
        self._tell = tell

    def dispatch(self, event: FileSystemEvent) -> None:
        for path in {os.fsdecode(event.src_path), os.fsdecode(event.dest_path)} - {""}:
            folder, name = os.path.split(path)
            if path == self._folder:
                self._gone.put(path)
                self._tell(path, "")
            elif folder == self._folder:
                self._tell(folder, name)


def _identity(folder: str) -> tuple[int, int] | None:
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return (status.st_dev, status.st_ino)


def _state(folder: str) -> int:
    """Return what changes with a folder and with the files in it."""
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
