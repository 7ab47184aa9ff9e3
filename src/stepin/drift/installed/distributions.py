"""Read site-packages without running the interpreter: names and versions from folder names, the rest on first use."""

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
    """Return the distributions that `target`'s Python sees; the first one if a name is in several places.

    `cache_dir` is a folder for the disk cache. `previous` is an earlier result for the same target: a distribution that
    has not changed is the same object again, with all that was read of it. Never raises: errors are faults.
    """
    reader = _SiteReader(target, cache_dir, previous)
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
    """Write the disk cache, if read_installed() got a `cache_dir`. Ignores errors."""
    for folder in installed.folders:
        folder.save()


class _SiteReader:
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
        """Return whether a path is inside the environment."""
        return os.path.realpath(path).startswith(self._root)

    def folder(self, path: str, inherited: bool) -> DistributionFolder | None:
        """Read one folder of sys.path, once. The first distribution of a name wins."""
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
        """Read an egg that a .pth file names (easy_install): a folder with EGG-INFO, or a zip file."""
        if os.path.isdir(path):
            dist = folder.add(os.path.join(path, "EGG-INFO"), inherited)
        else:
            parsed = names.parse_egg_name(os.path.basename(path)[: -len(".egg")])
            dist = None
            if parsed:
                name = names.normalize_name(parsed[0])
                what = f"{name}: its dependencies are inside a zipped egg"
                details = Details(faults=(Fault("unknown", "unreadable", name, what, path),))
                dist = Distribution(name, parsed[1], path, inherited, details)
        if dist is not None:
            self.found.setdefault(dist.name, dist)

    def _egg_link(self, folder: DistributionFolder, link: str, inherited: bool) -> None:
        """Read all distributions in the folder that an .egg-link names (`setup.py develop`), as pip does."""
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
