"""One project that is awake: what concerns it on disk, and its checks. Reads; runs nothing."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from stepin.drift import engine
from stepin.drift.compare import lookups
from stepin.drift.memory import Memory
from stepin.drift.model import UsageError
from stepin.hook import environment as find
from stepin.settings import load as config
from stepin.watch.changes import installing
from stepin.watch.changes.quiet import Quiet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stepin.drift.model import Distribution, Report


class Result(NamedTuple):
    """What one check found."""

    report: Report
    news: tuple[Distribution, ...]  # appeared since the last check, installed by name, and nothing declares it
    about: tuple[str, ...]  # the files that declare, and each site-packages: it holds while none is newer
    as_of_ns: int
    settings: config.Settings


class Project:
    """Not for several threads at once."""

    def __init__(self, path: str, config_file: str) -> None:
        self.path = path
        self.quiet = Quiet()
        self.stamp = 0  # of an installation that is under way
        self.stamped = 0.0  # when that last changed, monotonic
        self.holding = 0.0  # when to look at it again, monotonic; 0 where none is
        self.env = ""
        self._config_file = config_file
        self._memory = Memory()
        self._own_sites: tuple[str, ...] = ()
        self._before: tuple[tuple[int, int], frozenset[str]] | None = None
        self._places: dict[str, frozenset[str] | None] = {}
        self._about: tuple[str, ...] = ()
        self._notable = 0  # how many of them a notice names; at each prompt they are looked at
        self._locate(None, find.NAMES)

    def concerns(self, folder: str, name: str) -> bool:
        """Say whether a change of `name` in a real folder may matter here."""
        if folder not in self._places:
            return False
        names = self._places[folder]
        return not name or names is None or name in names

    @property
    def folders(self) -> frozenset[str]:
        """The real paths of the folders to watch."""
        return frozenset(self._places)

    @property
    def inside(self) -> frozenset[str]:
        """Those of them that lie in the environment."""
        return frozenset(folder for folder, names in self._places.items() if names is None)

    @property
    def settled(self) -> bool:
        """Whether there is an environment with somewhere to install to; else one may be in the making."""
        return bool(self._own_sites)

    def installing(self) -> installing.State:
        return installing.look(self.env, self._own_sites)

    def check(self) -> Result:
        """Compare what is declared with what is installed."""
        as_of = time.time_ns()
        settings = config.load(self.path, self._config_file)
        env = find.in_folder(self.path, settings.names)
        self.env = env.path if env and env.state != "incomplete" else ""
        report = engine.run(
            self.path,
            self.env or None,
            settings=settings.drift_files,
            ignore=usable(settings.drift_ignore),
            memory=self._memory,
        )
        news = self._news(report, settings)
        self._locate(report, settings.names)
        return Result(report, news, self._about[: self._notable], as_of, settings)

    def signature(self) -> int:
        """Return what changes when something that was read changes; a METADATA that is written over does not."""
        return signature(self._about)

    @property
    def about(self) -> tuple[str, ...]:
        """The paths that the last check was about."""
        return self._about

    def watched_signature(self) -> int:
        """Return what changes when an environment comes to be, where no event is sent."""
        return signature((*self._about, *(os.path.join(self.path, name) for name in find.NAMES), *self._making()))

    def undeclared(self, names: frozenset[str], report: Report) -> bool:
        """Say whether all of these are still installed, and still nothing declares them."""
        installed = {dist.name for dist in self._memory.distributions}
        return names <= installed and not names & {one.name for one in report.declarations.requirements}

    def _making(self) -> list[str]:
        """Return the folders that appear while an environment is made."""
        found = []
        for name in find.NAMES:
            lib = os.path.join(self.path, name, "lib")
            try:
                found += [lib, *(os.path.join(lib, python, "site-packages") for python in os.listdir(lib))]
            except OSError:
                continue
        return found

    def _news(self, report: Report, settings: config.Settings) -> tuple[Distribution, ...]:
        if report.environment is None or not self._memory.distributions:
            self._before = None
            return ()
        identity = _identity(report.environment.path)
        here = {dist.name: dist for dist in self._memory.distributions if not dist.inherited}
        before, self._before = self._before, (identity, frozenset(here))
        if before is None or before[0] != identity:
            return ()
        appeared = [here[name] for name in sorted(here.keys() - before[1]) if here[name].requested]
        if not appeared or not report.declarations.files:
            return ()
        quiet = {one.name for one in report.declarations.requirements if not one.constraint}
        quiet |= {one.name for one in (*report.findings, *report.ignored)}
        quiet |= engine.parse_ignore(usable(settings.drift_ignore))[0]
        quiet.add(lookups.read_local_project(self.path).name)
        return tuple(dist for dist in appeared if dist.name not in quiet)

    def _locate(self, report: Report | None, names: Iterable[str]) -> None:
        """Find out which folders to watch and for what names in them; None: for any."""
        places: dict[str, set[str] | None] = {}
        # Where an environment may come to be, and what says which files declare.
        wanted = [os.path.join(self.path, name) for name in (*names, "pyproject.toml", "requirements.txt")]
        about: list[str] = []
        rest: list[str] = []
        self._own_sites = ()
        if report is not None:
            wanted += report.declarations.files
            about += report.declarations.files or [os.path.join(self.path, "requirements.txt")]
            target = report.environment
            if target is not None:
                about += [site.path for site in target.sites]
                rest.append(os.path.join(target.path, "pyvenv.cfg"))
                wanted += [target.path, os.path.join(target.path, "pyvenv.cfg")]
                self._own_sites = tuple(site.path for site in target.sites if not site.inherited)
                for site in target.sites:
                    places[os.path.realpath(site.path)] = None
        for path in wanted:
            _want(places, path)
            real = os.path.realpath(path)
            if real != path:
                _want(places, real)
        self._places = {folder: None if found is None else frozenset(found) for folder, found in places.items()}
        about = list(dict.fromkeys(about))
        self._about, self._notable = (*about, *rest), len(about)


def signature(paths: Iterable[str]) -> int:
    """Return what changes with the stat of any of these paths."""
    return hash(tuple(map(_key, paths)))


def usable(ignore: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a setting that mean something: what is wrong there is for `stepin check` to tell."""
    found = []
    for word in ignore:
        try:
            engine.parse_ignore((word,))
        except UsageError:
            continue
        found.append(word)
    return tuple(found)


def _want(places: dict[str, set[str] | None], path: str) -> None:
    """Watch for `path` in its folder; where that is not there either, for the folder in the one above."""
    while True:
        folder, name = os.path.split(path)
        if os.path.isdir(folder):
            real = os.path.realpath(folder)
            names = places.setdefault(real, set())
            if names is not None:
                names.add(name)
            return
        if folder == path:
            return
        path = folder


def _identity(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0)
    return (status.st_dev, status.st_ino)


def _key(path: str) -> tuple[int, ...] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size)
