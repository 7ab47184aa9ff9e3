"""Find the shells that this machine has, and the startup files of every supported shell."""

from __future__ import annotations

import importlib
import os
import shutil

from stepin import shells
from stepin.hook.files import read_regular
from stepin.shells.startup import Startup


def load(shell: str) -> Startup:
    """Return a shell's startup module."""
    module: Startup = importlib.import_module(f"stepin.shells.{shell}.startup")
    return module


def installed() -> list[str]:
    """Return the supported shells that this machine has, the login shell first."""
    own = os.path.basename(os.environ.get("SHELL", ""))
    listed = read_regular("/etc/shells", 1 << 16) or b""
    names = {
        os.path.basename(line.strip()) for line in os.fsdecode(listed).splitlines() if os.path.exists(line.strip())
    }
    found = [name for name in shells.DIALECTS if name in names or name == own or shutil.which(name)]
    return sorted(found, key=lambda name: name != own)


def candidates(home: str) -> list[str]:
    """Return every file that may hold a block of ours, for all supported shells."""
    return list(dict.fromkeys(path for shell in shells.DIALECTS for path in load(shell).candidates(home)))
