"""Run the watcher: take events, check the projects that are due, publish what is found. All in one thread."""

from __future__ import annotations

import contextlib
import os
import queue
import time
from typing import TYPE_CHECKING

from stepin.hook.text import printable
from stepin.watch.changes.watches import WatchSet
from stepin.watch.notices.publisher import Publisher
from stepin.watch.projects.pool import ProjectPool
from stepin.watch.projects.traces import RECHECK, trace_folder
from stepin.watch.status import write_status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stepin.watch.notices.publisher import Update
    from stepin.watch.projects.watched import WatchedProject

# Seconds.
SWEEP = 60.0  # between two checks of all active projects, whatever events came
INACTIVE_SWEEP = 300.0  # between two looks at the files of all others
POLL = 2.0  # between two looks at folders that send no events
UNSETTLED_POLL = 1.0  # the same while an environment is missing or being created
STATUS_DELAY = 1.0  # from a change to the next write of the status
LOSS_DELAY = 1.0  # from lost events to the sweep that makes up for them
CLOCK_JUMP = 5.0  # a clock that was set by more than this changes what the ages of files mean
_STOP = ("", "stop")
_LOSS = ("", "loss")


class Watcher:
    """Watches until stop() is called. `report` gets what is new; `only` watches these projects, trusted or not."""

    def __init__(
        self, store: str, config_file: str, home: str, report: Callable[[Update], None], only: Sequence[str] = ()
    ) -> None:
        self._store = store
        self._config_file = config_file
        self._inbox: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._watches = WatchSet(lambda folder, name: self._inbox.put((folder, name)), lambda: self._inbox.put(_LOSS))
        self._pool = ProjectPool(store, config_file, home, only)
        self._publisher = Publisher(store, report)
        self._stopping = False
        self._reselect = True
        self._trust_changed = False
        now = time.monotonic()
        self._clock_offset = time.time() - now
        self._status_at: float | None = now
        self._sweep_at, self._inactive_sweep_at, self._poll_at = now + SWEEP, now + INACTIVE_SWEEP, now

    def stop(self) -> None:
        """End run(). Signal handlers and other threads may call it."""
        self._stopping = True
        self._inbox.put(_STOP)

    def run(self) -> None:
        """Watch. What cannot be read or written is reported in the status and does not end the loop."""
        try:
            while not self._stopping:
                self._tick(time.monotonic())
                self._wait()
        finally:
            self._watches.close()
            self._write_status()

    def _wait(self) -> None:
        """Wait for an event or for what is due next, and take all events that are there."""
        with contextlib.suppress(queue.Empty):
            event = self._inbox.get(timeout=max(0.0, self._next_due() - time.monotonic()))
            while True:
                self._take(*event)
                event = self._inbox.get_nowait()

    def _next_due(self) -> float:
        times = [self._sweep_at, self._inactive_sweep_at, self._status_at]
        times += [project.due() for project in self._pool.active.values()]
        if self._polls:
            times.append(self._poll_at)
        return min(when for when in times if when is not None)

    @property
    def _polls(self) -> bool:
        return bool(self._watches.polled) or self._pool.unsettled

    def _take(self, folder: str, name: str) -> None:
        """Note one event: a change of `name` in a real folder, "" if the folder itself is gone."""
        now = time.monotonic()
        projects = self._pool.active.values()
        if (folder, name) == _LOSS:
            self._sweep_at = min(self._sweep_at, now + LOSS_DELAY)
        elif folder == os.path.realpath(trace_folder(self._store)):
            self._reselect = True
            if name == RECHECK:
                for project in projects:
                    project.request(now)
        elif folder == os.path.realpath(self._store):
            if name in ("", "current", os.path.basename(trace_folder(self._store))):
                self._reselect = self._trust_changed = True
        elif os.path.join(folder, name) == os.path.realpath(self._config_file):
            self._reselect = True
            for project in projects:
                project.event(now)
        for project in projects:
            if project.plan.covers(folder, name):
                project.event(now)

    def _tick(self, now: float) -> None:
        """Do what is due."""
        offset = time.time() - now
        if abs(offset - self._clock_offset) > CLOCK_JUMP:
            self._sweep_at = now
        self._clock_offset = offset
        if self._reselect:
            self._reselect = False
            self._select(now)
        if self._polls and now >= self._poll_at:
            self._poll_at = now + (UNSETTLED_POLL if self._pool.unsettled else POLL)
            self._poll(now)
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP
            self._reselect = True  # shells may have ended
            for project in self._pool.active.values():
                project.request(now)
        if now >= self._inactive_sweep_at:
            self._inactive_sweep_at = now + INACTIVE_SWEEP
            self._sweep_inactive(now)
        for project in list(self._pool.active.values()):
            due = project.due()
            if due is not None and due <= now and project.ready(now):
                self._check(project, now)
        if self._status_at is not None and now >= self._status_at:
            self._write_status()

    def _select(self, now: float) -> None:
        if self._trust_changed:
            self._trust_changed = False
            self._pool.add_trusted()
        for path in self._pool.select(now):
            self._publisher.forget_news(path)
        self._watch()
        self._write_status_soon(now)

    def _watch(self) -> set[str]:
        """Watch what is to be watched now. Return the folders that were not watched before."""
        own = (self._store, trace_folder(self._store), os.path.dirname(self._config_file))
        wanted = {os.path.realpath(path) for path in own}
        poll: set[str] = set()
        for project in self._pool.active.values():
            wanted |= project.plan.names.keys()
            if not os.path.exists("/proc/self"):
                # macOS reports whole trees; on Windows a watch keeps a folder from being moved.
                poll |= {folder for folder, names in project.plan.names.items() if names is None}
        return self._watches.set(wanted, poll)

    def _poll(self, now: float) -> None:
        for folder in self._watches.poll():
            self._take(folder, "")
        for project in self._pool.changed_unsettled():
            project.event(now)

    def _check(self, project: WatchedProject, now: float) -> None:
        one = self._pool.known[project.path]
        trouble = ""
        try:
            result = project.check()
        except OSError as error:
            one.verdict, trouble = "unknown", f"the folder cannot be read ({error.strerror})"
            self._publisher.withdraw(project.path)
        except Exception as error:  # a defect must not end the watching of other projects
            one.verdict, trouble = "unknown", f"internal error ({type(error).__name__}: {error})"
            self._publisher.withdraw(project.path)
        else:
            one.verdict, trouble = result.report.verdict, result.report.trouble or ""
            try:
                if not self._publisher.publish(result):  # something changed while it was read
                    project.event(now)
            except OSError as error:
                trouble = f"the notice cannot be written ({error.strerror})"
                self._publisher.withdraw(project.path)
        one.trouble = printable(trouble)
        one.checked = time.time()
        one.signature = project.watched_signature()
        if self._watch() & project.plan.names.keys():  # it may have changed before it was watched
            project.event(now)
        self._write_status_soon(now)

    def _sweep_inactive(self, now: float) -> None:
        for path in self._pool.expire_inactive():
            self._publisher.withdraw(path)
            self._write_status_soon(now)

    def _write_status_soon(self, now: float) -> None:
        if self._status_at is None:
            self._status_at = now + STATUS_DELAY

    def _write_status(self) -> None:
        self._status_at = None
        with contextlib.suppress(OSError):  # a full disk must not end the watching
            write_status(self._store, self._pool, self._watches.polled)
