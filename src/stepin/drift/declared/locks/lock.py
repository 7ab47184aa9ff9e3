"""What all lock formats share: reading a file, the lines of its packages, pins and markers."""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from stepin.drift.model import Declarations, Problem, Requirement
from stepin.drift.pep508 import markers, trees
from stepin.drift.pep508.names import normalize_name
from stepin.hook.files import read_head

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.markers import Marker

    from stepin.drift.model import MarkerTree, Target

# More than any lock file has: uv.lock of the largest public workspaces is 3 MiB.
_LIMIT = 32 << 20


class LockError(Exception):
    """A lock file that cannot be used. str() is the reason, to follow its name."""


class LockedPackage(NamedTuple):
    """One package of a lock file, and whether it is wanted under the defaults of the tool."""

    name: str  # normalized
    requirement: Requirement | None  # None: not wanted here


def read_text(path: str) -> str:
    """Return the text of a lock file. Raises LockError."""
    try:
        data = read_head(path, _LIMIT + 1)
    except (OSError, ValueError) as error:
        raise LockError(f"cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if len(data) > _LIMIT:
        raise LockError(f"is larger than {_LIMIT >> 20} MiB")
    if b"\n<<<<<<< " in data or data.startswith(b"<<<<<<< "):
        raise LockError("has an unresolved merge conflict")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise LockError("is not UTF-8") from None


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a lock file in TOML. Raises LockError."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise LockError(f"is not valid TOML ({error})") from None


def package_lines(text: str, header: str) -> list[int]:
    """Return the line numbers of the array tables `header`, such as `[[package]]`, in order."""
    return [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == header]


def pin(
    name: str,
    version: str | None,
    file: str,
    line: int | None,
    *,
    marker: str | None = None,
    extras: Iterable[str] = (),
    url: str | None = None,
    path: str | None = None,
    editable: bool = False,
    hashes: Iterable[str] = (),
) -> Requirement:
    """Return the requirement for a locked package: `==version`, or the URL that it is locked to."""
    specifier = f"=={version}" if version and url is None else ""
    return Requirement(
        name=normalize_name(name),
        specifier=specifier,
        extras=frozenset(map(normalize_name, extras)),
        marker=_marker(marker),
        url=url,
        editable=editable,
        constraint=False,
        hashes=frozenset(hashes),
        raw=f"{name} @ {url}" if url else f"{name}{specifier}",
        file=file,
        line=line or 1,
        path=path,
    )


def _marker(text: str | None) -> Marker | None:
    if not text:
        return None
    from packaging.markers import InvalidMarker, Marker  # start-up time: most locked packages have none

    try:
        return Marker(text)
    except InvalidMarker:
        raise LockError(f"has an invalid marker: {text[:100]}") from None


def file_url(path: str) -> str:
    """Return the file: URL of an absolute path."""
    from urllib.parse import quote

    return "file://" + quote(os.fsencode(path))


def local(folder: str, path: str, name: str, file: str, line: int | None, *, editable: bool = False) -> Requirement:
    """Return the requirement for a folder or an archive; `path` is relative to `folder`."""
    place = os.path.normpath(os.path.join(folder, path))
    return pin(name, None, file, line, url=file_url(place), path=place, editable=editable)


def repository(
    vcs: str, url: str, revision: str | None, name: str, file: str, line: int | None, *, subdirectory: str = ""
) -> Requirement:
    """Return the requirement for a commit of a repository."""
    full = (
        f"{vcs}+{url}"
        + (f"@{revision}" if revision else "")
        + (f"#subdirectory={subdirectory}" if subdirectory else "")
    )
    return pin(name, None, file, line, url=full)


def holds(marker: str | None, target: Target, *, extras: Iterable[str] = (), groups: Iterable[str] = ()) -> bool | None:
    """Evaluate a marker, which may test membership in `extras` and `dependency_groups` (PEP 751).

    None if that cannot be determined, or if the marker is invalid.
    """
    if not marker:
        return True
    try:
        tree = trees.parse_marker(marker)
    except trees.InvalidDependencyError:
        return None
    return _holds(tree, target, frozenset(extras), frozenset(groups))


def _holds(tree: MarkerTree, target: Target, extras: frozenset[str], groups: frozenset[str]) -> bool | None:
    head = tree[0]
    if head in ("and", "or"):
        results = [_holds(part, target, extras, groups) for part in tree[1:]]
        deciding: bool = head == "or"
        if deciding in results:
            return deciding
        return None if None in results else not deciding
    if head in ("extras", "dependency_groups"):
        chosen = extras if head == "extras" else groups
        inside = normalize_name(tree[2]) in chosen
        return inside if tree[1] == "in" else not inside
    return markers.evaluate_marker(tree, target, extras)


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, and [] for anything else."""
    return value if isinstance(value, list) else []


def as_table(value: Any) -> dict[str, Any]:
    """Return a table as it is, and {} for anything else."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str:
    """Return a string as it is, and "" for anything else."""
    return value if isinstance(value, str) else ""


def declarations(
    path: str, packages: Iterable[LockedPackage], files: Iterable[str] = (), stale: str | None = None
) -> Declarations:
    """Return what a lock file declares. `files` were read besides it; `stale` says why it is out of date."""
    packages = list(packages)
    return Declarations(
        tuple(one.requirement for one in packages if one.requirement),
        (),
        (path, *files),
        lock=True,
        explained=frozenset(one.name for one in packages),
        stale=stale,
    )


def unusable(path: str, error: LockError) -> Declarations:
    """Return the declarations for a lock file that cannot be used: one problem."""
    return Declarations((), (Problem(str(error), path, None, True),), (path,), lock=True)
