"""fish reads every file in conf.d, also when it runs a script (fish: Configuration files)."""

from __future__ import annotations

import os

from stepin import shells
from stepin.shells.startup import RcFile

OLDEST = (3, 6)
VERSION = ["--no-config", "-c", "echo $version"]
OVERWRITES = None  # the hook is an event handler: no other handler replaces it


def of(home: str, hook: str) -> list[RcFile]:
    """Return stepin's own file in conf.d."""
    return [RcFile("fish", path, line(hook)) for path in candidates(home)]


def candidates(home: str) -> list[str]:
    """Return the one fish file that may hold a block of ours."""
    config = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    return [os.path.join(config, "fish", "conf.d", "stepin.fish")]


def line(hook: str) -> bytes:
    """Return the line that reads a hook. `status`, `test` and `and` are reserved: no function replaces them."""
    quoted = os.fsencode(shells.load("fish").quote(hook))
    return b"status is-interactive; and test -r " + quoted + b"; and builtin source " + quoted
