"""Select the files that declare what a project needs, and read them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from stepin.drift.declared.requirements import read_requirement_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stepin.drift.model import Declarations

# The file names to look for in the project's folder. The first that exists counts.
DEFAULTS = ("requirements.txt",)


class Selection(NamedTuple):
    """The files that are checked; absolute paths. `explicit`: the caller named them for this check."""

    files: tuple[str, ...]
    constraints: tuple[str, ...]
    explicit: bool


def select_files(
    root: str, files: Sequence[str] | None, constraints: Sequence[str], settings: Sequence[str] = ()
) -> Selection:
    """Return the files that declare what the project in `root` needs.

    These are `files` (absolute, from the caller), else `settings` (relative to the project), else the default.
    """
    if files:
        return Selection(tuple(files), tuple(constraints), True)
    if settings:
        return Selection(
            tuple(os.path.normpath(os.path.join(root, file)) for file in settings), tuple(constraints), False
        )
    found = [path for path in (os.path.join(root, name) for name in DEFAULTS) if os.path.lexists(path)]
    return Selection(tuple(found[:1]), tuple(constraints), False)


def read_selection(selection: Selection, root: str, cwd: str, environ: Mapping[str, str] | None) -> Declarations:
    """Read the files. Relative paths in them are relative to the project, or to `cwd` if the caller named the files."""
    base = cwd if selection.explicit else root
    return read_requirement_files(
        selection.files, root=root, constraints=selection.constraints, cwd=base, environ=environ
    )
