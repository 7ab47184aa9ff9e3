"""Find the startup files of the user's shells. What differs between shells lies in `stepin.shells.SHELL.startup`.

Such a module follows the protocol `Startup`.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
from typing import NamedTuple, Protocol

from stepin import shells
from stepin.hook.files import read_regular

BYTES = 8 << 20  # a startup file larger than this is not read


class RcFile(NamedTuple):
    """A startup file, and the line that `stepin setup` adds to it."""

    shell: str
    path: str
    line: bytes


class Startup(Protocol):
    """What is particular to one shell's startup.

    OLDEST      the oldest version that the hook supports
    VERSION     arguments that print the shell's version without reading its startup files
    OVERWRITES  a line that removes the hook if it follows our block; None if the shell has none
    """

    OLDEST: tuple[int, int]
    VERSION: list[str]
    OVERWRITES: re.Pattern[bytes] | None

    def of(self, home: str, hook: str) -> list[RcFile]:
        """Return the files that must read the hook file `hook`. They need not exist."""

    def candidates(self, home: str) -> list[str]:
        """Return every file that may hold a block of ours, also one from an earlier setup."""


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


def posix_line(hook: str, guard: bytes = b"") -> bytes:
    r"""Return the line that reads a hook in bash and zsh. `guard` is a condition to put before it.

    Every word is quoted, so that no alias expands (global aliases in zsh replace any word). A missing file does
    nothing, even under `set -e`, because a failed command followed by `||` does not exit the shell.
    """
    quoted = os.fsencode(shells.load("bash").quote(hook))
    return guard + rb"\builtin \test \-r " + quoted + rb" && \builtin \. " + quoted + rb" || \:"


def code(path: str) -> bytes:
    """Return a startup file's text without whole-line comments; empty if the file cannot be read."""
    return re.sub(rb"(?m)^[ \t]*#.*$", b"", read_regular(path, BYTES) or b"")
