"""Read direct_url.json (PEP 610): the source of a distribution that was not installed by name.

packaging.direct_url is not used: importing it takes as long as four bare starts of Python (dataclasses, urllib), which
each first check of a project with `-e .` would pay.
"""

from __future__ import annotations

import os
from typing import Any

from stepin.hook.files import read_regular

_LIMIT = 64 * 1024
_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~/")

# The keys of each kind whose values are strings. vcs and commit_id are required.
_STRINGS = {"vcs_info": ("vcs", "commit_id", "requested_revision"), "archive_info": ("hash",), "dir_info": ()}


def read_direct_url(path: str) -> dict[str, Any] | None:
    """Return the `url`, `subdirectory` and the one `*_info` of a direct_url.json, None if it is invalid.

    pip ignores an invalid file as well. The values have the types of the specification.
    """
    data = read_regular(path, _LIMIT)
    if data is None:
        return None
    import json

    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("url"), str):
        return None
    kinds = [kind for kind in _STRINGS if isinstance(found.get(kind), dict)]
    if len(kinds) != 1:
        return None
    info = _info(kinds[0], found[kinds[0]])
    if info is None:
        return None
    result: dict[str, Any] = {"url": found["url"], kinds[0]: info}
    if isinstance(found.get("subdirectory"), str):
        result["subdirectory"] = found["subdirectory"]
    return result


def _info(kind: str, written: dict[str, Any]) -> dict[str, Any] | None:
    info: dict[str, Any] = {key: written[key] for key in _STRINGS[kind] if isinstance(written.get(key), str)}
    if kind == "vcs_info" and not ("vcs" in info and "commit_id" in info):
        return None
    if kind == "dir_info":
        info["editable"] = written.get("editable") is True
    if kind == "archive_info" and isinstance(written.get("hashes"), dict):
        info["hashes"] = {name: value for name, value in written["hashes"].items() if isinstance(value, str)}
    return info


def is_editable(found: dict[str, Any] | None) -> bool:
    return found is not None and bool(found.get("dir_info", {}).get("editable"))


def for_folder(path: str) -> dict[str, Any]:
    """Return the content that pip writes for an editable install of the folder `path` (absolute)."""
    quoted = "".join(chr(byte) if byte in _SAFE else f"%{byte:02X}" for byte in os.fsencode(path.replace(os.sep, "/")))
    if not quoted.startswith("/"):
        quoted = "/" + quoted.replace("%3A", ":", 1)  # C:/...
    return {"url": f"file://{quoted}", "dir_info": {"editable": True}}
