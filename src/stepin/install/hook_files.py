"""Write the hook files, which startup files read so that a shell starts without a process.

Each begins with comments that say who wrote it:

    # stepin 0.1.0
    # helper /venv/bin/python /venv/lib/python3.11/site-packages
    # command /home/me/.local/bin
"""

from __future__ import annotations

import contextlib
import os
from typing import NamedTuple

from stepin import __version__, shells
from stepin.hook import files, trust
from stepin.install import render
from stepin.settings import folders
from stepin.shells import discovery, startup

_HEAD_BYTES = 16 * 1024


class Head(NamedTuple):
    """What the comments at the head of a hook file say."""

    version: str
    python: str
    library: str
    command: str  # the folder of the command `stepin`; "" if PATH stays as it is


def path(shell: str) -> str:
    """Return the path of a shell's hook file."""
    return os.path.join(folders.hooks(), "hook." + shell)


def rc_files(shell: str, home: str) -> list[startup.RcFile]:
    """Return the startup files that must read a shell's hook. They need not exist."""
    return discovery.load(shell).of(home, path(shell))


def read_head(shell: str) -> Head | None:
    """Return the head of a shell's hook file; None if there is no file, or stepin did not write it."""
    try:
        with open(path(shell), "rb") as file:
            lines = os.fsdecode(file.read(_HEAD_BYTES)).split("\n")[:3]
    except OSError:
        return None
    words = [line.split(" ") for line in lines]
    if [len(line) for line in words] != [3, 4, 3] or words[0][:2] != ["#", "stepin"]:
        return None
    python, library = map(trust.decode, words[1][2:])
    return Head(words[0][2], python, library, trust.decode(words[2][2]))


def expected(shell: str, command: str) -> bytes:
    """Return the hook file that this installation writes. `command` is Head.command. Raises OSError."""
    python, library = render.helpers()[:2]
    lines = [
        f"# stepin {__version__}",
        f"# helper {trust.encode(python)} {trust.encode(library)}",
        f"# command {trust.encode(command)}",
        "# Written by `stepin setup`, which overwrites changes.",
        "",
    ]
    return render.text(shell, "\n".join(lines), command)


def write(shell: str, command: str) -> bool:
    """Write a shell's hook file; return whether it changed. Raises OSError."""
    wanted = expected(shell, command)
    target = path(shell)
    try:
        with open(target, "rb") as file:
            if file.read() == wanted:
                return False
    except OSError:
        pass
    files.write_whole(target, wanted)
    return True


def remove() -> list[str]:
    """Remove all hook files and the link to the command; return what was removed. Raises OSError."""
    folder = folders.hooks()
    found = [path(shell) for shell in shells.DIALECTS]
    found.append(os.path.join(folder, "bin", "stepin"))
    found = [name for name in found if os.path.lexists(name)]
    for name in found:
        os.unlink(name)
    for name in (os.path.join(folder, "bin"), folder):
        with contextlib.suppress(OSError):  # missing, or not empty
            os.rmdir(name)
    return found


def is_ours(head: Head) -> bool:
    """Return whether a hook file uses this installation, or one that is gone.

    A stepin in a project's environment must not take over the hooks from the one that the user installed.
    """
    if [head.python, head.library] == render.helpers()[:2]:
        return True
    return not (os.access(head.python, os.X_OK) and os.path.exists(os.path.join(head.library, "stepin/hook/entry.py")))


def refresh() -> list[str]:
    """Rewrite the hook files that an older version wrote; return their shells. A failure changes nothing.

    So an upgrade needs no further step, whatever the installer: the next `stepin` command updates the hooks.
    """
    found = []
    for shell in shells.DIALECTS:
        head = read_head(shell)
        if head and (head.version != __version__ or head[1:3] != tuple(render.helpers()[:2])) and is_ours(head):
            try:
                write(shell, head.command)
            except OSError:
                continue
            found.append(shell)
    return found
