"""What has to be looked up on disk before declared and installed can be compared: real paths, working copies, and the
pyproject.toml of folders that are declared. compare.py itself touches no disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from stepin.drift.pep508.names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stepin.drift.compare.checkout import Checkout
    from stepin.drift.model import Dependency, Distribution, MarkerTree, Requirement

_PYPROJECT_BYTES = 1 << 20


class Folder(NamedTuple):
    """A local folder that is declared (`-e .`, `./p`), as its pyproject.toml describes it now (PEP 621).

    None where it says nothing static: then the installed metadata is all there is.
    """

    name: str | None  # normalized
    requires: tuple[Dependency, ...] | None  # [project] dependencies
    optional: tuple[Dependency, ...] | None  # [project] optional-dependencies, with `extra == ...` in their markers
    extras: frozenset[str]  # normalized
    requires_python: str | None


class Lookups(NamedTuple):
    """The facts that compare() needs beside what is declared and what is installed."""

    real: Mapping[str, str]  # a local path, declared or recorded -> its real path
    folders: Mapping[str, Folder]  # real path -> what is in it; only paths that are folders
    checkouts: Mapping[str, Checkout]  # real path of an editable from git -> its working copy


NOTHING = Lookups({}, {}, {})


def look_up(requirements: Iterable[Requirement], distributions: Mapping[str, Distribution]) -> Lookups:
    """Look up what the requirements with a URL need; `distributions` are the installed ones by name. Never raises."""
    linked = [requirement for requirement in requirements if requirement.url]
    if not linked:
        return NOTHING
    from stepin.drift.compare import urls

    real: dict[str, str] = {}
    folders: dict[str, Folder] = {}
    checkouts: dict[str, Checkout] = {}
    concerned: dict[str, Distribution] = {}
    for requirement in linked:
        url = requirement.url or ""
        name = requirement.name
        path = requirement.path
        if path is not None:
            real[path] = place = _real(path)
            if place not in folders and os.path.isdir(place):
                folders[place] = read_local_project(place)
            if name is None and place in folders:
                name = folders[place].name
        if name is None:  # it may have come from anywhere
            concerned.update(distributions)
        elif name in distributions:
            concerned[name] = distributions[name]
            if requirement.editable and urls.vcs_of(url) == "git":
                _look_at_checkout(distributions[name], url, real, checkouts)
    for distribution in concerned.values():
        path = recorded_path(distribution)
        if path is not None:
            real[path] = _real(path)
    return Lookups(real, folders, checkouts)


def _look_at_checkout(
    distribution: Distribution, url: str, real: dict[str, str], checkouts: dict[str, Checkout]
) -> None:
    from stepin.drift.compare import checkout, urls

    path = recorded_path(distribution)
    if path is None:
        return
    place = real[path] = _real(path)
    revision = urls.split_revision(url)[1]
    found = checkout.read_checkout(place, frozenset((revision,) if revision else ()))
    if found is not None:
        if place in checkouts:
            found = found._replace(refs={**checkouts[place].refs, **found.refs})
        checkouts[place] = found


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # ValueError: a NUL in a path that came out of a file
        return path


def recorded_path(distribution: Distribution) -> str | None:
    """Return the local path that a distribution was installed from; None where it was none."""
    from stepin.drift.compare import urls

    url = (distribution.direct_url or {}).get("url")
    return urls.local_path(url) if isinstance(url, str) else None


def read_local_project(folder: str) -> Folder:
    """Read what a folder's pyproject.toml says statically. Never raises: what is no such file says nothing."""
    from stepin.drift.installed import reading

    nothing = Folder(None, None, None, frozenset(), None)
    data = reading.read_or_none(os.path.join(folder, "pyproject.toml"), _PYPROJECT_BYTES)
    if data is None or b"[project]" not in data.replace(b" ", b""):
        return nothing
    import tomllib

    try:
        project = tomllib.loads(data.decode()).get("project")
    except (ValueError, RecursionError):
        return nothing
    if not isinstance(project, dict):
        return nothing
    dynamic = project.get("dynamic")
    dynamic = dynamic if isinstance(dynamic, list) else []
    name = project.get("name")
    python = project.get("requires-python")
    optional, extras = (None, frozenset[str]()) if "optional-dependencies" in dynamic else _optional(project)
    return Folder(
        normalize_name(name) if isinstance(name, str) else None,
        None if "dependencies" in dynamic else _dependencies(project.get("dependencies", [])),
        optional,
        extras,
        python if isinstance(python, str) else None,
    )


def _dependencies(lines: Any) -> tuple[Dependency, ...] | None:
    from stepin.drift.pep508 import dependency

    if not isinstance(lines, list):
        return None
    try:
        return tuple(dependency.parse_dependency(line) for line in lines)
    except (ValueError, AttributeError):  # no requirement, no string: no build backend would take it either
        return None


def _optional(project: dict[str, Any]) -> tuple[tuple[Dependency, ...] | None, frozenset[str]]:
    groups = project.get("optional-dependencies", {})
    if not isinstance(groups, dict):
        return None, frozenset()
    found: list[Dependency] = []
    for group, lines in groups.items():
        dependencies = _dependencies(lines)
        if dependencies is None:
            return None, frozenset()
        asked: MarkerTree = ("extra", "==", normalize_name(group), True)
        found += [one._replace(marker=("and", one.marker, asked) if one.marker else asked) for one in dependencies]
    return tuple(found), frozenset(map(normalize_name, groups))
