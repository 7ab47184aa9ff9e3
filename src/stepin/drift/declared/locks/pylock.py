"""Read pylock.toml (PEP 751): what `pip install -r pylock.toml` installs by default."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

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
    from collections.abc import Iterator, Sequence

    from stepin.drift.model import Declarations, Requirement, Target


def read_pylock(path: str, target: Target, extras: Sequence[str] = (), groups: Sequence[str] = ()) -> Declarations:
    """Return what the lock file at `path` declares, with its default groups, these groups and these extras.

    Raises LockError.
    """
    text = read_text(path)
    document = parse_toml(text)
    version = as_text(document.get("lock-version"))
    if version.partition(".")[0] != "1":
        raise LockError(f"has lock-version {version or 'none'}, not 1.0")
    chosen = [group for group in as_list(document.get("default-groups")) if isinstance(group, str)]
    context = list(map(normalize_name, extras)), list(map(normalize_name, [*chosen, *groups]))
    return declarations(path, _packages(path, document, package_lines(text, "[[packages]]"), target, *context))


def _packages(
    path: str, document: dict[str, Any], lines: list[int], target: Target, extras: list[str], groups: list[str]
) -> Iterator[LockedPackage]:
    for index, table in enumerate(as_list(document.get("packages"))):
        package = as_table(table)
        name = normalize_name(as_text(package.get("name")))
        answer = holds(package.get("marker"), target, extras=extras, groups=groups)
        line = lines[index] if index < len(lines) else None
        yield LockedPackage(name, None if answer is False else _requirement(path, package, line, answer))


def _requirement(path: str, package: dict[str, Any], line: int | None, certain: bool | None) -> Requirement:
    name, folder = as_text(package.get("name")), os.path.dirname(path)
    vcs, directory, archive = (as_table(package.get(key)) for key in ("vcs", "directory", "archive"))
    subdirectory = as_text((vcs or directory or archive).get("subdirectory"))
    if vcs:
        url = as_text(vcs.get("url")) or as_text(vcs.get("path"))
        commit = as_text(vcs.get("commit-id"))
        return repository(as_text(vcs.get("type")), url, commit, name, path, line, subdirectory=subdirectory)
    if directory:
        editable = directory.get("editable") is True
        return local(folder, as_text(directory.get("path")), name, path, line, editable=editable)
    if archive and archive.get("url"):
        fragment = f"#subdirectory={subdirectory}" if subdirectory else ""
        return pin(name, None, path, line, url=as_text(archive["url"]) + fragment)
    if archive:
        return local(folder, as_text(archive.get("path")), name, path, line)
    marker = None if certain else as_text(package.get("marker"))
    return pin(name, as_text(package.get("version")) or None, path, line, marker=marker)
