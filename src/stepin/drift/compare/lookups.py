"""Look up on disk what a comparison needs: real paths, git working copies, and declared local folders.

The comparison itself reads no files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stepin.drift.compare.checkout import Checkout
    from stepin.drift.declared.local_project import LocalProject
    from stepin.drift.model import Distribution, Requirement


class Lookups(NamedTuple):
    """Facts about the paths that requirements and distributions name."""

    real: Mapping[str, str]  # a local path, declared or recorded -> its real path
    folders: Mapping[str, LocalProject]  # real path -> what is in it; only paths that are folders
    checkouts: Mapping[str, Checkout]  # real path of an editable from git -> its working copy
    own_git: str | None = None  # the git folder of the working copy that the project itself is in


NOTHING = Lookups({}, {}, {})


def look_up(requirements: Iterable[Requirement], distributions: Mapping[str, Distribution], root: str) -> Lookups:
    """Look up what the requirements with a URL need. Never raises.

    `distributions` are the installed ones by name, `root` is the project's folder.
    """
    linked = [requirement for requirement in requirements if requirement.url]
    return _LookUp(distributions).run(linked, root) if linked else NOTHING


class _LookUp:
    def __init__(self, distributions: Mapping[str, Distribution]) -> None:
        self._distributions = distributions
        self._real: dict[str, str] = {}
        self._folders: dict[str, LocalProject] = {}
        self._checkouts: dict[str, Checkout] = {}
        self._own_git: str | None = None

    def run(self, linked: list[Requirement], root: str) -> Lookups:
        concerned: dict[str, Distribution] = {}
        for requirement in linked:
            name = self._name(requirement)
            if name is None:  # any distribution may have come from there
                concerned.update(self._distributions)
            elif name in self._distributions:
                concerned[name] = self._distributions[name]
                if requirement.editable:
                    self._look_at_checkout(concerned[name], requirement.url or "", root)
        for distribution in concerned.values():
            path = recorded_path(distribution)
            for one in (path, metadata_folder(distribution)):
                if one is not None:
                    self._real[one] = real_path(one)
        return Lookups(self._real, self._folders, self._checkouts, self._own_git)

    def _name(self, requirement: Requirement) -> str | None:
        path, name = requirement.path, requirement.name
        if path is None:
            return name
        self._real[path] = place = real_path(path)
        if place not in self._folders and os.path.isdir(place):
            from stepin.drift.declared.local_project import read_local_project  # start-up time: it loads tomllib

            self._folders[place] = read_local_project(place)
        if name is None and place in self._folders:
            name = self._folders[place].name
            if name is None:
                from stepin.drift.declared.elsewhere import read_project_names

                names = read_project_names(place)
                name = min(names) if len(names) == 1 else None
                self._folders[place] = self._folders[place]._replace(name=name)
        return name

    def _look_at_checkout(self, distribution: Distribution, url: str, root: str) -> None:
        from stepin.drift.compare import checkout, urls  # start-up time: most files declare no repository

        path = recorded_path(distribution)
        if path is None or urls.vcs_of(url) != "git":
            return
        place = self._real[path] = real_path(path)
        revision = urls.split_revision(url)[1]
        found = checkout.read_checkout(place, frozenset((revision,) if revision else ()))
        if found is not None:
            if place in self._checkouts:
                found = found._replace(refs={**self._checkouts[place].refs, **found.refs})
            self._checkouts[place] = found
            self._own_git = checkout.git_folder(real_path(root))


def real_path(path: str) -> str:
    """Return the real path, or the path itself if it cannot be resolved."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # ValueError: a NUL in a path that came out of a file
        return path


def recorded_path(distribution: Distribution) -> str | None:
    """Return the local path that a distribution was installed from, None if it was not installed from one."""
    url = (distribution.direct_url or {}).get("url")
    if not isinstance(url, str):
        return None
    from stepin.drift.compare.urls import local_path  # start-up time: few distributions have a direct URL

    return local_path(url)


def metadata_folder(distribution: Distribution) -> str | None:
    """Return the folder of the .egg-info of an editable: pip before 21.3 took that for what was installed."""
    editable = distribution.path.endswith(".egg-info") and distribution.editable
    return os.path.dirname(distribution.path) if editable else None
