"""Plan what to watch for a project, and list what a verdict about it depends on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from stepin.drift.declared.selection import DEFAULTS
from stepin.hook import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stepin.drift.model import Report


class WatchPlan(NamedTuple):
    """What to watch for one project, as of one check."""

    names: Mapping[str, frozenset[str] | None]  # real folder to the names that matter in it; None: all of them
    own_sites: tuple[str, ...]  # site-packages of the environment itself, not those that it inherits
    declared: tuple[str, ...]  # the files that declare
    sites: tuple[str, ...]  # every site-packages
    config: tuple[str, ...]  # pyvenv.cfg, and the files that explain why something is installed

    def covers(self, folder: str, name: str) -> bool:
        """Return whether a change of `name` in a real folder may matter. "" stands for the folder itself."""
        if folder not in self.names:
            return False
        names = self.names[folder]
        return not name or names is None or name in names


def make_plan(project: str, report: Report | None, env_names: Iterable[str]) -> WatchPlan:
    """Return the plan for a project. `report` is that of its last check, None before the first."""
    # Where an environment may appear, and what says which files declare.
    wanted = [os.path.join(project, name) for name in (*env_names, *DEFAULTS)]
    names: dict[str, set[str] | None] = {}
    own: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    if report is not None:
        wanted += [*report.declarations.files, *report.also_read]
        config = report.also_read
        declared = report.declarations.files or (os.path.join(project, "requirements.txt"),)
        target = report.environment
        if target is not None:
            sites = tuple(site.path for site in target.sites)
            own = tuple(site.path for site in target.sites if not site.inherited)
            config += (os.path.join(target.path, "pyvenv.cfg"),)
            wanted += [target.path, config[-1]]
            names.update((os.path.realpath(site), None) for site in sites)
    for path in wanted:
        _add(names, path)
        real = os.path.realpath(path)
        if real != path:
            _add(names, real)
    frozen = {folder: None if found is None else frozenset(found) for folder, found in names.items()}
    return WatchPlan(frozen, own, declared, sites, config)


def environment_candidates(project: str) -> Sequence[str]:
    """Return the paths that appear one by one while an environment is created in a project."""
    found = [os.path.join(project, name) for name in NAMES]
    for name in NAMES:
        lib = os.path.join(project, name, "lib")
        try:
            found += [lib, *(os.path.join(lib, python, "site-packages") for python in os.listdir(lib))]
        except OSError:
            continue
    return found


def _add(names: dict[str, set[str] | None], path: str) -> None:
    """Watch for `path` in its folder; if that is not there either, for the folder in the one above."""
    while True:
        folder, name = os.path.split(path)
        if os.path.isdir(folder):
            found = names.setdefault(os.path.realpath(folder), set())
            if found is not None:
                found.add(name)
            return
        if folder == path:
            return
        path = folder
