"""Find the base interpreter of an environment, and whether it still exists and is still the same."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NamedTuple

from stepin.drift.installed import layout
from stepin.drift.installed.layout import is_local
from stepin.hook.files import read_regular

if TYPE_CHECKING:
    from stepin.drift.installed.layout import Library


class Base(NamedTuple):
    prefix: str | None  # None if unknown
    state: Literal["present", "gone", "other"] | None  # None if it cannot be determined
    python: str | None  # X.Y if the state is "other"


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
    version = layout.command_version(path) if real is not None else None  # the name of a copy is no evidence
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
    """Return the prefixes that the files in the environment name."""
    if keys is None:
        files = (os.path.join(os.path.dirname(site), "orig-prefix.txt") for site in library.sites)
        written = (os.fsdecode(read_regular(file, 4096) or b"").strip() for file in files)
        return [prefix for prefix in written if is_local(prefix)]
    home = keys.get("home", "")
    above = os.path.dirname(home) if os.path.basename(home).lower() in ("bin", "scripts") else home
    return [prefix for prefix in (keys.get("base-prefix", ""), above) if is_local(prefix)]  # the first is virtualenv's


def _real_prefix(path: str, keys: dict[str, str] | None, library: Library, executable: str | None) -> str | None:
    """Return the prefix of the interpreter that the links lead to.

    It can differ from `home`: Homebrew's bin/ has only links into its framework; `venv --upgrade` by another Python
    changes `home` and keeps the links; and if `home` is gone, the interpreter searches its folder.
    """
    home = (keys or {}).get("home", "")
    commands = [executable] if executable else []
    if is_local(home) and library.name:
        commands.append(os.path.join(home, library.name))
    for command in commands:
        folder = os.path.dirname(os.path.realpath(command))
        if os.path.basename(folder) == "bin" and folder != os.path.join(os.path.realpath(path), "bin"):
            return os.path.dirname(folder)
    return None


def _missing(path: str) -> bool:
    """Return whether a path, or the target of its links, does not exist; False if that cannot be seen."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
