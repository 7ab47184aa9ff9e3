"""Where a project says what it needs: one row a source of declarations. Today that is requirements.txt alone.

A further source (pyproject.toml's dependencies, a lock file) is one more module with a `read` that returns
Declarations, and its row here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from stepin.drift.declared import requirements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stepin.drift.model import Declarations

# File names looked for in the project's folder, the first that is there counts.
DEFAULTS = ("requirements.txt",)


class Selection(NamedTuple):
    """Which files declare; absolute paths. `explicit`: somebody named them for this one check."""

    files: tuple[str, ...]
    constraints: tuple[str, ...]
    explicit: bool


def select_files(
    root: str, files: Sequence[str] | None, constraints: Sequence[str], settings: Sequence[str] = ()
) -> Selection:
    """Return which files declare what the project in `root` needs.

    `files` as named by the caller (absolute), else `settings` (relative to the project), else the default where it is.
    """
    if files:
        return Selection(tuple(files), tuple(constraints), True)
    if settings:
        return Selection(
            tuple(os.path.normpath(os.path.join(root, file)) for file in settings), tuple(constraints), False
        )
    found = [path for path in (os.path.join(root, name) for name in DEFAULTS) if os.path.lexists(path)]
    return Selection(tuple(found[:1]), tuple(constraints), False)


def read_selection(named: Selection, root: str, cwd: str, environ: Mapping[str, str] | None) -> Declarations:
    """Read the files. Relative paths in them are the project's, or, in files named for this check, the caller's."""
    base = cwd if named.explicit else root
    return requirements.read_requirement_files(
        named.files, root=root, constraints=named.constraints, cwd=base, environ=environ
    )
