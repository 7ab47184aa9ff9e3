"""Read Pipfile.lock: what `pipenv sync` installs by default, and whether Pipfile has changed since."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from typing import TYPE_CHECKING, Any

from stepin.drift.declared.locks.lock import (
    LockedPackage,
    LockError,
    as_table,
    as_text,
    declarations,
    holds,
    local,
    pin,
    read_text,
    repository,
)
from stepin.drift.pep508.names import normalize_name
from stepin.hook.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stepin.drift.model import Declarations, Requirement, Target

_PIPFILE_BYTES = 1 << 20
# plette's PIPFILE_SECTIONS, and what it renames.
_SECTIONS = ("source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop")


def read_pipfile_lock(path: str, target: Target) -> Declarations:
    """Return what `pipenv sync` installs from the lock file at `path`. Raises LockError."""
    text = read_text(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LockError(f"is not valid JSON ({error})") from None
    if not isinstance(document, dict) or as_table(document.get("_meta")).get("pipfile-spec") != 6:
        raise LockError("has another pipfile-spec than 6")
    pipfile = os.path.join(os.path.dirname(path), "Pipfile")
    recorded = as_table(as_table(document["_meta"]).get("hash")).get("sha256")
    current = pipfile_hash(pipfile)
    stale = "Pipfile has changed since" if current is not None and recorded not in (None, current) else None
    return declarations(path, _packages(path, document, text.splitlines(), target), (pipfile,), stale)


def pipfile_hash(path: str) -> str | None:
    """Return the hash of a Pipfile as Pipfile.lock records it (plette's `Pipfile.get_hash`); None without a Pipfile."""
    data = read_regular(path, _PIPFILE_BYTES)
    if data is None:
        return None
    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return None
    content = {
        "_meta": {"sources": document.get("source", []), "requires": document.get("requires", {})},
        "default": document.get("packages", {}),
        "develop": document.get("dev-packages", {}),
    }
    content.update({name: table for name, table in document.items() if name not in _SECTIONS})
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _packages(path: str, document: dict[str, Any], lines: list[str], target: Target) -> Iterator[LockedPackage]:
    places = {line.strip(): number for number, line in reversed(list(enumerate(lines, 1)))}
    for section, table in document.items():
        for written, value in as_table(table).items() if section != "_meta" else ():
            package, name = as_table(value), normalize_name(written)
            answer = holds(as_text(package.get("markers")), target) if section == "default" else False
            line = places.get(f"{json.dumps(written)}: {{")
            yield LockedPackage(name, None if answer is False else _requirement(path, written, package, line, answer))


def _requirement(path: str, name: str, package: dict[str, Any], line: int | None, certain: bool | None) -> Requirement:
    folder = os.path.dirname(path)
    if "git" in package:
        subdirectory = as_text(package.get("subdirectory"))
        url, reference = as_text(package["git"]), as_text(package.get("ref"))
        return repository("git", url, reference, name, path, line, subdirectory=subdirectory)
    if "path" in package:
        return local(folder, as_text(package["path"]), name, path, line, editable=package.get("editable") is True)
    if "file" in package:
        return pin(name, None, path, line, url=as_text(package["file"]))
    marker = None if certain else as_text(package.get("markers"))
    return pin(name, as_text(package.get("version")).removeprefix("==") or None, path, line, marker=marker)
