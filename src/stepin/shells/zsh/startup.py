"""zsh reads .zshrc in $ZDOTDIR, or HOME by default, in every interactive shell (zsh(1), STARTUP/SHUTDOWN FILES)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from stepin.shells.startup import RcFile, posix_line

OLDEST = (5, 3)
VERSION = ["-f", "-c", "echo $ZSH_VERSION"]
OVERWRITES = re.compile(rb"(?m)^[ \t]*(?:precmd_functions|chpwd_functions)=\((?!.*_functions)")

_SECONDS = 5  # a user's .zshenv may be slow; one that hangs must not block setup


def of(home: str, hook: str) -> list[RcFile]:
    """Return the .zshrc that this user's zsh reads."""
    return [RcFile("zsh", os.path.join(zdotdir(home), ".zshrc"), posix_line(hook))]


def candidates(home: str) -> list[str]:
    """Return every zsh file that may hold a block of ours."""
    return [os.path.join(folder, ".zshrc") for folder in dict.fromkeys((home, zdotdir(home)))]


def zdotdir(home: str) -> str:
    """Return the folder of .zshrc. ~/.zshenv may set ZDOTDIR without exporting it, so zsh itself is asked."""
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
