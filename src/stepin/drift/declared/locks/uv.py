"""Read uv.lock: what `uv sync` installs by default, and whether pyproject.toml has changed since."""

from __future__ import annotations

import os
import re
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
from stepin.drift.declared.pyproject import group_lines
from stepin.drift.pep508.dependency import parse_dependency
from stepin.drift.pep508.names import normalize_name
from stepin.drift.pep508.trees import InvalidDependencyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stepin.drift.model import Declarations, Requirement, Target

_VERSION = 1  # of the format; uv refuses others as well


def read_uv_lock(path: str, target: Target, extras: Sequence[str] = (), groups: Sequence[str] = ()) -> Declarations:
    """Return what `uv sync` installs from the lock file at `path`, with these extras and groups. Raises LockError."""
    text = read_text(path)
    document = parse_toml(text)
    if document.get("version") != _VERSION:
        raise LockError(f"has version {document.get('version')}, not {_VERSION}")
    lock = _UvLock(path, document, package_lines(text, "[[package]]"), target)
    lock.walk([*map(normalize_name, extras), *("group:" + group for group in groups)])
    return declarations(path, lock.packages(), (os.path.join(lock.folder, "pyproject.toml"),), lock.stale())


class _UvLock:
    def __init__(self, path: str, document: dict[str, Any], lines: list[int], target: Target) -> None:
        self.folder = os.path.dirname(path)
        self._path = path
        self._target = target
        self._lines = lines
        self._python = as_text(document.get("requires-python"))
        self._packages = [as_table(package) for package in as_list(document.get("package"))]
        self._pyproject = read_pyproject(self.folder)
        self._by_name: dict[str, list[int]] = {}
        for index, package in enumerate(self._packages):
            self._by_name.setdefault(normalize_name(as_text(package.get("name"))), []).append(index)
        self._wanted: set[int] = set()
        self._unsure: dict[int, str] = {}  # index -> a marker on the way to it that cannot be evaluated, or ""

    def walk(self, parts: Sequence[str]) -> None:
        """Follow the dependencies of the project, or of all members if the workspace has no project.

        `parts` are the extras and groups ("group:NAME") besides the default groups.
        """
        roots = [index for index in range(len(self._packages)) if self._place(index) == "."]
        if not roots:
            roots = [index for index in range(len(self._packages)) if self._place(index) is not None]
        certain: list[tuple[int, str, str]] = []  # (index, extra or "group:NAME" or "", a marker in doubt or "")
        unsure: list[tuple[int, str, str]] = []
        for root in roots:
            certain += [(root, "", ""), *((root, "group:" + group, "") for group in self._default_groups(root))]
            certain += [(root, part, "") for part in parts]
        seen: set[tuple[int, str]] = set()
        for queue in (certain, unsure):
            while queue:
                index, part, doubt = queue.pop()
                if (index, part) in seen:
                    continue
                seen.add((index, part))
                if index not in self._wanted:
                    self._wanted.add(index)
                    self._unsure[index] = doubt
                for dependency in self._dependencies(index, part):
                    marker = as_text(dependency.get("marker"))
                    answer = holds(marker, self._target)
                    if answer is not False:
                        found = self._parts(dependency, doubt or ("" if answer else marker))
                        (certain if answer and not doubt else unsure).extend(found)

    def _parts(self, dependency: dict[str, Any], doubt: str) -> Iterator[tuple[int, str, str]]:
        for index in self._find(dependency):
            for part in ["", *map(normalize_name, as_list(dependency.get("extra")))]:
                yield index, part, doubt

    def _default_groups(self, root: int) -> list[str]:
        groups = as_table(self._packages[root].get("dev-dependencies"))
        wanted = as_table(as_table(self._pyproject.get("tool")).get("uv")).get("default-groups", ["dev"])
        return list(groups) if wanted == "all" else [group for group in as_list(wanted) if group in groups]

    def _dependencies(self, index: int, part: str) -> list[dict[str, Any]]:
        package = self._packages[index]
        if not part:
            found = package.get("dependencies")
        elif part.startswith("group:"):
            found = as_table(package.get("dev-dependencies")).get(part[6:])
        else:
            extras = as_table(package.get("optional-dependencies"))
            found = next((value for name, value in extras.items() if normalize_name(name) == part), [])
        return [as_table(one) for one in as_list(found)]

    def _find(self, dependency: dict[str, Any]) -> Iterator[int]:
        """Yield the packages that a dependency names: one, or of several forks those that apply here."""
        candidates = self._by_name.get(normalize_name(as_text(dependency.get("name"))), [])
        for index in candidates:
            package = self._packages[index]
            if len(candidates) > 1:
                if any(key in dependency and dependency[key] != package.get(key) for key in ("version", "source")):
                    continue
                forks = as_list(package.get("resolution-markers"))
                if forks and all(holds(as_text(fork), self._target) is False for fork in forks):
                    continue
            yield index

    def _place(self, index: int) -> str | None:
        """Return the folder of a workspace member, relative to the lock; None for another package."""
        source = as_table(self._packages[index].get("source"))
        place = source.get("editable") or source.get("virtual")
        return as_text(place) or None

    def packages(self) -> Iterator[LockedPackage]:
        for index, package in enumerate(self._packages):
            name = normalize_name(as_text(package.get("name")))
            wanted = index in self._wanted and "virtual" not in as_table(package.get("source"))
            yield LockedPackage(name, self._requirement(index) if wanted else None)

    def _requirement(self, index: int) -> Requirement:
        package = self._packages[index]
        name, version = as_text(package.get("name")), as_text(package.get("version")) or None
        line = self._lines[index] if index < len(self._lines) else None
        source = as_table(package.get("source"))
        if "git" in source:
            return self._git(as_text(source["git"]), name, line)
        for kind in ("editable", "directory", "path"):
            if kind in source:
                return local(self.folder, as_text(source[kind]), name, self._path, line, editable=kind == "editable")
        if "url" in source:
            return pin(name, None, self._path, line, url=as_text(source["url"]))
        return pin(name, version, self._path, line, marker=self._unsure.get(index))

    def _git(self, url: str, name: str, line: int | None) -> Requirement:
        """Parse uv's `URL?rev=REVISION&subdirectory=FOLDER#COMMIT`."""
        from urllib.parse import parse_qs

        place, _, commit = url.partition("#")
        place, _, query = place.partition("?")
        folder = parse_qs(query).get("subdirectory", [""])[0]
        return repository("git", place, commit or None, name, self._path, line, subdirectory=folder)

    def stale(self) -> str | None:
        """Return why the lock is out of date against pyproject.toml, None if it is not."""
        project = as_table(self._pyproject.get("project"))
        root = next((index for index in range(len(self._packages)) if self._place(index) == "."), None)
        if root is None or not project:
            return None
        version, locked_version = project.get("version"), self._packages[root].get("version")
        if None not in (version, locked_version) and version != locked_version:
            return f"the version of {project.get('name')} is {version}"
        python = project.get("requires-python")
        if python is not None and _sorted(as_text(python)) != _sorted(self._python):
            return f"pyproject.toml requires Python {python}"
        metadata = as_table(self._packages[root].get("metadata"))
        locked = {_locked(as_table(one)) for one in as_list(metadata.get("requires-dist"))}
        for group, lines in as_table(metadata.get("requires-dev")).items():
            locked |= {(*_locked(as_table(one))[:3], f"group {normalize_name(group)}") for one in as_list(lines)}
        declared = _declared(self._pyproject)
        if "dependencies" in as_list(project.get("dynamic")) or declared is None:
            return None
        added, removed = sorted(declared - locked), sorted(locked - declared)
        if not added and not removed:
            return None
        first = (added or removed)[0]
        return f"pyproject.toml {'declares' if added else 'no longer declares'} {first[0]}{first[2]}"


_Line = tuple[str, tuple[str, ...], str, str]  # (name, extras, specifier, extra or group)


def _locked(entry: dict[str, Any]) -> _Line:
    match = re.search(r"extra == '([^']+)'", as_text(entry.get("marker")))
    extra = normalize_name(match[1]) if match else ""
    extras = tuple(sorted(normalize_name(one) for one in as_list(entry.get("extras"))))
    return normalize_name(as_text(entry.get("name"))), extras, _sorted(as_text(entry.get("specifier"))), extra


def _declared(pyproject: dict[str, Any]) -> set[_Line] | None:
    """Return what pyproject.toml declares for uv; None if a line is invalid."""
    project = as_table(pyproject.get("project"))
    groups = as_table(pyproject.get("dependency-groups"))
    found: set[_Line] = set()
    try:
        found |= {_line(one, "") for one in as_list(project.get("dependencies"))}
        for extra, lines in as_table(project.get("optional-dependencies")).items():
            found |= {_line(one, normalize_name(extra)) for one in as_list(lines)}
        for group in groups:
            found |= {_line(one, f"group {normalize_name(group)}") for one in group_lines(groups, group)}
        development = as_table(as_table(pyproject.get("tool")).get("uv")).get("dev-dependencies")
        found |= {_line(one, "group dev") for one in as_list(development)}
    except (InvalidDependencyError, AttributeError):
        return None
    return found


def _line(text: str, extra: str) -> _Line:
    dependency = parse_dependency(text)
    return dependency.name, dependency.extras, _sorted(dependency.specifier), extra


def _sorted(specifier: str) -> str:
    """Return the clauses sorted and without trailing zeros: to uv, `>=1` and `>=1.0` are the same."""
    clauses = "".join(specifier.split()).split(",")
    return ",".join(sorted(re.sub(r"^([<>=!]=?[0-9.]*?)(\.0)+$", r"\1", clause) for clause in clauses))
