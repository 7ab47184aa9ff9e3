"""Keep what was read from one check to the next, so that a process reads only what has changed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from stepin.drift.declared.selection import read_selection
from stepin.drift.installed.distributions import read_installed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stepin.drift.declared.selection import Selection
    from stepin.drift.model import Declarations, Distribution, Installed, Target

# A file may change again within the tick of its file system's clock and keep its time. FAT's tick is two seconds.
_RACY = 2_000_000_000  # ns

_Key = tuple[int, ...] | None


class Memory:
    """The last state of one project's files and of one environment. Not safe for use from several threads."""

    def __init__(self) -> None:
        self._installed: tuple[str, Installed] | None = None
        self._arguments: tuple[object, ...] = ()
        self._keys: tuple[_Key, ...] = ()
        self._declarations: Declarations | None = None

    @property
    def distributions(self) -> tuple[Distribution, ...]:
        """What was installed at the last check; empty before the first."""
        return self._installed[1].distributions if self._installed else ()

    def installed(self, target: Target, cache_dir: str | None) -> Installed:
        """Return what is installed. What has not changed is the same object as before."""
        known = self._installed
        previous = known[1] if known is not None and known[0] == target.path else None
        found = read_installed(target, cache_dir=cache_dir, previous=previous)
        self._installed = (target.path, found)
        return found

    def declarations(
        self, selected: Selection, root: str, cwd: str, environ: Mapping[str, str] | None, target: Target
    ) -> Declarations:
        """Return what the files declare. If no file has changed, it is the same object as before."""
        arguments = (selected, root, cwd, None if environ is None else dict(environ), target.variables)
        known = self._declarations
        if known is not None and arguments == self._arguments and self._keys == tuple(map(_key, known.files)):
            return known
        now = time.time_ns()
        found = read_selection(selected, root, cwd, environ, target)
        keys = tuple(map(_key, found.files))
        # How a line that names a path is read depends on what is there, which the keys do not include.
        settled = all(key is not None and max(key[:2]) < now - _RACY for key in keys) and not found.problems
        lasting = settled and not any(one.path for one in found.requirements)
        self._arguments, self._keys, self._declarations = arguments, keys, found if lasting else None
        return found


def _key(path: str) -> _Key:
    try:
        status = os.stat(path)
    except (OSError, ValueError):  # ValueError: a NUL in a name that a file includes
        return None
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size)
