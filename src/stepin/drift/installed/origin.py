"""Find out where an environment was created: a copied or moved one has scripts that run another interpreter."""

from __future__ import annotations

import os
import re

from stepin.hook.files import read_head

# Since Python 3.11, venv writes `command = PYTHON -m venv [OPTIONS] FOLDER`.
_COMMAND = re.compile(r"-m venv (?:.* )?(/.*)\Z")
# The interpreter of a script: `#!PYTHON`, or pip's form for a path with spaces or of more than 127 bytes.
_SHEBANG = re.compile(r"#!(?:/bin/sh\n'''exec' \"?)?(/[^\n\"]*)/bin/(?:python|pypy|graalpy)[^\n/]*(?:\n|\Z)")
_ACTIVATE = re.compile(r"^[ \t]*(?:export )?VIRTUAL_ENV=(['\"]?)(/[^'\"\n]*)\1[ \t]*$", re.MULTILINE)
_LIMIT = 16 * 1024


def created_elsewhere(path: str, keys: dict[str, str]) -> str | None:
    """Return the folder that the environment at `path` was created in, None if it is `path` or unknown.

    `keys` are those of its pyvenv.cfg.
    """
    if os.name == "nt" or keys.get("relocatable", "").lower() == "true":  # uv venv --relocatable
        return None
    command = keys.get("command", "")
    if command.endswith((" " + path, " " + os.path.realpath(path))):
        return None
    match = _COMMAND.search(command)
    place = match[1] if match else _place_in_scripts(path)
    if place is None or _same(place, path):
        return None
    return place


def _place_in_scripts(path: str) -> str | None:
    for name, pattern, group in (("pip", _SHEBANG, 1), ("activate", _ACTIVATE, 2)):
        try:
            text = os.fsdecode(read_head(os.path.join(path, "bin", name), _LIMIT))
        except (OSError, ValueError):
            continue
        match = pattern.match(text) if pattern is _SHEBANG else pattern.search(text)
        if match:
            place: str = match[group]
            return place
    return None


def _same(place: str, path: str) -> bool:
    try:
        return os.path.samefile(place, path)
    except (OSError, ValueError):
        return os.path.realpath(place) == os.path.realpath(path)
