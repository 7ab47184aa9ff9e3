"""Select the files that declare what a project needs, and read them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NamedTuple

from stepin.drift.declared.requirements import read_requirement_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stepin.drift.model import Declarations, Kind, Target

Source = Literal["requirements", "pylock", "uv", "poetry", "pdm", "pipenv", "pyproject"]

# The files to look for in the project's folder, in this order. requirements.txt comes first: a project that has it next
# to its lock file exports it for pip. uv fills the environments that it makes from uv.lock.
DEFAULTS: dict[str, Source] = {
    "requirements.txt": "requirements",
    "pylock.toml": "pylock",
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "pdm.lock": "pdm",
    "Pipfile.lock": "pipenv",
    "pyproject.toml": "pyproject",
}


class Selection(NamedTuple):
    """The files that are checked; absolute paths. `explicit`: the caller named them for this check."""

    files: tuple[str, ...]
    constraints: tuple[str, ...]
    explicit: bool
    source: Source = "requirements"
    groups: tuple[str, ...] = ()  # dependency groups besides the default ones
    extras: tuple[str, ...] = ()  # optional dependencies of the project


def select_files(
    root: str,
    files: Sequence[str] | None,
    constraints: Sequence[str],
    settings: Sequence[str] = (),
    kind: Kind = "venv",
) -> Selection:
    """Return the files that declare what the project in `root` needs.

    These are `files` (absolute, from the caller), else `settings` (relative to the project), else the first default
    that exists. `kind` is that of the environment.
    """
    explicit = bool(files)
    named = files or [os.path.normpath(os.path.join(root, file)) for file in settings]
    if named:
        sources = {_source(file) for file in named}
        source = sources.pop() if len(named) == 1 else "requirements"
        return Selection(tuple(named), tuple(constraints), explicit, source)
    order = sorted(DEFAULTS, key=lambda name: name != "uv.lock") if kind == "uv" else list(DEFAULTS)
    for name in order:
        path = os.path.join(root, name)
        if os.path.lexists(path) and (name != "pyproject.toml" or _declares_statically(root)):
            return Selection((path,), tuple(constraints), False, DEFAULTS[name])
    return Selection((), tuple(constraints), False)


def _source(file: str) -> Source:
    name = os.path.basename(file)
    if name.startswith("pylock.") and name.endswith(".toml"):  # PEP 751: pylock.NAME.toml
        return "pylock"
    return DEFAULTS.get(name, "requirements")


def _declares_statically(root: str) -> bool:
    from stepin.drift.declared.pyproject import declares_statically  # start-up time: it loads tomllib

    return declares_statically(root)


def read_selection(
    selection: Selection, root: str, cwd: str, environ: Mapping[str, str] | None, target: Target
) -> Declarations:
    """Read the files. Relative paths in them are relative to the project, or to `cwd` if the caller named the files."""
    if selection.source == "requirements":
        base = cwd if selection.explicit else root
        return read_requirement_files(
            selection.files, root=root, constraints=selection.constraints, cwd=base, environ=environ
        )
    path = selection.files[0]
    if selection.source == "pyproject":
        from stepin.drift.declared.pyproject import read_pyproject_dependencies

        return read_pyproject_dependencies(path, selection.extras, selection.groups)
    from stepin.drift.declared.locks.lock import LockError, unusable  # start-up time: it loads tomllib

    try:
        return _read_lock(selection, path, target)
    except LockError as error:
        return unusable(path, error)


def _read_lock(selection: Selection, path: str, target: Target) -> Declarations:
    """Read a lock file. Raises LockError. Each format is loaded only if it is used."""
    source = selection.source
    if source == "pylock":
        from stepin.drift.declared.locks.pylock import read_pylock

        return read_pylock(path, target, selection.extras, selection.groups)
    if source == "uv":
        from stepin.drift.declared.locks.uv import read_uv_lock

        return read_uv_lock(path, target, selection.extras, selection.groups)
    if source == "poetry":
        from stepin.drift.declared.locks.poetry import read_poetry_lock

        return read_poetry_lock(path, target)
    if source == "pdm":
        from stepin.drift.declared.locks.pdm import read_pdm_lock

        return read_pdm_lock(path, target)
    from stepin.drift.declared.locks.pipenv import read_pipfile_lock

    return read_pipfile_lock(path, target)
