"""What an environment holds, read from outside: names and versions from folders' names, the rest when asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stepin.drift.installed import direct_url, pth
from stepin.drift.installed.distribution_folder import DistributionFolder
from stepin.drift.model import Details, Distribution, Fault, Installed, Target
from stepin.drift.pep508 import names

if TYPE_CHECKING:
    from collections.abc import Callable


def read_installed(target: Target, *, cache_dir: str | None = None, previous: Installed | None = None) -> Installed:
    """Return the distributions that `target`'s Python sees; of a name that is in several places, the first.

    `cache_dir` is a folder of the user's own, for what save() keeps. `previous` is what this returned before, for the
    same target: of what has not changed since, the same Distribution comes back, with all that was read of it. Never
    raises: what is wrong is among the faults.
    """
    reader = _Reader(target, cache_dir, previous)
    for site in target.sites:
        own = reader.folder(site.path, site.inherited)
        if own is None:
            continue
        reader.faults += [fault for fault in own.faults if not site.inherited or fault.name is None]
        for path in pth.pth_folders(site.path, own.pth):
            inherited = site.inherited or not reader.inside(path)
            if path.endswith(".egg"):
                reader.egg(own, path, inherited)
            elif os.path.isdir(path):
                reader.folder(path, inherited)
    for folder in reader.folders:
        folder.complete()
    if not target.sites:
        what = f"{target.path} has no site-packages"
        reader.faults.append(Fault("unknown", "unreadable", None, what, target.path))
    return Installed(
        tuple(reader.found.values()), tuple(reader.faults), tuple(sorted(reader.notes)), tuple(reader.folders)
    )


def save_installed(installed: Installed) -> None:
    """Keep what was read on disk, where read() was given a `cache_dir`. That it cannot be written is no error."""
    for folder in installed.folders:
        folder.save()


class _Reader:
    def __init__(self, target: Target, cache_dir: str | None, previous: Installed | None) -> None:
        self.found: dict[str, Distribution] = {}
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.folders: list[DistributionFolder] = []
        self._root = os.path.realpath(target.path) + os.sep
        self._cache_dir = cache_dir
        self._previous = {folder.path: folder for folder in previous.folders} if previous else {}
        self._seen: set[tuple[int, int]] = set()

    def inside(self, path: str) -> bool:
        """Say whether a path lies in the environment."""
        return os.path.realpath(path).startswith(self._root)

    def folder(self, path: str, inherited: bool) -> DistributionFolder | None:
        """Read one folder on sys.path, once; the first of a name wins."""
        try:
            status = os.stat(path)
        except OSError:
            return None
        if (status.st_dev, status.st_ino) in self._seen:
            return None
        self._seen.add((status.st_dev, status.st_ino))
        folder = DistributionFolder(path, self._cache_dir, self._previous.get(path))
        folder.scan(inherited)
        self.folders.append(folder)
        self.notes += folder.notes
        for name, dist in folder.distributions.items():
            self.found.setdefault(name, dist)
        for entry in sorted(folder.egg_links):
            self._egg_link(folder, os.path.join(path, entry), inherited)
        return folder

    def egg(self, folder: DistributionFolder, path: str, inherited: bool) -> None:
        """Read an egg that a .pth file names (easy_install): a folder with an EGG-INFO, or a zip file."""
        if os.path.isdir(path):
            dist = folder.add(os.path.join(path, "EGG-INFO"), inherited)
        else:
            parsed = names.parse_egg_name(os.path.basename(path)[: -len(".egg")])
            dist = None
            if parsed:
                name = names.normalize_name(parsed[0])
                what = f"{name}: what it depends on is inside a zipped egg"
                details = Details(faults=(Fault("unknown", "unreadable", name, what, path),))
                dist = Distribution(name, parsed[1], path, inherited, details)
        if dist is not None:
            self.found.setdefault(dist.name, dist)

    def _egg_link(self, folder: DistributionFolder, link: str, inherited: bool) -> None:
        """Read what an .egg-link (`setup.py develop`, old `pip install -e`) leads to; like pip, all that is there."""
        target = pth.read_egg_link(link)
        try:
            listed = os.listdir(target[0]) if target else []
        except OSError:
            listed = []
        dists = [
            folder.add(os.path.join(target[0], entry), inherited, _as_editable(target[1]))
            for entry in sorted(listed)
            if target and entry.endswith((".egg-info", ".dist-info"))
        ]
        if not any(dists):
            self.notes.append(f"{link} leads to no distribution")
        for dist in filter(None, dists):
            self.found.setdefault(dist.name, dist)


def _as_editable(project: str) -> Callable[[Details], Details]:
    def amend(details: Details) -> Details:
        return details._replace(editable=True, direct_url=details.direct_url or direct_url.for_folder(project))

    return amend
