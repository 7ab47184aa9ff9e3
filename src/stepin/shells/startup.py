"""Define what a shell's module `startup` offers, and what such modules share."""

from __future__ import annotations

import os
import re
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
