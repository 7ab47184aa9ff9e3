"""The table's shape. A row is one requirements.txt against one state of an environment; the rows are data.

Texts may hold {depot}, {root}, {repo}, {other} (paths), {main}, {side} (commits), {right}, {wrong} (a wheel's sha256,
and one that is not). A file that is FREEZE alone becomes what `pip freeze` prints there.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """`drift`: the codes and names expected, "version solo; missing absent"; "" is clean."""

    declared: str
    drift: str = ""
    why: str = ""  # where the one asked says otherwise: why we are right
    ask: str = "pip"  # "pip", "check" (pip check), "uv", "uv check", "sync" (uv pip sync), or "nobody", and then why
    options: tuple[str, ...] = ()  # of `stepin check` and of pip alike: -c FILE
    files: tuple[tuple[str, str], ...] = ()  # further files in the project: (name, content)
    strict: bool = False
    note: str = ""  # a part of a note that --verbose shows
    complete: bool | None = None  # whether the files are taken for a complete freeze; None: not looked at


class State(NamedTuple):
    """One environment, and what is asked of it."""

    build: str  # the name of a function in states.py
    rows: tuple[Row, ...]
    also: str = ""  # a last line for each file: one that is no pin keeps it from being a complete freeze
    why_nobody: str = ""  # where neither pip nor uv can act on such an environment


BUILDS_ANEW = "pip builds and installs a local folder or sdist anew each time; what is declared is what is installed"
EDITS_ANEW = "pip installs an editable anew each time; what is declared is what is installed"
VERSIONS_ALONE = "pip compares the version alone and calls it satisfied; it came from elsewhere"
HASH_UNREAD = "pip does not look at the hash of what is installed; direct_url.json has another"
FETCH = "neither pip nor uv can say without fetching from a host"
