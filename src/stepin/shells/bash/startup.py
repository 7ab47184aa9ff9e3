"""bash reads ~/.bashrc; a login bash reads the first of three other files instead (bash(1), INVOCATION)."""

from __future__ import annotations

import os
import re

from stepin.shells.startup import RcFile, code, posix_line

OLDEST = (3, 2)
VERSION = ["--norc", "--noprofile", "-c", "echo $BASH_VERSION"]
OVERWRITES = re.compile(rb"(?m)^[ \t]*(?:export[ \t]+)?PROMPT_COMMAND=(?!.*PROMPT_COMMAND)")

_LOGIN = (".bash_profile", ".bash_login", ".profile")
# Other shells called `sh` read ~/.profile, too.
_GUARD = rb'\test -n "${BASH_VERSION-}" && '


def of(home: str, hook: str) -> list[RcFile]:
    """Return ~/.bashrc, and the login file unless it reads ~/.bashrc."""
    found = [RcFile("bash", os.path.join(home, ".bashrc"), posix_line(hook))]
    login = login_file(home)
    return [*found, RcFile("bash", login, posix_line(hook, _GUARD))] if login else found


def candidates(home: str) -> list[str]:
    """Return every bash file that may hold a block of ours."""
    return [os.path.join(home, name) for name in (".bashrc", *_LOGIN)]


def login_file(home: str) -> str:
    """Return the file that a login bash reads; "" if it reads ~/.bashrc."""
    for name in _LOGIN:
        path = os.path.join(home, name)
        if os.path.exists(path):
            return "" if _leads_to_bashrc(home, path) else path
    # The last of the three hides none of the others if the user creates one of them later.
    return os.path.join(home, _LOGIN[-1])


def _leads_to_bashrc(home: str, path: str) -> bool:
    text = code(path)
    if re.search(rb"\bbashrc\b", text):
        return True
    profile = os.path.join(home, ".profile")
    return (
        path != profile and bool(re.search(rb"/\.profile\b", text)) and bool(re.search(rb"\bbashrc\b", code(profile)))
    )
