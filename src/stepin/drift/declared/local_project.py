"""Read what a local folder's pyproject.toml declares statically: [project] (PEP 621)."""

from __future__ import annotations

import os
import tomllib
from typing import Any, NamedTuple

from stepin.drift.model import Dependency, MarkerTree
from stepin.drift.pep508.dependency import parse_dependency
from stepin.drift.pep508.names import normalize_name
from stepin.hook.files import read_regular

PYPROJECT_BYTES = 1 << 20


class LocalProject(NamedTuple):
    """A local folder that is declared (`-e .`, `./p`), as its pyproject.toml describes it now.

    None for what the file does not say statically: then only the installed metadata counts.
    """

    name: str | None  # normalized
    requires: tuple[Dependency, ...] | None  # [project] dependencies
    optional: tuple[Dependency, ...] | None  # [project] optional-dependencies, with `extra == ...` in their markers
    extras: frozenset[str]  # normalized
    requires_python: str | None


NOTHING_STATIC = LocalProject(None, None, None, frozenset(), None)


def read_pyproject(folder: str) -> dict[str, Any]:
    """Return the tables of a folder's pyproject.toml, {} if it has none or an invalid one. Never raises."""
    data = read_regular(os.path.join(folder, "pyproject.toml"), PYPROJECT_BYTES)
    if data is None:
        return {}
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return {}


def read_local_project(folder: str) -> LocalProject:
    """Return what a folder's pyproject.toml declares statically. Never raises: an invalid file declares nothing."""
    project = read_pyproject(folder).get("project")
    if not isinstance(project, dict):
        return NOTHING_STATIC
    dynamic = project.get("dynamic")
    dynamic = dynamic if isinstance(dynamic, list) else []
    name = project.get("name")
    python = project.get("requires-python")
    optional, extras = (None, frozenset[str]()) if "optional-dependencies" in dynamic else _optional(project)
    return LocalProject(
        normalize_name(name) if isinstance(name, str) else None,
        None if "dependencies" in dynamic else _dependencies(project.get("dependencies", [])),
        optional,
        extras,
        python if isinstance(python, str) else None,
    )


def _dependencies(lines: Any) -> tuple[Dependency, ...] | None:
    if not isinstance(lines, list):
        return None
    try:
        return tuple(parse_dependency(line) for line in lines)
    except (ValueError, AttributeError):  # not a requirement, not a string: no build backend takes it either
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
