"""Which folders a walk looks at: what the hooks do with builtins, for the commands."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence


def levels(start: str, home: str, above: Sequence[str] = ()) -> Iterator[str]:
    """Yield the folders that a walk looks at, nearest first.

    Under `home` it ends there. The folders above home are not looked at (they may be automounters), but for those in
    `above`, whose environments were allowed.
    """
    home = home.rstrip("/") or "/"
    folder = start
    while True:
        is_above = home == folder or home.startswith(folder.rstrip("/") + "/")
        if not is_above or folder in above or folder == home:
            yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent
