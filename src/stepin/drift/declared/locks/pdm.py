"""Read pdm.lock: what `pdm sync` installs by default, and whether pyproject.toml has changed since."""

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


def read_pdm_lock(path: str, target: Target) -> Declarations:
    """Return what `pdm sync` installs from the lock file at `path`. Raises LockError."""
    text = read_text(path)
    document = parse_toml(text)
    metadata = as_table(document.get("metadata"))
    version = as_text(metadata.get("lock_version"))
    if version.partition(".")[0] != "4":
        raise LockError(f"has lock_version {version or 'none'}, not 4")
    if "inherit_metadata" not in as_list(metadata.get("strategy")):
        raise LockError('was written without "inherit_metadata", so the groups of its packages are unknown')
    folder = os.path.dirname(path)
    pyproject = read_pyproject(folder)
    packages = _packages(path, document, pyproject, package_lines(text, "[[package]]"), target)
    stale = None
    if metadata.get("content_hash") not in (None, "sha256:" + content_hash(pyproject)):
        stale = "pyproject.toml has changed since"
    return declarations(path, packages, (os.path.join(folder, "pyproject.toml"),), stale)


def content_hash(pyproject: dict[str, Any]) -> str:
    """Return the hash of what pdm resolves (pdm's `PyProject.content_hash`)."""
    project = as_table(pyproject.get("project"))
    settings = as_table(as_table(pyproject.get("tool")).get("pdm"))
    content = {
        "sources": settings.get("source", []),
        "dependencies": project.get("dependencies", []),
        "dev-dependencies": _development(pyproject),
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
        "resolution": settings.get("resolution", {}),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _development(pyproject: dict[str, Any]) -> dict[str, Any]:
    """Return pdm's development groups: [dependency-groups], then [tool.pdm.dev-dependencies]."""
    settings = as_table(as_table(pyproject.get("tool")).get("pdm"))
    groups: dict[str, Any] = {}
    for name, lines in as_table(pyproject.get("dependency-groups")).items():
        groups[normalize_name(name)] = lines
    for name, lines in as_table(settings.get("dev-dependencies")).items():
        groups[normalize_name(name)] = [*groups.get(normalize_name(name), []), *as_list(lines)]
    return groups


def _packages(
    path: str, document: dict[str, Any], pyproject: dict[str, Any], lines: list[int], target: Target
) -> Iterator[LockedPackage]:
    selected = {"default", *_development(pyproject)}
    for index, table in enumerate(as_list(document.get("package"))):
        package = as_table(table)
        name = normalize_name(as_text(package.get("name")))
        wanted = not selected.isdisjoint(as_list(package.get("groups")))
        answer = holds(as_text(package.get("marker")), target) if wanted else False
        line = lines[index] if index < len(lines) else None
        yield LockedPackage(name, None if answer is False else _requirement(path, package, line, answer))


def _requirement(path: str, package: dict[str, Any], line: int | None, certain: bool | None) -> Requirement:
    name, folder = as_text(package.get("name")), os.path.dirname(path)
    if "git" in package:
        revision = as_text(package.get("revision")) or as_text(package.get("ref"))
        subdirectory = as_text(package.get("subdirectory"))
        return repository("git", as_text(package["git"]), revision, name, path, line, subdirectory=subdirectory)
    if "path" in package:
        return local(folder, as_text(package["path"]), name, path, line, editable=package.get("editable") is True)
    if "url" in package:
        return pin(name, None, path, line, url=as_text(package["url"]))
    marker = None if certain else as_text(package.get("marker"))
    return pin(name, as_text(package.get("version")) or None, path, line, marker=marker)
