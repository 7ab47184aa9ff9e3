"""Add to an array in a TOML file, and leave everything else as it is, comments and layout included. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array, InlineTable, Table


def extended(text: str, table: Sequence[str], key: str, words: Sequence[str]) -> str:
    """Return `text` with `words` added to the array of strings `key` in `table`, except those that are in it.

    Raises ValueError if the text is not TOML, or if the array cannot be extended without another change.
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
    holder[key] = [*present, *added]
    try:
        result = _extend(text, table, key, added)
        found = tomllib.loads(result)
    except TOMLKitError as error:  # a few of which are no ValueErrors
        raise ValueError(str(error)) from error
    # tomlkit has bugs in tables that are defined in pieces: what it wrote is read again, by another parser.
    if found != wanted:
        raise ValueError(key)
    return result


def _extend(text: str, table: Sequence[str], key: str, added: Sequence[str]) -> str:
    document = tomlkit.parse(text if not text or text.endswith("\n") else text + "\n")
    holder: Any = document
    for number, name in enumerate(table):
        if name not in holder:
            holder[name] = tomlkit.table(is_super_table=number < len(table) - 1)
        holder = holder[name]
    if key not in holder:
        _append(holder, key, tomlkit.array())
    for word in added:
        holder[key].append(word)
    result = tomlkit.dumps(document)
    # tomlkit ends the lines that it adds with LF.
    return re.sub("(?<!\r)\n", "\r\n", result) if "\r\n" in text and not re.search("(?<!\r)\n", text) else result


def _append(holder: Any, key: str, value: Array) -> None:
    """Add a key at the end of a table, but before blank lines and comments: these belong to the next table."""
    body = holder.value.body if isinstance(holder, Table) else []
    tail = []
    while body and body[-1][0] is None:
        tail.append(body.pop())
    if isinstance(holder, InlineTable):
        holder.add(key, value)  # unlike an assignment, with a space
    else:
        holder[key] = value
    body.extend(reversed(tail))
