"""Read poetry.lock: what `poetry install` installs by default, and whether pyproject.toml has changed since."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from stepin.drift.declared.local_project import read_pyproject
from stepin.drift.declared.locks.lock import (
    LockedPackage,
    LockError,
    as_list,
    as_table,
    as_text,
    declarations,
    holds,
    local,
    package_lines,
    parse_toml,
    pin,
    read_text,
    repository,
)
from stepin.drift.pep508.names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stepin.drift.model import Declarations, Requirement, Target

# Poetry's Locker: the keys that the lock depends on. The first ones count even if they are missing.
_LEGACY_KEYS = ("dependencies", "source", "extras", "dev-dependencies")
_PROJECT_KEYS = ("requires-python", "dependencies", "optional-dependencies")


def read_poetry_lock(path: str, target: Target) -> Declarations:
    """Return what `poetry install` installs from the lock file at `path`. Raises LockError."""
    text = read_text(path)
    document = parse_toml(text)
    metadata = as_table(document.get("metadata"))
    version = as_text(metadata.get("lock-version"))
    if version.partition(".")[0] != "2" or version == "2.0":
        raise LockError(f'has lock-version {version or "none"}; run "poetry lock" with Poetry 2 for 2.1')
    folder = os.path.dirname(path)
    pyproject = read_pyproject(folder)
    stale = None
    if metadata.get("content-hash") not in content_hashes(pyproject):
        stale = "pyproject.toml has changed since"
    packages = _packages(path, document, pyproject, package_lines(text, "[[package]]"), target)
    return declarations(path, packages, (os.path.join(folder, "pyproject.toml"),), stale)


def content_hashes(pyproject: dict[str, Any]) -> set[str]:
    """Return the hashes of what poetry resolves (`Locker._get_content_hash`), with and without dependency groups."""
    project, poetry = as_table(pyproject.get("project")), as_table(as_table(pyproject.get("tool")).get("poetry"))
    static = {key: project[key] for key in _PROJECT_KEYS if project.get(key) is not None}
    found = set()
    for groups in (as_table(pyproject.get("dependency-groups")), {}):
        content: dict[str, Any] = {}
        for key in (*_LEGACY_KEYS, "group"):
            if poetry.get(key) is not None or (key in _LEGACY_KEYS and not static and not groups):
                content[key] = poetry.get(key)
        outer = {"project": static} if static else {}
        if groups:
            outer["dependency-groups"] = groups
        relevant = {**outer, "tool": {"poetry": content}} if outer else content
        found.add(hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest())
    return found


def _packages(
    path: str, document: dict[str, Any], pyproject: dict[str, Any], lines: list[int], target: Target
) -> Iterator[LockedPackage]:
    groups = as_table(as_table(as_table(pyproject.get("tool")).get("poetry")).get("group"))
    optional = {normalize_name(name) for name, group in groups.items() if as_table(group).get("optional") is True}
    for index, table in enumerate(as_list(document.get("package"))):
        package = as_table(table)
        name = normalize_name(as_text(package.get("name")))
        wanted = [group for group in as_list(package.get("groups")) if normalize_name(group) not in optional]
        answer, marker = _answer(package, wanted, target)
        line = lines[index] if index < len(lines) else None
        found = None if answer is False else _requirement(path, package, line, None if answer else marker)
        yield LockedPackage(name, found)


def _answer(package: dict[str, Any], groups: list[str], target: Target) -> tuple[bool | None, str]:
    """Return (whether one of these groups installs the package, the marker that is in doubt)."""
    markers = package.get("markers")
    doubt = None
    for group in groups:
        marker = as_text(markers.get(group)) if isinstance(markers, dict) else as_text(markers)
        answer = holds(marker, target)
        if answer:
            return True, ""
        if answer is None:
            doubt = marker
    return (None, doubt) if doubt is not None else (False, "")


def _requirement(path: str, package: dict[str, Any], line: int | None, marker: str | None) -> Requirement:
    name, folder = as_text(package.get("name")), os.path.dirname(path)
    source = as_table(package.get("source"))
    kind, url = as_text(source.get("type")), as_text(source.get("url"))
    if kind == "git":
        revision, subdirectory = as_text(source.get("resolved_reference")), as_text(source.get("subdirectory"))
        return repository("git", url, revision, name, path, line, subdirectory=subdirectory)
    if kind in ("directory", "file"):
        return local(folder, url, name, path, line, editable=package.get("develop") is True)
    if kind == "url":
        return pin(name, None, path, line, url=url)
    return pin(name, as_text(package.get("version")) or None, path, line, marker=marker)
