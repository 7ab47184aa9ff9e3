"""Which shells a user has, which files these read at their start, and the line that reads our hook.

bash reads ~/.bashrc, and as a login shell the first of ~/.bash_profile, ~/.bash_login, ~/.profile instead (bash(1),
INVOCATION). zsh reads .zshrc in $ZDOTDIR. fish reads every file in conf.d.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import NamedTuple

from stepin import paths, rendered, shells
from stepin.find import read_regular

RC_BYTES = 8 << 20
_LOGIN = (".bash_profile", ".bash_login", ".profile")
_SECONDS = 5  # a user's .zshenv may be slow; one that hangs must not hang us


class RcFile(NamedTuple):
    """A file that a shell reads at its start, and the line of ours that belongs into it."""

    shell: str
    path: str
    line: bytes


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
    hook = rendered.path(shell)
    if shell == "bash":
        found = [RcFile(shell, os.path.join(home, ".bashrc"), line(hook))]
        login = bash_login(home)
        return [*found, RcFile(shell, login, line(hook, shared=True))] if login else found
    if shell == "zsh":
        return [RcFile(shell, os.path.join(zdotdir(home), ".zshrc"), line(hook))]
    return [RcFile(shell, os.path.join(paths.config_home(), "fish", "conf.d", "stepin.fish"), fish_line(hook))]


def candidates(home: str) -> list[str]:
    """Return every file that a block of ours may be in, whatever shells there are now."""
    found = [os.path.join(home, ".bashrc"), *(os.path.join(home, name) for name in _LOGIN)]
    found += [os.path.join(folder, ".zshrc") for folder in dict.fromkeys((home, zdotdir(home)))]
    return [*found, os.path.join(paths.config_home(), "fish", "conf.d", "stepin.fish")]


def line(hook: str, shared: bool = False) -> bytes:
    r"""Return the line that reads a hook in bash and zsh.

    Every word is quoted, so no alias is expanded (zsh's global ones stand for any word). A missing file is nothing,
    also under `set -e`, where a command that is followed by `||` ends nothing. `shared`: in a file that other shells
    read as well, as whatever `sh` is reads `~/.profile`.
    """
    quoted = os.fsencode(shells.load("bash").quote(hook))
    guard = rb'\test -n "${BASH_VERSION-}" && ' if shared else b""
    return guard + rb"\builtin \test \-r " + quoted + rb" && \builtin \. " + quoted + rb" || \:"


def fish_line(hook: str) -> bytes:
    """Return the line that reads a hook in fish, whose scripts read conf.d as well."""
    quoted = os.fsencode(shells.load("fish").quote(hook))
    return b"status is-interactive; and test -r " + quoted + b"; and builtin source " + quoted


def bash_login(home: str) -> str:
    """Return the file that a login bash reads, where it does not lead to ~/.bashrc; "" where it does."""
    for name in _LOGIN:
        path = os.path.join(home, name)
        if os.path.exists(path):
            return "" if _leads_to_bashrc(home, path) else path
    # Of the three the one that stands in the way of no other, should its user write one of them later.
    return os.path.join(home, _LOGIN[-1])


def zdotdir(home: str) -> str:
    """Return the folder of .zshrc. ~/.zshenv may set ZDOTDIR without exporting it: then zsh itself is asked."""
    zsh = shutil.which("zsh")
    known = os.environ.get("ZDOTDIR", "")
    if zsh and not known and os.path.exists(os.path.join(home, ".zshenv")):
        try:
            result = subprocess.run(  # noqa: S603  # the user's own shell
                [zsh, "-c", r"builtin print -rn -- $'\0'${ZDOTDIR-}"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
            known = os.fsdecode(result.stdout.rpartition(b"\0")[2])
        except (OSError, subprocess.TimeoutExpired):
            known = ""
    return known if os.path.isabs(known) else home


def _leads_to_bashrc(home: str, path: str) -> bool:
    text = _code(path)
    if re.search(rb"\bbashrc\b", text):
        return True
    profile = os.path.join(home, ".profile")
    return (
        path != profile and bool(re.search(rb"/\.profile\b", text)) and bool(re.search(rb"\bbashrc\b", _code(profile)))
    )


def _code(path: str) -> bytes:
    """Return a shell file's text without whole-line comments."""
    return re.sub(rb"(?m)^[ \t]*#.*$", b"", read_regular(path, RC_BYTES) or b"")
