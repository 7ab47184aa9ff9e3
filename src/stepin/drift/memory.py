"""What one process keeps from one check to the next, so that it reads only what has changed since."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from stepin.drift.declared import selection
from stepin.drift.installed import distributions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stepin.drift.declared.selection import Selection
    from stepin.drift.model import Declarations, Distribution, Installed, Target

# A file may change once more within the tick of its file system's clock, and keep its time; FAT's is two seconds.
_RACY = 2_000_000_000  # ns

_Key = tuple[int, ...] | None


class Memory:
    """The last state of one project's files and of one environment. Not for several threads at once."""

    def __init__(self) -> None:
        self._installed: tuple[str, Installed] | None = None
        self._asked: tuple[object, ...] = ()
        self._keys: tuple[_Key, ...] = ()
        self._declarations: Declarations | None = None

    @property
    def distributions(self) -> tuple[Distribution, ...]:
        """What the environment held at the last look; none before the first."""
        return self._installed[1].distributions if self._installed else ()

    def installed(self, target: Target, cache_dir: str | None) -> Installed:
        """Return what the environment holds; of what has not changed, the same values as before."""
        known = self._installed
        previous = known[1] if known is not None and known[0] == target.path else None
        found = distributions.read_installed(target, cache_dir=cache_dir, previous=previous)
        self._installed = (target.path, found)
        return found

    def declarations(self, selected: Selection, root: str, cwd: str, environ: Mapping[str, str] | None) -> Declarations:
        """Return what the files declare; the same as before where none of them has changed."""
        asked = (selected, root, cwd, None if environ is None else dict(environ))
        known = self._declarations
        if known is not None and asked == self._asked and self._keys == tuple(map(_key, known.files)):
            return known
        now = time.time_ns()
        found = selection.read_selection(selected, root, cwd, environ)
        keys = tuple(map(_key, found.files))
        # A line that names a path is read by what lies there, which is not looked at again.
        settled = all(key is not None and max(key[:2]) < now - _RACY for key in keys) and not found.problems
        lasting = settled and not any(one.path for one in found.requirements)
        self._asked, self._keys, self._declarations = asked, keys, found if lasting else None
        return found


def _key(path: str) -> _Key:
    try:
        status = os.stat(path)
    except (OSError, ValueError):  # ValueError: a NUL in a name that a file includes
        return None
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size)
