"""Writing, listing and removing what the user said about projects; `stepin.hook.trust` reads it and has the format."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from stepin.hook import files, trust
from stepin.hook.reasons import Reason


class Record(NamedTuple):
    """A trust record."""

    path: str  # real
    verdict: str  # "allow" or "deny"
    tree: bool  # of everything below it, too
    anyway: tuple[Reason, ...]
    by: str  # "allow", "activated", "deny", "create"
    when: str  # ISO 8601, UTC
    same: bool  # the folder there is still the one that it was said of


def write(store: str, real: str, verdict: str, *, by: str, tree: bool = False, anyway: Sequence[Reason] = ()) -> None:
    """Record a verdict about the folder with this real path. Raises OSError."""
    lines = ["stepin-trust 1", f"verdict {verdict}", f"path {trust.encode(real)}"]
    lines += [f"{key} {value}" for key, value in trust.identity(real).items()]
    if anyway:
        lines.append("anyway " + " ".join(trust.encode(str(reason)) for reason in anyway))
    lines += [f"by {by}", f"when {datetime.now(UTC).isoformat(timespec='seconds')}", ""]
    scope = trust.TREE if tree else trust.PROJECT
    files.write_whole(trust.record_path(store, real, scope), os.fsencode("\n".join(lines)), durable=True)


def forget(store: str, real: str) -> bool:
    """Remove the record and the tree record of a folder; return whether there was one. Raises OSError."""
    found = False
    for scope in (trust.PROJECT, trust.TREE):
        path = trust.record_path(store, real, scope)
        if os.path.lexists(path):
            os.unlink(path)
            found = True
    folder = os.path.dirname(trust.record_path(store, real))
    while folder != store:  # what is empty goes, up to the root of the tree
        try:
            os.rmdir(folder)
        except OSError:
            break
        folder = os.path.dirname(folder)
    return found


def everything(store: str) -> Iterator[Record]:
    """Yield every record, by path. What cannot be understood is left out: `damaged` names it."""
    for real, scope in sorted(_files(store)):
        record = trust.read_record(store, real, scope)
        if record is not None:
            yield Record(
                real,
                record.get("verdict", ""),
                scope == trust.TREE,
                tuple(trust.consents(record)),
                record.get("by", ""),
                record.get("when", ""),
                trust.is_about(record, real),
            )


def damaged(store: str) -> list[str]:
    """Return the files of records that cannot be understood."""
    return [
        trust.record_path(store, real, scope)
        for real, scope in _files(store)
        if trust.read_record(store, real, scope) is None
    ]


def _files(store: str) -> Iterator[tuple[str, str]]:
    root = os.path.join(store, "trust")
    for folder, _, names in os.walk(root):
        for name in names:
            if name in (trust.PROJECT, trust.TREE):
                yield _unmirror(folder[len(root) :]), name


def _unmirror(path: str) -> str:
    """Return the path whose mirror (files.mirror) is `path`."""
    parts = path.split("/")[2::2]
    return "/" + "/".join(parts)
