"""Check one active project, and say when. Reads; runs nothing of the project."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from stepin.drift import engine
from stepin.drift.memory import Memory
from stepin.drift.model import UsageError
from stepin.hook import NAMES, environment
from stepin.settings import load
from stepin.watch.changes import installation
from stepin.watch.changes.debounce import Debounce
from stepin.watch.filestat import identity, signature
from stepin.watch.projects.plan import environment_candidates, make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stepin.drift.model import Distribution, Report

HOLD = 0.25  # seconds between two looks at an installation in progress


class CheckResult(NamedTuple):
    """What one check found."""

    report: Report
    news: tuple[Distribution, ...]  # installed by name since the last check, and nothing declares them
    undeclared: frozenset[str]  # installed, and no requirement names them
    about: tuple[str, ...]  # the declaring files and each site-packages: the result holds while none is newer
    as_of_ns: int  # nanoseconds since the epoch: what was read is at least as new
    settings: load.Settings


class WatchedProject:
    """Not for several threads at once. Times called `now` are seconds on one monotonic clock."""

    def __init__(self, path: str, config_file: str) -> None:
        self.path = path
        self.plan = make_plan(path, None, NAMES)
        self._config_file = config_file
        self._memory = Memory()
        self._debounce = Debounce()
        self._env = ""
        self._before: tuple[tuple[int, int] | None, frozenset[str]] | None = None
        self._stamp = 0  # of an installation in progress
        self._stamped = 0.0  # when that last changed
        self._held_until = 0.0  # 0 if there is none

    @property
    def settled(self) -> bool:
        """Whether there is an environment with a site-packages; else one may be being created."""
        return bool(self.plan.own_sites)

    @property
    def about(self) -> tuple[str, ...]:
        """The paths that the last check depends on."""
        return self.plan.declared + self.plan.sites + self.plan.config

    def watched_signature(self) -> int:
        """Return a number that changes when an environment appears, even on file systems that send no events."""
        return signature((*self.about, *environment_candidates(self.path)))

    def event(self, now: float) -> None:
        """Note that something happened that concerns the project."""
        self._debounce.event(now)

    def request(self, now: float) -> None:
        """Make a check due at once."""
        self._debounce.trigger(now)

    def due(self) -> float | None:
        """Return when to call ready(); None if nothing has happened."""
        due = self._debounce.due()
        return None if due is None else max(due, self._held_until)

    def ready(self, now: float) -> bool:
        """Return whether to check now: not while something is being installed."""
        found = installation.inspect(self._env, self.plan.own_sites)
        if not found.in_progress:
            held, self._held_until = self._held_until, 0.0
            if held and found.stamp != self._stamp:  # the last step of it has to settle, too
                self._stamp = found.stamp
                self._debounce.reset()
                self._debounce.event(now)
                return False
            return True
        if not self._held_until or found.stamp != self._stamp:
            self._stamp, self._stamped = found.stamp, now
        elif now - self._stamped >= installation.YOUNG:
            self._held_until = 0.0
            return True
        self._held_until = now + HOLD
        return False

    def check(self) -> CheckResult:
        """Compare what is declared with what is installed. Raises OSError if the project's folder cannot be read."""
        self._debounce.reset()
        os.listdir(self.path)
        as_of = time.time_ns()
        settings = load.load(self.path, self._config_file)
        env = environment.in_folder(self.path, settings.names)
        self._env = env.path if env and env.state != "incomplete" else ""
        report = engine.run(
            self.path,
            self._env or None,
            settings=settings.drift_files,
            ignore=_valid(settings.drift_ignore),
            undeclared=True,
            memory=self._memory,
        )
        news = self._news(report)
        self.plan = make_plan(self.path, report, settings.names)
        undeclared = frozenset(dist.name for dist in report.undeclared)
        about = tuple(dict.fromkeys(self.plan.declared + self.plan.sites))
        return CheckResult(report, news, undeclared, about, as_of, settings)

    def _news(self, report: Report) -> tuple[Distribution, ...]:
        """Return what was installed by name since the last check of this environment and is not accounted for."""
        if report.environment is None or not self._memory.distributions:
            self._before = None
            return ()
        env = identity(report.environment.path)
        here = {dist.name: dist for dist in self._memory.distributions if not dist.inherited}
        before, self._before = self._before, (env, frozenset(here))
        if before is None or before[0] != env:
            return ()
        appeared = [here[name] for name in sorted(here.keys() - before[1]) if here[name].requested]
        if not appeared or not report.declarations.files:
            return ()
        undeclared = {dist.name for dist in report.undeclared} - {one.name for one in report.findings}
        return tuple(dist for dist in appeared if dist.name in undeclared)


def _valid(ignore: Iterable[str]) -> tuple[str, ...]:
    """Return the valid words of the setting `ignore`. `stepin check` reports the others."""
    found = []
    for word in ignore:
        try:
            engine.parse_ignore((word,))
        except UsageError:
            continue
        found.append(word)
    return tuple(found)
