"""The Python that an environment was made from: where it is, whether it is still there, and still the same."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NamedTuple

from stepin.drift.installed import layout
from stepin.drift.installed.reading import local, read_or_none

if TYPE_CHECKING:
    from stepin.drift.installed.layout import Library


class Base(NamedTuple):
    prefix: str | None  # None where it is not known
    state: Literal["present", "gone", "other"] | None  # None where it cannot be told for certain
    python: str | None  # X.Y where the state is "other"


def find_base(
    path: str, keys: dict[str, str] | None, library: Library, python: str | None, executable: str | None
) -> Base:
    """Return the base of the environment at `path`; `keys` of its pyvenv.cfg are None for a virtualenv before 20."""
    prefixes = _claimed(keys, library)
    real = _real_prefix(path, keys, library, executable)
    if real is not None:
        prefixes.append(real)
    if not prefixes:
        return Base(None, None, None)
    prefix = next((one for one in prefixes if python in layout.standard_libraries(one)), None)
    if executable is None:
        return Base(prefix or prefixes[0], None, None)
    if _missing(executable):
        return Base(prefix or prefixes[0], "gone", None)
    version = layout.command_version(path) if real is not None else None  # a copy's name says nothing of the base
    if python is None:
        return Base(prefix or prefixes[0], None, None)
    if version is not None and version[0] != python:
        return Base(prefix or prefixes[0], "other", version[0])
    if prefix is not None or version is not None:
        return Base(prefix or prefixes[0], "present", None)
    if _missing(prefixes[0]):
        return Base(prefixes[0], "gone", None)
    instead = set(layout.standard_libraries(prefixes[0]))
    return Base(prefixes[0], "other", instead.pop()) if len(instead) == 1 else Base(prefixes[0], None, None)


def _claimed(keys: dict[str, str] | None, library: Library) -> list[str]:
    """Return the prefixes that the environment's own files name."""
    if keys is None:
        files = (os.path.join(os.path.dirname(site), "orig-prefix.txt") for site in library.sites)
        written = (os.fsdecode(read_or_none(file, 4096) or b"").strip() for file in files)
        return [prefix for prefix in written if local(prefix)]
    home = keys.get("home", "")
    above = os.path.dirname(home) if os.path.basename(home).lower() in ("bin", "scripts") else home
    return [prefix for prefix in (keys.get("base-prefix", ""), above) if local(prefix)]  # the first is virtualenv's


def _real_prefix(path: str, keys: dict[str, str] | None, library: Library, executable: str | None) -> str | None:
    """Return the prefix of the interpreter that the links lead to.

    It is not always the one that `home` names: Homebrew's bin/ holds only links into its framework; a `venv --upgrade`
    by another Python changes `home` and leaves the links; and where `home` is gone the interpreter looks beside itself.
    """
    home = (keys or {}).get("home", "")
    commands = [executable] if executable else []
    if local(home) and library.name:
        commands.append(os.path.join(home, library.name))
    for command in commands:
        folder = os.path.dirname(os.path.realpath(command))
        if os.path.basename(folder) == "bin" and folder != os.path.join(os.path.realpath(path), "bin"):
            return os.path.dirname(folder)
    return None


def _missing(path: str) -> bool:
    """Say whether a path, or what its links lead to, is not there; False where that is not to be seen."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
