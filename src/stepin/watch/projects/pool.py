"""Hold all known projects, and the few of them that are active."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from stepin.watch.filestat import signature
from stepin.watch.projects import catalog
from stepin.watch.projects.active import choose_active
from stepin.watch.projects.catalog import KnownProject
from stepin.watch.projects.traces import read_traces
from stepin.watch.projects.watched import WatchedProject

if TYPE_CHECKING:
    from collections.abc import Sequence


class ProjectPool:
    """An active project is watched and keeps what it read in memory; of the others only path and times are kept."""

    def __init__(self, store: str, config_file: str, home: str, only: Sequence[str]) -> None:
        """Load the catalog. `only`: these projects are active and no others, whether trusted or not."""
        self._store = store
        self._config_file = config_file
        self._home = home
        self._only = list(only)
        self._saved = 0
        self.active: dict[str, WatchedProject] = {}
        self.known = catalog.load_catalog(store)
        for path in only:
            self.known.setdefault(path, KnownProject(path, time.time()))

    @property
    def unsettled(self) -> bool:
        """Whether an active project has no environment, so that one may be being created."""
        return any(not project.settled for project in self.active.values())

    def add_trusted(self) -> None:
        """Add the projects that were trusted meanwhile."""
        catalog.add_trusted(self.known, self._store)

    def select(self, now: float) -> list[str]:
        """Update the active projects and make a check due for new ones. Return those that became inactive."""
        live = catalog.add_visits(self.known, read_traces(self._store))
        wanted = self._only or choose_active(self.known, live, self._store, self._config_file, self._home)
        inactive = [path for path in self.active if path not in wanted]
        for path in inactive:
            project = self.active.pop(path)
            one = self.known[path]
            one.about, one.signature = project.about, signature(project.about)
        for path in wanted:
            if path not in self.active:
                self.active[path] = project = WatchedProject(path, self._config_file)
                project.request(now)
                self.known[path].about = ()
        self._save()
        return inactive

    def expire_inactive(self) -> list[str]:
        """Drop the verdict on inactive projects whose files have changed. Return their paths."""
        expired = []
        for one in self.known.values():
            if one.path not in self.active and one.about and signature(one.about) != one.signature:
                one.verdict, one.about = None, ()
                expired.append(one.path)
        return expired

    def changed_unsettled(self) -> list[WatchedProject]:
        """Return the active projects in which an environment appears, whether an event reports it or not."""
        found = []
        for project in self.active.values():
            one = self.known[project.path]
            if not project.settled and one.checked is not None and one.signature != project.watched_signature():
                found.append(project)
        return found

    def _save(self) -> None:
        visits = hash(tuple((one.path, one.visited) for one in self.known.values()))
        if visits != self._saved:
            self._saved = visits
            with contextlib.suppress(OSError):  # a full disk costs the order in which projects become active
                catalog.save_catalog(self._store, self.known.values())
