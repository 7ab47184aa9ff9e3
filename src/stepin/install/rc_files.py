"""Which shells a user has, and which files these read at their start. What differs lies in one module a shell.

Such a module, named like the dialect, offers:
    OLDEST: tuple[int, int]                       the oldest version that the hook runs in
    VERSION: list[str]                            arguments with which the shell prints its version, its rc files unread
    OVERWRITES: re.Pattern[bytes] | None          a line that, after our block, takes the hook out again
    of(home: str, hook: str) -> list[RcFile]      the files that the hook is to be read from; they need not exist
    candidates(home: str) -> list[str]            all files that a block of ours may be in, now or from earlier
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
from typing import NamedTuple, Protocol

from stepin import shells
from stepin.hook.environment import read_regular
from stepin.install import rendered

RC_BYTES = 8 << 20


class RcFile(NamedTuple):
    """A file that a shell reads at its start, and the line of ours that belongs into it."""

    shell: str
    path: str
    line: bytes


class Shell(Protocol):
    """A shell's module."""

    OLDEST: tuple[int, int]
    VERSION: list[str]
    OVERWRITES: re.Pattern[bytes] | None

    def of(self, home: str, hook: str) -> list[RcFile]: ...
    def candidates(self, home: str) -> list[str]: ...


def load(shell: str) -> Shell:
    """Return a shell's module."""
    module: Shell = importlib.import_module(f"stepin.shells.{shell}.startup")
    return module


def installed() -> list[str]:
    """Return the shells that this machine has and that there is a hook for, the user's own first."""
    own = os.path.basename(os.environ.get("SHELL", ""))
    listed = read_regular("/etc/shells", 1 << 16) or b""
    names = {
        os.path.basename(line.strip()) for line in os.fsdecode(listed).splitlines() if os.path.exists(line.strip())
    }
    found = [name for name in shells.DIALECTS if name in names or name == own or shutil.which(name)]
    return sorted(found, key=lambda name: name != own)


def of(shell: str, home: str) -> list[RcFile]:
    """Return the files that a hook has to be read from in this shell; they need not exist."""
    return load(shell).of(home, rendered.path(shell))


def candidates(home: str) -> list[str]:
    """Return every file that a block of ours may be in, whatever shells there are now."""
    return list(dict.fromkeys(path for shell in shells.DIALECTS for path in load(shell).candidates(home)))


def posix_line(hook: str, guard: bytes = b"") -> bytes:
    r"""Return the line that reads a hook in bash and zsh.

    Every word is quoted, so no alias is expanded (zsh's global ones stand for any word). A missing file is nothing,
    also under `set -e`, where a command that is followed by `||` ends nothing.
    """
    quoted = os.fsencode(shells.load("bash").quote(hook))
    return guard + rb"\builtin \test \-r " + quoted + rb" && \builtin \. " + quoted + rb" || \:"


def code(path: str) -> bytes:
    """Return a shell file's text without whole-line comments; empty where it cannot be read."""
    return re.sub(rb"(?m)^[ \t]*#.*$", b"", read_regular(path, RC_BYTES) or b"")
