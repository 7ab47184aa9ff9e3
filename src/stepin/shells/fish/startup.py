"""fish reads every file in conf.d, scripts' shells too (fish: Configuration files)."""

from __future__ import annotations

import os

from stepin import shells
from stepin.install.rc_files import RcFile
from stepin.settings import folders as paths

OLDEST = (3, 6)
VERSION = ["--no-config", "-c", "echo $version"]
OVERWRITES = None  # events have handlers of their own: none takes another's place


def of(home: str, hook: str) -> list[RcFile]:
    """Return a file of our own in conf.d."""
    return [RcFile("fish", path, line(hook)) for path in candidates(home)]


def candidates(home: str) -> list[str]:  # noqa: ARG001  # fish asks XDG_CONFIG_HOME
    """Return the one file of fish's that a block of ours may be in."""
    return [os.path.join(paths.config_home(), "fish", "conf.d", "stepin.fish")]


def line(hook: str) -> bytes:
    """Return the line that reads a hook. `status`, `test` and `and` are reserved: no function takes their place."""
    quoted = os.fsencode(shells.load("fish").quote(hook))
    return b"status is-interactive; and test -r " + quoted + b"; and builtin source " + quoted
