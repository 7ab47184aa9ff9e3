"""Adding to an array in a TOML file without touching the rest of it, comments and layout included. Pure."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def extended(text: str, table: Sequence[str], key: str, words: Sequence[str]) -> str:
    """Return `text` with `words` added to the array of strings `key` in `table`; those in it already are left out.

    Raises ValueError where that cannot be done so that, read again, nothing else has changed.
    """
    wanted = tomllib.loads(text)
    holder: Any = wanted
    for name in table:
        holder = holder.setdefault(name, {})
        if not isinstance(holder, dict):
            raise ValueError(name)
    present = holder.get(key, [])
    if not isinstance(present, list):
        raise ValueError(key)
    added = [word for word in dict.fromkeys(words) if word not in present]
    if not added:
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    items = ", ".join(json.dumps(word, ensure_ascii=False) for word in added)
    for candidate in _candidates(text, ".".join(table), key, items, end, bool(present)):
        try:
            found = tomllib.loads(candidate)
            for holder[key] in ([*present, *added], [*added, *present]):
                if found == wanted:
                    return candidate
        except tomllib.TOMLDecodeError:
            continue
    raise ValueError(key)


def _candidates(text: str, table: str, key: str, items: str, end: str, more: bool) -> list[str]:
    """Return what may be it; the caller reads each to see."""
    found = []
    header = re.search(rf"^[ \t]*\[[ \t]*{re.escape(table)}[ \t]*\][^\n]*\n?", text, re.MULTILINE)
    if header:
        start = header.end()
        below = re.search(r"^[ \t]*\[", text[start:], re.MULTILINE)
        stop = start + below.start() if below else len(text)
        array = re.search(rf"^[ \t]*{key}[ \t]*=[ \t]*\[", text[start:], re.MULTILINE)
        if array:
            begin = start + array.end()
            for close in re.finditer(r"\]", text[begin:]):
                inner = text[begin : begin + close.start()]
                comma = ", " if inner.strip() and not inner.rstrip().endswith(",") else ""
                tail = inner.rstrip()
                found.append(text[:begin] + tail + comma + items + inner[len(tail) :] + text[begin + close.start() :])
            # At its begin, where the last item is followed by a comment.
            found.append(text[:begin] + items + (", " if more else "") + text[begin:])
        line = text[:start] + ("" if text[:start].endswith("\n") else end)
        found.append(f"{line}{key} = [{items}]{end}{text[start:stop]}{text[stop:]}")
    base = text if not text or text.endswith("\n") else text + end
    gap = end if base else ""
    found.append(f"{base}{gap}[{table}]{end}{key} = [{items}]{end}")
    return found
