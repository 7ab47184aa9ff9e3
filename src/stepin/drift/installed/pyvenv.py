"""Read pyvenv.cfg (PEP 405) as CPython does."""

from __future__ import annotations

import re
from typing import NamedTuple

from stepin.hook.files import read_head

_LIMIT = 64 * 1024

# venv and uv write 3.11.7 (uv 3.11 too), or 3.13.0rc1; virtualenv writes 3.11.7.final.0 and 3.13.0.candidate.1.
_VERSION = re.compile(
    r"([0-9]{1,3}\.[0-9]{1,3})"
    r"(?:(\.[0-9]{1,3})(?:((?:a|b|rc)[0-9]{1,3})|\.(alpha|beta|candidate|final)\.([0-9]{1,3}))?\+?)?\Z"
)
_LEVELS = {"alpha": "a", "beta": "b", "candidate": "rc"}


class PythonVersion(NamedTuple):
    python: str  # "3.11"
    full: str | None  # "3.11.7", "3.13.0rc1"; None if only X.Y is given


def read_pyvenv(path: str) -> dict[str, str] | None:
    """Return the keys (lower case) and values of a pyvenv.cfg, None if the file does not exist.

    The first `home` counts (Modules/getpath.py stops there), of any other key the last (Lib/site.py goes on).
    """
    try:
        data = read_head(path, _LIMIT)
    except (OSError, ValueError):
        return None
    keys: dict[str, str] = {}
    text = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    for line in text.split("\n"):
        key, equals, value = line.partition("=")
        key = key.strip().lower()
        if equals and not (key == "home" and key in keys):
            keys[key] = value.strip()
    return keys


def inherits_packages(keys: dict[str, str]) -> bool:
    """Return whether the environment sees the packages of its base. The default is yes (Lib/site.py)."""
    return keys.get("include-system-site-packages", "true").lower() == "true"


def claimed_version(keys: dict[str, str]) -> PythonVersion | None:
    """Return the Python version in the file, the most precise one if several keys have it."""
    best = None
    for key in ("version_info", "version"):
        found = parse_version(keys.get(key, ""))
        if found and (best is None or (best.full is None and found.full)):
            best = found
    return best


def parse_version(text: str) -> PythonVersion | None:
    match = _VERSION.match(text)
    if not match:
        return None
    python, patch, suffix, level, serial = match.groups()
    if patch is None:
        return PythonVersion(python, None)
    if level in _LEVELS:
        suffix = _LEVELS[level] + serial
    return PythonVersion(python, python + patch + (suffix or ""))
