"""Parse the files of one distribution: METADATA or PKG-INFO, requires.txt, direct_url.json and RECORD.

packaging.metadata is not used: importing it takes as long as six bare starts of Python (email, packaging.licenses), and
it rejects metadata that pip, which reads it with email.feedparser, accepts.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Literal

from stepin.drift.installed import direct_url
from stepin.drift.model import Contents, Dependency, Details, Fault
from stepin.drift.pep508 import dependency
from stepin.drift.pep508.names import normalize_name
from stepin.drift.pep508.trees import InvalidDependencyError
from stepin.hook.files import read_head, read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LIMIT = 1024 * 1024
_RECORD_LIMIT = 16 * 1024 * 1024
_MOST_LINES = 5000
_LONGEST_VALUE = 1024

# What email.feedparser accepts as headers: it stops at the first line that neither is a header nor continues one, and
# skips the "From " of a mailbox.
_HEADERS = re.compile(r"(?:(?:[!-9;-~]*:|[ \t]|From )[^\n]*(?:\n|\Z))*+")
_FIELD = re.compile(
    r"^(name|version|requires-dist|requires-python|provides-extra):[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)


class _UnusableError(Exception):
    def __init__(self, code: Literal["broken", "unknown"], reason: str, what: str) -> None:
        super().__init__(code, reason, what)
        self.code = code
        self.reason = reason
        self.what = what


def read_details(path: str, name: str) -> Contents:
    """Read the .dist-info or .egg-info (a folder or a file) at `path`. Never raises: errors are faults."""
    try:
        try:
            entries = os.listdir(path)
        except NotADirectoryError:  # distutils' .egg-info, which Debian keeps
            return _headers(path, name, path, None)
        return _folder(path, name, entries)
    except _UnusableError as error:
        return Contents(None, None, Details(faults=(_fault(error, name, path),)))
    except OSError as error:
        unreadable = _UnusableError("unknown", "unreadable", f"it cannot be read ({error.strerror or error})")
        return Contents(None, None, Details(faults=(_fault(unreadable, name, path),)))


def top_level(dist_info: str) -> frozenset[str] | None:
    """Return the first part of each path in RECORD, None if there is no RECORD or it cannot be read."""
    data = read_regular(os.path.join(dist_info, "RECORD"), _RECORD_LIMIT)
    if data is None:
        return None
    return frozenset(re.split(r"[/\\]", path, maxsplit=1)[0] for path, _ in _records(data))


def _folder(path: str, name: str, entries: list[str]) -> Contents:
    # The order of importlib.metadata: METADATA in a .dist-info, PKG-INFO in an .egg-info.
    file = "METADATA" if "METADATA" in entries else "PKG-INFO"
    if file not in entries:
        what = "its METADATA is missing" if entries else "its metadata folder is empty"
        raise _UnusableError("broken", "emptied", what)
    contents = _headers(os.path.join(path, file), name, path, path if "requires.txt" in entries else None)
    found = direct_url.read_direct_url(os.path.join(path, "direct_url.json")) if "direct_url.json" in entries else None
    details = contents.details._replace(
        direct_url=found,
        editable=direct_url.is_editable(found),
        requested="REQUESTED" in entries,
    )
    return contents._replace(details=details)


def _headers(file: str, name: str, path: str, egg: str | None) -> Contents:
    try:
        data = read_head(file, _LIMIT)
    except FileNotFoundError:  # a link into a cache that was cleaned
        raise _UnusableError("broken", "emptied", f"its {os.path.basename(file)} is a broken link") from None
    if not data:
        raise _UnusableError("broken", "truncated", f"its {os.path.basename(file)} is empty")
    text = _text(data, os.path.basename(file))
    end = _HEADERS.match(text).end()  # type: ignore[union-attr]  # it also matches the empty string
    if end == len(text) == _LIMIT:
        raise _UnusableError("unknown", "unreadable", f"the headers of its {os.path.basename(file)} are too long")
    values: dict[str, list[str]] = {}
    for field, value in _FIELD.findall(text, 0, end):
        values.setdefault(field.lower(), []).append(value.strip())
    named, version = values.get("name"), values.get("version")
    if not named or not version or _cut_off(file, data, end == len(text)):
        raise _UnusableError("broken", "truncated", f"its {os.path.basename(file)} is cut off or damaged")
    lines = values.get("requires-dist", [])
    extras = values.get("provides-extra", [])
    if egg is not None:
        sections = list(_requires_txt(egg))
        # As pip does: PKG-INFO has them from metadata 2.1 on.
        lines = lines or [line for _, line in sections]
        extras = extras or [extra for extra, _ in sections if extra]
    faults: list[Fault] = []
    requires = _dependencies(lines, name, path, faults)
    python = values.get("requires-python", [None])[0]
    if len(version[0]) > _LONGEST_VALUE or (python and len(python) > _LONGEST_VALUE):
        what = f"its Version or Requires-Python is longer than {_LONGEST_VALUE} characters"
        faults.append(_fault(_UnusableError("broken", "invalid", what), name, path))
        return Contents(named[0], None, Details(requires=requires, faults=tuple(faults)))
    details = Details(
        requires=requires,
        requires_python=python or None,
        provides_extra=frozenset(map(normalize_name, extras)),
        faults=tuple(faults),
    )
    return Contents(named[0], version[0], details)


def _text(data: bytes, file: str) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if len(data) < _LIMIT or error.start < len(data) - 3:
            raise _UnusableError("broken", "undecodable", f"its {file} is not UTF-8") from None
        text = data[: error.start].decode()  # the limit cut a character
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _cut_off(file: str, data: bytes, no_body: bool) -> bool:
    """Return whether METADATA ends in the middle of a header. Only then is its length looked up in RECORD."""
    if not no_body or data.endswith((b"\n", b"\r")) or os.path.basename(file) != "METADATA":
        return False
    record = read_regular(os.path.join(os.path.dirname(file), "RECORD"), _RECORD_LIMIT)
    mine = "/".join(file.replace(os.sep, "/").rsplit("/", 2)[1:])
    return any(path == mine and size.isdigit() and int(size[:18]) > len(data) for path, size in _records(record or b""))


def _records(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (path, size, as written) of the rows of a RECORD."""
    import csv

    # The csv module rejects NUL before Python 3.11. A damaged RECORD has less data.
    rows = csv.reader(data.decode("utf-8", "replace").replace("\0", "").splitlines())
    try:
        for row in rows:
            if row and row[0]:
                yield row[0], row[2] if len(row) > 2 else ""
    except csv.Error:
        return


def _dependencies(lines: list[str], name: str, path: str, faults: list[Fault]) -> tuple[Dependency, ...]:
    requires = []
    for line in lines[:_MOST_LINES]:
        try:
            requires.append(dependency.parse_dependency(line))
        except InvalidDependencyError:
            what = f"it has an invalid dependency: {' '.join(line[:100].split())}"
            faults.append(_fault(_UnusableError("broken", "invalid", what), name, path))
    if len(lines) > _MOST_LINES:
        faults.append(
            _fault(_UnusableError("unknown", "unreadable", f"it has more than {_MOST_LINES} dependencies"), name, path)
        )
    return tuple(requires)


def _requires_txt(egg_info: str) -> Iterable[tuple[str, str]]:
    """Yield (extra, PEP 508 line) of an .egg-info's requires.txt: [extra], [:marker] and [extra:marker] sections."""
    data = read_regular(os.path.join(egg_info, "requires.txt"), _LIMIT)
    extra = marker = ""
    for written in (data or b"").decode("utf-8", "replace").splitlines():
        line = written.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            extra, _, marker = line.strip("[]").partition(":")
            extra = normalize_name(extra)
            continue
        condition = f'extra == "{extra}"' if extra else ""
        if marker:
            condition = f"({marker}) and {condition}" if condition else marker
        yield extra, f"{line} ; {condition}" if condition else line


def _fault(error: _UnusableError, name: str, path: str) -> Fault:
    return Fault(error.code, error.reason, name, f"{name}: {error.what}", path)  # type: ignore[arg-type]
